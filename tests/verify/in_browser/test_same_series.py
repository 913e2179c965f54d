"""A year of ledgers, and witnesses that the reader asks for: both verifiers put them in the same order, find the same
faults between them in the same words, and judge each of them alike.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crypto import note
from tests import meeting_parts as parts
from tests.ledger_builder import LedgerBuilder, item, small_meeting
from tests.verify.in_browser.comparing import answers, differing, without_prose
from tests.verify.test_series import summer_meeting
from tests.whole_meetings import POST, SPRING_FAILURE, earlier_meeting, later_meeting, link, post_contest
from verify.cli import main
from verify.words import to_words

SUMMER_FAILURE = parts.history_line(
    "zhao-liu", POST, "2026-07-01", meeting="summer", contest="summer", round=1, nobody_passed=False
)
RECEIPT = "docs/formats/example.receipt.json"


class Cases:
    """Command lines for both verifiers, and what is expected of each: whether it is accepted, and what else it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.arguments: list[list[str]] = []
        self.expected: list[tuple[bool, list[str]]] = []

    def file(self, name: str, data: bytes) -> str:
        path = self.folder / str(len(self.arguments)) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return str(path)

    def add(self, ledgers: dict[str, bytes], *more: str, accepted: bool = False, found: list[str]) -> None:
        files = [self.file(f"{name}.ledger", data) for name, data in ledgers.items()]
        self.arguments.append([*files, *more])
        self.expected.append((accepted, found))

    def check(self) -> list[dict[str, Any]]:
        """What the first says, after it was found that the second says the same."""
        mine = []
        for number, arguments in enumerate(self.arguments):
            out = self.folder / f"{number}.json"
            main([*arguments, "--jobs", "1", "--lang", "en", "--json", str(out)])
            mine.append(json.loads(out.read_text("utf-8")))
        its = answers(self.arguments, self.folder)
        pairs = zip(mine, its, strict=True)
        assert [(at, *one) for at, pair in enumerate(pairs) for one in differing(*map(plain, pair))] == []
        return mine


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """Without prose; but the findings keep their sentences."""
    if "ledgers" not in answer:
        return without_prose(answer)
    return {**answer, "ledgers": [{**one, "verdict": without_prose(one["verdict"])} for one in answer["ledgers"]]}


def winter_meeting(summer: LedgerBuilder, *history: dict[str, Any]) -> LedgerBuilder:
    agenda = [item("posts", [post_contest("winter", candidates=("zhao-liu", "wang-wu"))])]
    return later_meeting(summer, history=list(history), agenda=agenda)


def _note_of(ledger: bytes) -> bytes:
    return ledger.partition(b"\n\n")[2]


