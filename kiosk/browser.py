"""A voting screen: Chromium in kiosk mode on the hub's page, thrown away after each voter.

The page closes its window when a voter is done; that ends the browser, its profile is deleted, and a fresh one starts.
Profiles lie in memory where the system has a folder for that, so that no disk ever held them.
Observer: the next voter at this screen, and whoever reads the machine's disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

from kiosk.complaint import Complaint

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MEMORY = Path("/dev/shm")  # noqa: S108 -- Linux's folder in memory; each profile in it is made by mkdtemp, mode 700
PREFIX = "ballot-terminal-"
SHORT_LIFE_SECONDS = 5.0  # a browser that ends sooner did not serve a voter
LONGEST_PAUSE_SECONDS = 30.0
LOOK_SECONDS = 0.1
END_SECONDS = 5.0

# Each switches off something that remembers, distracts, or talks to others.
_FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-search-engine-choice-screen",
    "--disable-print-preview",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--password-store=basic",
    "--disk-cache-size=1",
    "--disable-gpu-shader-disk-cache",
    "--disable-quic",
    "--metrics-recording-only",
    "--no-pings",
    "--disable-features="
    "Translate,AutofillServerCommunication,OptimizationHints,MediaRouter,BackForwardCache,InterestFeedContentSuggestions,"
    "CertificateTransparencyComponentUpdater,GlobalMediaControls,TouchpadOverscrollHistoryNavigation",
)


def find_browser(asked: str | None) -> str:
    """The program to start. Raises: Complaint."""
    for name in NAMES if asked is None else (asked,):
        found = shutil.which(name)
        if found is not None:
            return found
    raise Complaint(
        "找不到 Chromium 浏览器",
        "no Chromium is found" if asked is None else f"{asked}: no such program",
        "install Chromium, or name it with --browser",
    )


def run_terminal(
    program: str, hub: str, name: str, stop: threading.Event, *, more_flags: Sequence[str] = (), pause: float = 0.5
) -> None:
    """One browser after another, until `stop` is set. more_flags: for machines without a screen. Raises: Complaint."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--no-sandbox" not in more_flags:
        raise Complaint(
            "请不要用管理员(root)身份运行",
            "not as root: Chromium has no sandbox there",
            "use an account without rights",
        )
    _delete_orphans()
    failures = 0
    while not stop.is_set() and _hub_answers(hub, stop):
        begun = time.monotonic()
        with fresh_profile(hub) as profile:
            status = _run(command(program, hub, name, profile, more_flags, fresh=True), profile, stop)
        short = time.monotonic() - begun < SHORT_LIFE_SECONDS
        failures = failures + 1 if short or status else 0
        if failures:
            stop.wait(min(LONGEST_PAUSE_SECONDS, pause * 2**failures))


def command(
    program: str, hub: str, name: str, profile: Path, more_flags: Sequence[str] = (), *, fresh: bool = False
) -> list[str]:
    """How the browser is started. fresh: the page closes it after each voter, else the page begins anew by itself."""
    host = urlsplit(hub).hostname or ""
    return [
        program,
        *_FLAGS,
        f"--user-data-dir={profile}",
        f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}",  # no other name leads anywhere
        f"--unsafely-treat-insecure-origin-as-secure={hub}",  # the camera, over the venue's wire without a certificate
        *more_flags,
        f"--app={hub}/t/{name}" + ("?fresh=1" if fresh else ""),
    ]


@contextmanager
def fresh_profile(hub: str) -> Iterator[Path]:
    """A new profile that allows this hub the camera and nobody else anything; gone at the end."""
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    profile = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))
    try:
        (profile / "Default").mkdir()
        (profile / "Default" / "Preferences").write_text(json.dumps(preferences(hub)), encoding="utf-8")
        yield profile
    finally:
        _delete(profile)


def preferences(hub: str) -> dict[str, object]:
    """What a person would have to click in the settings."""
    parts = urlsplit(hub)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = f"{parts.scheme}://{parts.hostname}:{port},*"
    return {
        "autofill": {"credit_card_enabled": False, "profile_enabled": False},
        "credentials_enable_service": False,
        "net": {"network_prediction_options": 2},
        "profile": {
            "content_settings": {"exceptions": {"media_stream_camera": {site: {"setting": 1}}}},
            "password_manager_enabled": False,
        },
        "safebrowsing": {"enabled": False},
        "search": {"suggest_enabled": False},
        "translate": {"enabled": False},
    }


def _run(command_line: list[str], profile: Path, stop: threading.Event) -> int:
    """Until the browser ends by itself, or is ended with us. Returns its exit status."""
    homes = {name: str(profile) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")}
    silent = subprocess.DEVNULL  # what a browser prints may name addresses
    with subprocess.Popen(  # noqa: S603 -- the browser, and what this module puts behind it
        command_line, stdin=silent, stdout=silent, stderr=silent, env={**os.environ, **homes}, start_new_session=True
    ) as process:
        while process.poll() is None and not stop.wait(LOOK_SECONDS):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return process.wait()


def _hub_answers(hub: str, stop: threading.Event) -> bool:
    """Waits until the hub is there: a browser that starts too early shows an error page. False: told to stop."""
    while not stop.is_set():
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.get(f"{hub}/hub/meeting", timeout=5)
            return True
        except requests.RequestException:
            print(f"等待终端站 {hub} · waiting for the hub", file=sys.stderr, flush=True)
            stop.wait(2.0)
    return False


def _delete_orphans() -> None:
    """Profiles of a launcher that was killed."""
    for base in {MEMORY, Path(tempfile.gettempdir())}:
        for left in base.glob(f"{PREFIX}*") if base.is_dir() else ():
            owner = left.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdigit() and not _is_alive(int(owner)):
                _delete(left)


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":
        return True  # asking there would end it; a start of the machine empties the folder
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _delete(profile: Path) -> None:
    for _attempt in range(20):  # the browser's last helper may still be writing
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return
        time.sleep(LOOK_SECONDS)
