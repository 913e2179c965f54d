"""python -m verify.portable --out DIR: `ballot-verify-PLATFORM.pyz` for each platform, and their hashes."""

import argparse
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from verify.portable.build import PACKAGE, PLATFORMS, CannotBuild, archive, fetch

LOCK = PACKAGE.parent / "requirements" / "runtime.lock"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verify.portable", allow_abbrev=False, description=__doc__)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for the files, made if need be")
    parser.add_argument("--lock", metavar="FILE", type=Path, default=LOCK, help="libraries, versions and hashes")
    parser.add_argument(
        "--platform", choices=tuple(PLATFORMS), action="append", help="for these only (may be repeated; default: all)"
    )
    arguments = parser.parse_args(argv)
    lines = []
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for platform in arguments.platform or PLATFORMS:
            with tempfile.TemporaryDirectory() as folder:
                made = archive(platform, fetch(arguments.lock, platform, Path(folder)))
            path = arguments.out / f"ballot-verify-{platform}.pyz"
            path.write_bytes(made)
            path.chmod(0o755)
            lines.append(f"{sha256(made).hexdigest()}  {path.name}\n")
            print(lines[-1], end="", flush=True)
        (arguments.out / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    except (CannotBuild, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
