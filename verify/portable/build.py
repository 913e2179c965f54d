"""Make the portable file: read the lock, fetch the wheels that it names, and write the archive byte for byte alike."""

import json
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import verify
from verify.portable.start import MANIFEST

PACKAGE = Path(verify.__file__).parent
LIBRARIES = ("cffi", "cryptography", "pycparser", "pynacl")  # what verify imports, and what these need
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS: Mapping[str, tuple[str, ...]] = {  # our name -> pip's, the preferred first
    "linux-x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-aarch64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "windows-x86_64": ("win_amd64",),
    "macos-arm64": ("macosx_11_0_arm64", "macosx_11_0_universal2", "macosx_10_10_universal2"),
}
_SOURCES = (".py", ".txt", ".css")
_LEFT_OUT = ("in_browser", "portable", "__pycache__")
_SHEBANG = b"#!/usr/bin/env python3\n"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can say


class CannotBuild(Exception):
    """The lock does not name a library, or a wheel cannot be had."""


def locked(lock: str) -> str:
    """The part of a lock file that is about our libraries, hashes and all. Raises: CannotBuild."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    found = {name: block for block in blocks if (name := re.split(r"[=\s]", block, maxsplit=1)[0].lower()) in LIBRARIES}
    missing = [name for name in LIBRARIES if name not in found or "--hash=sha256:" not in found[name]]
    if missing:
        raise CannotBuild(f"the lock names no {', '.join(missing)} with hashes")
    return "".join(found[name] for name in LIBRARIES)


def fetch(lock: Path, platform: str, folder: Path) -> dict[str, list[Path]]:
    """Python version -> its wheels. pip fetches them from where it is configured to and compares their hashes.

    Raises: CannotBuild.
    """
    requirements = folder / "verify.lock"
    requirements.write_text(locked(lock.read_text(encoding="utf-8")), encoding="utf-8")
    wheels: dict[str, list[Path]] = {}
    for version in PYTHONS:
        place = folder / version
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--implementation=cp", f"--python-version={version}"]
        command += [f"--platform={one}" for one in PLATFORMS[platform]]
        command += ["--requirement", str(requirements), "--dest", str(place)]
        done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - pip, on the project's lock
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise CannotBuild(f"{platform}, Python {version}: {' '.join(reason)}")
        wheels[version] = sorted(place.glob("*.whl"))
    return wheels


def sources() -> Iterator[tuple[str, bytes]]:
    """(name in the archive, bytes) of what is unpacked and run, in order."""
    yield "__main__.py", PACKAGE.joinpath("portable", "unpacked.py").read_bytes()
    for path in sorted(PACKAGE.rglob("*"), key=lambda path: path.relative_to(PACKAGE).parts):
        place = path.relative_to(PACKAGE)
        if path.is_file() and path.suffix in _SOURCES and not set(place.parts) & set(_LEFT_OUT):
            yield f"verify/{place.as_posix()}", path.read_bytes()


def page() -> bytes:
    """The second verifier. Raises: CannotBuild, when it was not built."""
    path = PACKAGE / "in_browser" / "dist" / "verify.html"
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotBuild(f"{path} was not built; hint: make client") from error


def publish(files: Mapping[str, bytes], folder: Path) -> str:
    """Write the files, and beside them SHA256SUMS, whose text this returns: one line each, by name."""
    for name, data in files.items():
        path = folder / name
        path.write_bytes(data)
        path.chmod(0o755 if path.suffix == ".pyz" else 0o644)
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    (folder / "SHA256SUMS").write_bytes(sums.encode("ascii"))
    return sums


def archive(platform: str, wheels: Mapping[str, Sequence[Path]]) -> bytes:
    """The whole file. Raises: CannotBuild, when two wheels of one name differ."""
    parts: dict[str, bytes] = {}
    for path in sorted({path for ones in wheels.values() for path in ones}):
        data = path.read_bytes()
        if parts.setdefault(path.name, data) != data:
            raise CannotBuild(f"two different wheels are called {path.name}")
    unpacked = dict(sources())
    manifest = {
        "version": verify.__version__,
        "platform": platform,
        "python": {version: sorted(path.name for path in ones) for version, ones in sorted(wheels.items())},
        "wheels": {name: sha256(data).hexdigest() for name, data in sorted(parts.items())},
        "files": {name: sha256(data).hexdigest() for name, data in unpacked.items()},
    }
    out = BytesIO()
    out.write(_SHEBANG)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        _add(made, "__main__.py", PACKAGE.joinpath("portable", "start.py").read_bytes())
        _add(made, MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
        for name, data in unpacked.items():
            _add(made, f"files/{name}", data)
        for name, data in sorted(parts.items()):
            _add(made, f"wheels/{name}", data)
    return out.getvalue()


def _add(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system = 3  # Unix, wherever it is built
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    made.writestr(entry, data, zipfile.ZIP_STORED)
