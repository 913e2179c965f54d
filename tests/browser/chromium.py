"""Which browser the tests and the screenshots use, and how a machine without one gets it.

The system's Chromium first, because its package brings everything it needs; else the build that Playwright downloads.
`python -m tests.browser.chromium` installs one where none is found, and is a part of `make test`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, Playwright, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-wqy-microhei")
LAN_NAME = "ballot.lan"  # a host as in a hall without a certificate: found on this machine, and no secure context
ARGUMENTS = (
    "--disable-quic",
    "--no-proxy-server",  # whatever the environment says: every address of these tests is on this machine
    f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1",
)
PATIENCE_MS = 60_000
"""How long a page may take to come to a state that a test waits for. Nothing is measured by it: it ends a wait for what
does not come, and a machine that does eight other things must not reach it."""
HINT = "no browser: install the package chromium, or run `python -m playwright install chromium`"


class NoBrowser(RuntimeError):
    """Says what to install."""


def find(playwright: Playwright) -> Path:
    """Raises: NoBrowser."""
    return program_of(playwright.chromium)


def program_of(kind: BrowserType) -> Path:
    for name in NAMES:
        if (program := shutil.which(name)) is not None:
            return Path(program)
    downloaded = Path(kind.executable_path)
    if downloaded.is_file():
        return downloaded
    raise NoBrowser(HINT)


@contextmanager
def running(program: Path | None = None) -> Iterator[Browser]:
    """A browser without a window; program: another than the one found. Raises: NoBrowser."""
    with sync_playwright() as playwright, launched(playwright.chromium, program) as browser:
        expect.set_options(timeout=PATIENCE_MS)
        yield browser


@contextmanager
def launched(kind: BrowserType, program: Path | None = None, *more: str) -> Iterator[Browser]:
    """One more browser beside a running one, whose `browser_type` starts it. more: arguments. Raises: NoBrowser."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    sandbox = ["--no-sandbox"] if is_root else []  # Chromium's sandbox refuses root
    browser = kind.launch(executable_path=program or program_of(kind), args=[*ARGUMENTS, *more, *sandbox])
    try:
        yield browser
    finally:
        browser.close()


def install() -> None:
    """Raises: NoBrowser where neither way works."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and shutil.which("apt-get") is not None:
        apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
        if _runs(*apt, "update") and _runs(*apt, "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES):
            return
    if not _runs(sys.executable, "-m", "playwright", "install", "chromium"):
        raise NoBrowser(HINT)


def _runs(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    try:
        with sync_playwright() as started:
            try:
                find(started)
            except NoBrowser:
                print("no browser found: installing one", flush=True)
                install()
    except NoBrowser as error:
        print(error, file=sys.stderr)  # the tests that need one fail with the same words; the others still run
