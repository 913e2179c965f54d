"""python -m verify.portable --out DIR: `ballot-verify-PLATFORM.pyz` for each platform, `verify.html`, and their hashes.

SHA256SUMS is what a release publishes and what `sha256sum --check` reads.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from verify.portable.build import PACKAGE, PLATFORMS, CannotBuild, archive, fetch, page, publish

LOCK = PACKAGE.parent / "requirements" / "runtime.lock"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verify.portable", allow_abbrev=False, description=__doc__)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for the files, made if need be")
    parser.add_argument("--lock", metavar="FILE", type=Path, default=LOCK, help="libraries, versions and hashes")
    parser.add_argument(
        "--platform", choices=tuple(PLATFORMS), action="append", help="for these only (may be repeated; default: all)"
    )
    arguments = parser.parse_args(argv)
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        made = {"verify.html": page()}
        for platform in arguments.platform or PLATFORMS:
            with tempfile.TemporaryDirectory() as folder:
                made[f"ballot-verify-{platform}.pyz"] = archive(platform, fetch(arguments.lock, platform, Path(folder)))
        print(publish(made, arguments.out), end="", flush=True)
    except (CannotBuild, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
