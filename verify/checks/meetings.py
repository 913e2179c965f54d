"""V17 and V20: what ties one round, and one meeting, to those before it.

Decisions and bars follow the *recorded* results, on which the meeting acted; that these are right is V16's business.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from verify.case import Case
from verify.checks.history import check_against_history, shown_votes
from verify.checks.recorded import Recorded
from verify.errors import Failed
from verify.ledger import Entry, b64url_decode
from verify.prose import Prose
from verify.rules import barred_nominees, may_decide


def check_sequence(case: Case) -> Prose:
    """V17: decisions only where a round asks for one, nobody nominated who is barred, history as in earlier ledgers."""
    recorded = Recorded()
    decisions = 0
    for entry in case.course.entries("result", "decision"):
        if entry.type == "decision":
            _check_decision(case, recorded, entry)
            decisions += 1
        recorded.add(entry)
    for contest in case.contests.values():
        for person in barred_nominees(contest, case.meeting):
            raise Failed(f"contest {contest['id']}: {person} is barred from this post on the day of the meeting")
    _check_earlier(case)
    check_against_history(case, shown_votes(case))
    ledgers = len(case.earlier)
    return Prose(
        f"{decisions} 项决定、提名和历次表决记录符合规则，以往账本 {ledgers} 份",
        f"{decisions} decisions, nominations and history as the rules say; earlier ledgers: {ledgers}",
    )


def _check_decision(case: Case, recorded: Recorded, entry: Entry) -> None:
    contest_id, place = entry.value["contest"], f"line {entry.line}: contest {entry.value['contest']}"
    contest = case.contest_of(contest_id)
    if contest is None:
        raise Failed(f"{place}: is not in the agenda")
    rounds, decisions = recorded.of(contest_id)
    if not may_decide(contest, rounds, decisions) or rounds[-1]["round"] != entry.value["round"]:
        raise Failed(f"{place}: a decision that no round asks for")


def _check_earlier(case: Case) -> None:
    """Each earlier ledger given is accepted by itself, and one of its own; what was not given is listed."""
    origins: dict[str, str] = {case.meeting["origin"]: "this ledger"}
    named = [case.meeting["previous"]]
    for one in case.earlier:
        if one.case is None or one.refused is not None:
            raise Failed(f"earlier ledger {one.name}: {one.refused}")
        origin = one.case.meeting["origin"]
        if origin in origins:
            raise Failed(f"earlier ledger {one.name}: has the origin of {origins[origin]}")
        origins[origin] = one.name
        named.append(one.case.meeting["previous"])
    if not case.earlier and case.meeting["previous"] is not None:
        case.not_covered.append(Prose("V17：没有提供以往会议的账本", "V17: earlier ledgers not supplied"))
        return
    for previous in named:
        if previous is not None and previous["origin"] not in origins:
            origin = previous["origin"]
            case.not_covered.append(
                Prose(f"V17：没有提供以往账本 {origin}", f"V17: earlier ledger {origin} not supplied")
            )


def check_previous(case: Case) -> Prose:
    """V20: the ledger that entry 0 names begins with exactly what was signed when this one was published."""
    previous: Mapping[str, Any] | None = case.meeting["previous"]
    if previous is None:
        return Prose("没有指明上一次会议的账本", "no previous ledger is named")
    found = next((one for one in case.earlier if one.origin == previous["origin"]), None)
    if found is None or found.case is None:
        case.not_covered.append(
            Prose("V20：指明了上一次会议的账本，但没有提供", "V20: previous ledger named, not supplied")
        )
        return Prose("指明了上一次会议的账本，未提供", "a previous ledger is named, and was not supplied")
    size, scan = previous["size"], found.case.scan
    if size > scan.tree_size:
        raise Failed(f"previous: of {size} entries, {found.name} holds only {scan.tree_size}")
    # The empty tree has a root of its own.
    if scan.roots.get(size, sha256(b"").digest()) != b64url_decode(previous["root"]):
        raise Failed(f"previous: {found.name} does not begin with the {size} entries that entry 0 names")
    return Prose(f"与 {found.name} 的前 {size} 条记录相接", f"{found.name} begins with the {size} entries named")
