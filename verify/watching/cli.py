"""`ballot-verify watch URL`: follow a running meeting, keep what it signs, and cosign it with `--key`.

Exit status: 0 the meeting ended, or `--once` was enough; 1 a contradiction, a signature by another key, or something
that was never proved; 2 the command line, the folder or the address cannot be used; 130 interrupted.
"""

import argparse
import json
import re
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from verify.errors import BadOption, Failed
from verify.options import read_fingerprint, read_ledger_key
from verify.prose import Prose
from verify.terminal import printable
from verify.watching.follow import Contradiction, NotShown, Unreachable, Watcher
from verify.watching.kept import DamagedFolder, Kept
from verify.watching.keys import make_key, read_key

MAX_ANSWER_BYTES = 8 * 1024 * 1024
TIMEOUT = 10  # seconds
_PLACE = re.compile(r"(?:/[mM]/|/api/v1/meetings/)([A-Za-z0-9-]{1,64})/?")


def run(arguments: argparse.Namespace) -> int:
    """Raises: BadOption, KeyboardInterrupt."""
    language = arguments.lang or "zh"
    if arguments.make_key is not None:
        if arguments.name is None:
            raise BadOption("--make-key: give the witness a --name, such as witness.example")
        print(make_key(Path(arguments.make_key), arguments.name).verifier_key())
        return 0
    if arguments.url is None:
        raise BadOption("watch: give the meeting's address, as on the slips: https://HOST/m/MEETING")
    base, meeting = read_address(arguments.url)
    if arguments.ledger_key is None and arguments.fingerprint is None:
        raise BadOption(
            "watch: give --fingerprint (from a slip or the screen) or --ledger-key: the address proves nothing"
        )
    ledger_key = read_ledger_key(arguments.ledger_key) if arguments.ledger_key is not None else None
    try:
        kept = Kept(Path(arguments.keep or f"watched-{meeting}"))
    except DamagedFolder as error:
        raise BadOption(f"--keep: {error}") from error
    watcher = Watcher(
        get=lambda path: _get(f"{base}/{path}"),
        post=lambda path, value: _post(f"{base}/{path}", value),
        kept=kept,
        ledger_key=ledger_key,
        fingerprint=read_fingerprint(arguments.fingerprint) if arguments.fingerprint is not None else None,
        witness=read_key(Path(arguments.key)) if arguments.key is not None else None,
        clock=lambda: int(time.time()),
    )
    try:
        return _watch(watcher, arguments.interval, language, once=arguments.once)
    except DamagedFolder as error:
        raise BadOption(f"--keep: {error}") from error
    finally:
        kept.close()


def read_address(url: str) -> tuple[str, str]:
    """(address of the meeting's interface, meeting id). Raises: BadOption."""
    parts = urlsplit(url.strip())
    place = _PLACE.fullmatch(parts.path)
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or place is None:
        raise BadOption("watch: expected the meeting's address, as on the slips: https://HOST/m/MEETING")
    meeting = place[1].lower()
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}/api/v1/meetings/{meeting}", meeting


def _watch(watcher: Watcher, interval: float, language: str, *, once: bool) -> int:
    open_question = False
    while True:
        try:
            look = watcher.look()
        except (Contradiction, Failed) as error:
            _say(Prose("警报：", "ALARM: ") + Prose.same(str(error)), language)
            return 1
        except NotShown as error:
            open_question = True
            _say(
                Prose("警报：服务器没有证明账本前后相接：", "ALARM: not proved to continue: ") + Prose.same(str(error)),
                language,
            )
        except Unreachable as error:
            _say(Prose("暂时读不到，稍后再试：", "no answer, trying again: ") + Prose.same(str(error)), language)
            if once:
                return 2
        else:
            open_question = False
            size, root = look.checkpoint.tree_size, look.checkpoint.root_hash.hex()[:16]
            if look.news or look.cosigned:
                signed = Prose("，已共签", ", cosigned") if look.cosigned else Prose("", "")
                _say(
                    Prose(f"{size} 行，{root}…，与此前一致", f"{size} lines, {root}…, continues what was kept")
                    + signed,
                    language,
                )
            if look.closed:
                _say(Prose("会议已结束", "the meeting has ended"), language)
                return 0
        if once:
            return 1 if open_question else 0
        time.sleep(interval)


def _say(prose: Prose, language: str) -> None:
    print(printable(prose.in_(language)), flush=True)


def _get(address: str) -> dict[str, Any]:
    return _ask(urllib.request.Request(address, headers={"Accept": "application/json"}))  # noqa: S310 - http(s) only, see read_address


def _post(address: str, value: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    _ask(urllib.request.Request(address, data=json.dumps(value).encode(), headers=headers, method="POST"))  # noqa: S310 - as above


def _ask(request: urllib.request.Request) -> dict[str, Any]:
    """Raises: Unreachable."""
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - as above
            data = response.read(MAX_ANSWER_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise Unreachable(f"status {error.code}{_reason(error)}") from error
    except (OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    if len(data) > MAX_ANSWER_BYTES:
        raise Unreachable("an answer that is too long")
    try:
        value = json.loads(data) if data else {}
    except (ValueError, RecursionError) as error:
        raise Unreachable("an answer that is not JSON") from error
    if not isinstance(value, dict):
        raise Unreachable("an answer that is not an object")
    return value


def _reason(error: urllib.error.HTTPError) -> str:
    """The service's own words, if it gave any."""
    try:
        value = json.loads(error.read(4096))
        return f": {value['message']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `watch`."""
    parser.add_argument(
        "url", metavar="URL", nargs="?", help="the meeting's address, as on the slips: https://HOST/m/MEETING"
    )
    parser.add_argument("--ledger-key", metavar="KEY", help="the ledger's public key as NAME+HASH+BASE64")
    parser.add_argument("--fingerprint", metavar="TEXT", help="the meeting's fingerprint: 64 hex digits or 8 words")
    parser.add_argument("--keep", metavar="DIR", help="where checkpoints are kept (default: watched-MEETING)")
    parser.add_argument("--key", metavar="FILE", help="cosign every checkpoint with this witness's key")
    parser.add_argument(
        "--make-key", metavar="FILE", help="make a witness's key, print what a meeting file names, and stop"
    )
    parser.add_argument("--name", metavar="NAME", help="with --make-key: the witness's name, such as witness.example")
    parser.add_argument(
        "--interval", metavar="SECONDS", type=_seconds, default=2.0, help="between two looks (default 2)"
    )
    parser.add_argument("--once", action="store_true", help="look once and stop")
    parser.add_argument("--lang", choices=("zh", "en"), help="language (default zh)")


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not float(text) > 0:
        raise argparse.ArgumentTypeError("expected seconds, more than 0")
    return float(text)