def test_a_year_is_put_in_one_order_with_one_set_of_findings(tmp_path: Path) -> None:
    spring = earlier_meeting()
    summer = summer_meeting(spring)
    winter = winter_meeting(summer, SPRING_FAILURE, SUMMER_FAILURE)
    stranger = small_meeting(seed=9)
    names = {"winter": winter, "spring": spring, "summer": summer}
    year = {name: one.ledger() for name, one in names.items()}
    key, foreign = summer.ledger_key, stranger.ledger_key.public_key
    circle = [
        earlier_meeting(previous=link(earlier_meeting(meeting_id="two"))),
        earlier_meeting(meeting_id="two", previous=link(earlier_meeting())),
    ]
    cases = Cases(tmp_path)
    cases.add(year, "--unpinned", accepted=True, found=[])
    for one in names.values():
        cases.add(year, "--fingerprint", to_words(one.fingerprint, "zh"), accepted=True, found=[])
    cases.add(
        year,
        *("--fingerprint", spring.fingerprint.hex(), "--fingerprint", winter.fingerprint.hex()),
        *("--checkpoint", cases.file("spring.checkpoint", _note_of(year["spring"]))),
        accepted=True,
        found=[],
    )
    cases.add(year, "--ledger-key", str(key), accepted=True, found=[])
    cases.add(year, "--ledger-key", str(note.VerifierKey(key.name, note.ED25519, foreign)), found=[])
    elsewhere = note.VerifierKey("ballot.example/elsewhere", note.ED25519, key.public_key)
    cases.add(year, "--ledger-key", str(elsewhere), found=["unused"])
    cases.add(year, found=[])
    cases.add(year, "--unpinned", "--fingerprint", "0" * 64, found=["unused"])
    cases.add(year, "--fingerprint", "0" * 64, "--fingerprint", spring.fingerprint.hex(), found=["unused"])
    cases.add({name: year[name] for name in ("spring", "winter")}, "--unpinned", found=["missing"])
    cases.add({name: year[name] for name in ("winter", "summer")}, "--unpinned", accepted=True, found=[])
    other = later_meeting(spring, meeting_id="other", date="2026-08-01").ledger()
    cases.add({**year, "other": other}, "--unpinned", found=["fork"])
    cases.add({"again": year["spring"], **year}, "--unpinned", found=["same-meeting", "two-first"])
    cases.add({"spring": year["spring"], "stranger": stranger.ledger()}, "--unpinned", found=["two-first", "other-key"])
    cases.add({one.meeting["id"]: one.ledger() for one in circle}, "--unpinned", found=["circle"])
    cases.add({**year, "winter": winter_meeting(summer, SPRING_FAILURE).ledger()}, "--unpinned", found=[])
    cases.add({**year, "broken": b"no ledger", "torn": year["spring"][:-9]}, "--unpinned", found=[])
    cases.add(
        year,
        *("--unpinned", "--checkpoint", cases.file("foreign.checkpoint", _note_of(stranger.ledger()))),
        *("--receipt", RECEIPT),
        found=["unused"],
    )
    cases.add(year, "--unpinned", "--witness", str(note.VerifierKey("w", note.COSIGNATURE, foreign)), found=[])
    said = cases.check()
    assert [(one["accepted"], [each["code"] for each in one["findings"]]) for one in said] == cases.expected


def test_witnesses_that_the_reader_asks_for(tmp_path: Path) -> None:
    none, one, two = (small_meeting(witness_quorum=quorum) for quorum in range(3))
    key = one.meeting["witnesses"]["keys"][0]
    stranger = str(note.VerifierKey("elsewhere.example", note.COSIGNATURE, none.ledger_key.public_key))
    waiver = {"type": "witness-waived", "reason": "no network", "by": ["one", "two"]}
    waived = one.seal(one.lines([*one.entries[:-1], waiver, one.entries[-1]]), witnesses=0)
    no_close = [{**entry, "close": "none"} if entry["type"] == "box-open" else entry for entry in one.entries]
    cases = Cases(tmp_path)
    asks = ("--unpinned", "--witness")
    cases.add({"one": one.ledger()}, *asks, key, accepted=True, found=[])
    cases.add({"one": one.ledger()}, *asks, key, "--witness", key, accepted=True, found=[])
    cases.add({"one": one.ledger()}, *asks, key, "--witness", stranger, found=["V03"])
    cases.add({"one": one.ledger()}, "--fingerprint", one.fingerprint.hex(), *asks[1:], key, accepted=True, found=[])
    cases.add({"two": two.ledger()}, "--unpinned", accepted=True, found=[])
    cases.add({"lacks one": two.seal(two.lines(two.entries), witnesses=1)}, "--unpinned", found=["V03"])
    cases.add({"waived": waived}, "--unpinned", accepted=True, found=[])
    cases.add({"waived": waived}, *asks, key, found=["V03"])
    cases.add({"none": none.ledger()}, *asks, key, found=["V03"])
    cases.add({"no close": one.seal(one.lines(no_close))}, *asks, key, found=["V13"])
    disorder = one.seal(one.lines([*one.entries[:-1], one.entries[0], one.entries[-1]]))
    cases.add({"disorder": disorder}, *asks, key, found=["V06"])
    said = cases.check()
    failed = [[check["id"] for check in one["checks"] if check["outcome"] == "fail"] for one in said]
    assert list(zip([one["accepted"] for one in said], failed, strict=True)) == cases.expected
