"""A teller's count of paper ballots as a grid of numbers, and back as the list that a `paper-count` entry holds.

Where one ballot says one thing (a single candidate, a grade) there is one number per thing. Where it says several (more
candidates, picks, a score, a comment) there is one line per kind of ballot: what stands on it, and how many say so.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ballot_service.meetings.state import Json
from ballot_service.running.forms import Form
from ballot_service.running.results import mark_name
from ballot_service.running.texts import Text
from crypto import canonical

INVALID = "无效"  # what stands for a ballot that cannot be counted: no reader takes it for a choice
LINES = 8  # for kinds of ballots, at first
MAX_LINES = 200
_MARKS = ("approve", "oppose", "abstain")


@dataclass(frozen=True)
class Cell:
    """One number to enter."""

    name: str  # of the form's field
    label: Text
    kind: Json  # {choice} or {raw}


def cells(ballot: Json) -> list[Cell]:
    """The numbers of a ballot that says one thing; what says several has only blank and invalid here."""
    found: list[Cell] = []
    if ballot["kind"] == "approval" and len(ballot["candidates"]) == 1:
        candidate = ballot["candidates"][0]["id"]
        for mark in _MARKS:
            choice = {"marks": {candidate: mark}}
            found.append(Cell(f"n-{mark}", mark_name(ballot, mark), {"choice": choice}))
    elif ballot["kind"] == "grade":
        for grade in ballot["grades"]:
            found.append(Cell(f"n-{grade['id']}", Text.same(grade["name"]), {"choice": {"grade": grade["id"]}}))
    if ballot["kind"] in ("grade", "score") and ballot.get("unknown"):
        found.append(Cell("n-unknown*", Text("不了解", "unknown"), {"choice": {"unknown": True}}))
    if ballot["kind"] != "approval":
        found.append(Cell("n-blank*", Text("空白（弃权）", "blank (abstention)"), {"choice": {}}))
    found.append(Cell("n-invalid*", Text("无效", "invalid"), {"raw": INVALID}))
    return found


def has_lines(ballot: Json) -> bool:
    """Whether its ballots are entered line by line, by what stands on them."""
    return ballot["kind"] in ("pick", "score", "comment") or (
        ballot["kind"] == "approval" and len(ballot["candidates"]) > 1
    )


def line_count(form: Form) -> int:
    """How many lines the form has."""
    given = form.fields.get("lines", "")
    return min(MAX_LINES, int(given)) if given.isdecimal() and len(given) < 4 else LINES


def read_ballots(ballot: Json, form: Form) -> list[Json]:
    """`[{choice or raw, times}]`, kinds that are alike added up, in one order whoever enters them."""
    times: dict[bytes, int] = {}
    kinds: dict[bytes, Json] = {}

    def add(kind: Json, count: int) -> None:
        if count:
            key = canonical.encode(kind)
            kinds[key] = kind
            times[key] = times.get(key, 0) + count

    for cell in cells(ballot):
        add(cell.kind, form.number(cell.name, default=0))
    if has_lines(ballot):
        for number in range(line_count(form)):
            if (count := form.number(f"t{number}", default=0)) > 0:
                add({"choice": _choice(ballot, form, number)}, count)
    return [{**kinds[key], "times": times[key]} for key in sorted(kinds)]


def _choice(ballot: Json, form: Form, number: int) -> Json:
    kind = ballot["kind"]
    if kind == "approval":
        ids = [candidate["id"] for candidate in ballot["candidates"]]
        return {"marks": {one: form.one_of(f"m{number}-{one}", _MARKS) for one in ids}}
    if kind == "pick":
        picks = [one["id"] for one in ballot["options"] if form.fields.get(f"p{number}-{one['id']}")]
        written = re.split(r"[\s,\uff0c\u3001;\uff1b]+", form.fields.get(f"w{number}", "").strip())
        choice: Json = {"picks": sorted(picks)}
        return {**choice, "write_in": sorted(filter(None, written))} if ballot["write_in"] else choice
    if kind == "score":
        value = unicodedata.normalize("NFKC", form.text(f"s{number}"))
        return {"score": int(value) if value.isdecimal() and len(value) < 10 else value}
    return {"text": form.text(f"c{number}")}


def describe(ballot: Json, kind: Json) -> Text:
    """One kind of ballot in words."""
    if "raw" in kind:
        return Text("无效", "invalid")
    choice: Json = kind["choice"]
    names = {one["id"]: one["name"] for part in ("candidates", "options", "grades") for one in ballot.get(part, [])}
    if "marks" in choice:
        parts = [(names.get(one, one), mark_name(ballot, mark)) for one, mark in choice["marks"].items()]
        return Text(
            "、".join(f"{name} {mark.zh}" for name, mark in parts),
            ", ".join(f"{name} {mark.en}" for name, mark in parts),
        )
    if "picks" in choice:
        return Text.same("、".join([*(str(names.get(one)) for one in choice["picks"]), *choice.get("write_in", [])]))
    if "grade" in choice:
        return Text.same(str(names.get(choice["grade"])))
    if "score" in choice:
        return Text(f"{choice['score']} 分", f"{choice['score']} points")
    if "text" in choice:
        return Text.same(f"“{choice['text']}”")
    return Text("不了解", "unknown") if "unknown" in choice else Text("空白", "blank")


def differences(ballot: Json, first: Mapping[str, object], second: Mapping[str, object]) -> list[Text]:
    """What two counts, in the form in which they are kept, do not have in common."""
    found = []
    if first["handed_out"] != second["handed_out"]:
        numbers = f"{first['handed_out']} / {second['handed_out']}"
        found.append(Text(f"发出：{numbers}", f"handed out: {numbers}"))
    one, other = first["times"], second["times"]
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    for key in sorted({*one, *other}):
        if one.get(key, 0) != other.get(key, 0):
            name = describe(ballot, canonical.decode_object(key.encode()))
            found.append(name + Text.same(f"：{one.get(key, 0)} / {other.get(key, 0)}"))
    return found
