"""People and slips over the meeting: who was expected, who came, which slips were redeemed, who was given a paper.

Text: docs/protocol.md §4 and §5, docs/rules.md, "Counts". Two walks over the entries: `redeem` follows every slip
(V09), `follow_people` gives the figures of each poll (V12, V15, V16). Readings fixed for this project:

* Only `activated` makes a reserve slip active. `replaced` with a slip names the one whose booklet did not work (it may
  have been redeemed since the last booklet entry); with null the slip was lost. Both count as one replacement.
* Redeemed at the opening of a poll are the slips of all booklets before its `poll-open`; at its close also those of
  the booklet before its ballots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from verify.encoding import lp, tag
from verify.errors import Failed
from verify.grammar import Course, Poll
from verify.ledger import Entry, SlipTable, b64url_decode

ByClass = dict[str, int]

_INACTIVE, _ACTIVE, _VOID = 0, 1, 2  # a reserve slip; one that may be redeemed; one that never may again


def slip_id(meeting_id: str, token: bytes) -> bytes:
    """A token hashes to its slip: nobody can mark a slip redeemed that nobody brought. Source: docs/protocol.md §5."""
    return sha256(tag("slip") + lp(meeting_id) + token).digest()


def redeem(course: Course, slips: SlipTable) -> dict[int, ByClass]:
    """Follow every slip. Returns booklet entry index -> class -> slips redeemed in it. Raises: Failed."""
    meeting_id = course.meeting.value["id"]
    state = bytearray(_INACTIVE if reserve else _ACTIVE for reserve in slips.reserve)
    redeemed = bytearray(len(slips))
    counted: dict[int, ByClass] = {}
    for entry in course.entries("booklet", "slip-change"):
        place = f"line {entry.line}"
        if entry.type == "slip-change":
            _change_slip(entry, slips, state, redeemed)
            continue
        here = counted.setdefault(entry.index, {})
        before = b""
        for number, token_b64 in enumerate(entry.value["slips"], 1):
            one = slip_id(meeting_id, b64url_decode(token_b64))
            slip = slips.find(one)
            if slip is None:
                raise Failed(f"{place}: token {number} hashes to no slip of this meeting")
            if one <= before:
                raise Failed(f"{place}: tokens do not ascend by slip id, at token {number}")
            before = one
            if redeemed[slip]:
                raise Failed(f"{place}: token {number} is of a slip that was redeemed before")
            if state[slip] != _ACTIVE:
                raise Failed(f"{place}: token {number} is of a slip that is not active")
            redeemed[slip] = 1
            voter_class = slips.class_name(slip)
            here[voter_class] = here.get(voter_class, 0) + 1
    return counted


def _change_slip(entry: Entry, slips: SlipTable, state: bytearray, redeemed: bytearray) -> None:
    place, kind = f"line {entry.line}", entry.value["kind"]
    if entry.value["slip"] is None:
        if kind != "replaced":
            raise Failed(f"{place}: {kind} names no slip")
        return
    slip = slips.find(b64url_decode(entry.value["slip"]))
    if slip is None or slips.class_name(slip) != entry.value["class"]:
        raise Failed(f"{place}: a slip that this class does not have")
    if kind == "voided":
        if redeemed[slip] or state[slip] == _VOID:
            raise Failed(f"{place}: voids a slip that is redeemed or void already")
        state[slip] = _VOID
    elif kind == "activated":
        if state[slip] != _INACTIVE:
            raise Failed(f"{place}: activates a slip that is no inactive reserve slip")
        state[slip] = _ACTIVE


@dataclass
class Figures:
    """What was known of every class around one poll."""

    expected: ByClass
    present_at_opening: ByClass
    present_at_close: ByClass
    highest_during: ByClass  # highest present between opening and close
    highest_so_far: ByClass  # by the close; by the count of its paper ballots, when there are any
    redeemed_at_opening: ByClass
    redeemed_at_close: ByClass
    replaced: ByClass  # by the close


@dataclass
class People:
    """The figures of every poll, and where people do not add up (V12)."""

    by_poll: dict[str, Figures] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    replaced: int = 0


def follow_people(course: Course, redeemed_in: Mapping[int, ByClass]) -> People:
    """Walk the entries once; `redeemed_in` comes from `redeem`."""
    meeting = course.meeting.value
    expected: ByClass = {one["id"]: one["expected"] for one in meeting["classes"]}
    nobody = dict.fromkeys(expected, 0)
    present, highest = dict(nobody), dict(nobody)
    redeemed, replaced = dict(nobody), dict(nobody)
    people = People()
    poll: Poll | None = None
    for entry in course.entries():
        value, place = entry.value, f"line {entry.line}"
        match entry.type:
            case "expected-change" if _known(value["class"], expected, place, people):
                expected[value["class"]] = value["expected"]
            case "attendance":
                for voter_class, number in value["present"].items():
                    if not _known(voter_class, expected, place, people):
                        continue
                    if number > expected[voter_class]:
                        people.faults.append(
                            f"{place}: class {voter_class}: {number} present, {expected[voter_class]} expected"
                        )
                    present[voter_class] = number
                    highest[voter_class] = max(highest[voter_class], number)
                    if poll is not None:
                        during = people.by_poll[poll.id].highest_during
                        during[voter_class] = max(during[voter_class], number)
            case "slip-change" if value["kind"] == "replaced" and _known(value["class"], expected, place, people):
                replaced[value["class"]] += 1
                people.replaced += 1
            case "booklet":
                for voter_class, number in redeemed_in[entry.index].items():
                    redeemed[voter_class] += number
            case "paper-count":
                paper = course.paper_of(value["paper"])
                assert paper is not None
                assert paper.poll is not None
                people.by_poll[paper.poll.id].highest_so_far = dict(highest)
            case "poll-open":
                poll = course.poll_of(entry)
                assert poll is not None
                people.by_poll[poll.id] = Figures(
                    dict(expected), dict(present), dict(present), dict(present), dict(highest),
                    dict(redeemed), dict(redeemed), dict(replaced),
                )  # fmt: skip
            case "poll-close" | "poll-void" | "closed":
                if poll is not None:
                    figures = people.by_poll[poll.id]
                    figures.present_at_close, figures.highest_so_far = dict(present), dict(highest)
                    figures.redeemed_at_close, figures.replaced = dict(redeemed), dict(replaced)
                    poll = None
                _check_sums(place, expected, highest, redeemed, replaced, people)
    return people


def _known(voter_class: str, expected: Mapping[str, int], place: str, people: People) -> bool:
    if voter_class not in expected:
        people.faults.append(f"{place}: class {voter_class} is not of this meeting")
        return False
    return True


def _check_sums(
    place: str, expected: ByClass, highest: ByClass, redeemed: ByClass, replaced: ByClass, people: People
) -> None:
    """Slips alone; `verify.checks` adds the paper ballots of each poll."""
    for voter_class in expected:
        given = redeemed[voter_class] - replaced[voter_class]
        if not given <= highest[voter_class] <= expected[voter_class]:
            people.faults.append(
                f"{place}: class {voter_class}: expected slips redeemed − replaced ≤ highest present ≤ expected, "
                f"got {given}, {highest[voter_class]}, {expected[voter_class]}"
            )
