"""The first thing that runs in the portable file: check every part by its hash, unpack, run, clean up.

Compiled libraries cannot be imported out of an archive. They go into a new folder that only this user may enter, never
into one that was there before: what lies in a cache, somebody else may have changed. The verifier then runs in a
Python of its own that sees nothing else of this machine: no environment, no installed packages, no current folder.

Standard library only, and nothing that Python 3.8 could not read: an old one should say what it lacks.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from typing import Any

MANIFEST = "MANIFEST.json"
CANNOT_RUN = 2  # exit status, as for a ledger that cannot be read


class CannotStart(Exception):
    """The file is damaged, or made for another machine."""


def main() -> int:
    try:
        with open(os.path.dirname(os.path.abspath(__file__)), "rb") as file:
            data = file.read()  # once: what is hashed is what is unpacked
        folder = tempfile.mkdtemp(prefix="ballot-verify-")  # 0700
    except OSError as error:
        return complain(f"cannot read itself or make a folder: {error}")
    try:
        unpack(data, folder)
        return run(folder, sys.argv[1:])
    except (CannotStart, OSError) as error:
        return complain(str(error))
    except (KeyError, ValueError, zipfile.BadZipFile):
        return complain("the file is damaged; hint: fetch it again and compare its hash")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(data: bytes, folder: str) -> None:
    """Every part whose hash is that of the manifest. Raises: CannotStart, before anything is imported."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        wheels = wheels_for_this_machine(manifest)
        for name, sha256 in sorted(manifest["files"].items()):
            write(folder, name, checked(archive, f"files/{name}", sha256))
        for name in wheels:
            wheel = checked(archive, f"wheels/{name}", manifest["wheels"][name])
            with zipfile.ZipFile(io.BytesIO(wheel)) as library:
                for member in library.infolist():
                    if not member.is_dir():
                        write(folder, member.filename, library.read(member))
    write(folder, "ballot-verify.sha256", hashlib.sha256(data).hexdigest().encode())


def wheels_for_this_machine(manifest: dict[str, Any]) -> list[str]:
    """Names of the wheels for this Python. Raises: CannotStart."""
    kind = {"linux": "linux", "win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if f"{kind}-{machine}" != manifest["platform"]:
        raise CannotStart(f"this file is for {manifest['platform']}, and this machine is {kind}-{machine}")
    version = "{}.{}".format(*sys.version_info[:2])
    if version not in manifest["python"]:
        known = ", ".join(manifest["python"])
        raise CannotStart(f"this file runs with Python {known}, and this is {version}")
    return list(manifest["python"][version])


def checked(archive: zipfile.ZipFile, name: str, sha256: str) -> bytes:
    data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise CannotStart(f"{name} in the file is damaged; hint: fetch it again and compare its hash")
    return data


def write(folder: str, name: str, data: bytes) -> None:
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
        raise CannotStart("a name in the file leads out of its folder")
    path = os.path.join(folder, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(data)


def run(folder: str, arguments: list[str]) -> int:
    """The exit status of the verifier. It is another process so that its libraries are let go before they are deleted,
    which Windows asks for. -I: no environment, no current folder; -S: no installed packages; -B: no bytecode.
    """
    command = [sys.executable, "-I", "-S", "-B", folder, *arguments]
    child = subprocess.Popen(command)  # noqa: S603 - this Python, on what was just unpacked

    def pass_on(number: int, _frame: object) -> None:
        child.send_signal(number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), pass_on)
    while True:
        try:
            status = child.wait()
        except KeyboardInterrupt:
            continue  # the terminal told the child as well: it ends by itself
        return status if status >= 0 else 128 - status


def complain(message: str) -> int:
    print(f"ballot-verify: {message}", file=sys.stderr)
    return CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main())
