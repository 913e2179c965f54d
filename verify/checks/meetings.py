"""V17 and V20: what ties one round, and one meeting, to those before it."""

from verify.case import Case
from verify.checks.recorded import Recorded
from verify.errors import Failed
from verify.ledger import Entry
from verify.prose import Prose
from verify.rules import may_decide


def check_sequence(case: Case) -> Prose:
    """V17: decisions only where a round asks for one. Bars, history and earlier ledgers come with later versions."""
    recorded = Recorded()
    decisions = 0
    for entry in case.course.entries("result", "decision"):
        if entry.type == "decision":
            _check_decision(case, recorded, entry)
            decisions += 1
        recorded.add(entry)
    return Prose(f"{decisions} 项决定符合规则", f"{decisions} decisions, each where the rules ask for one")


def _check_decision(case: Case, recorded: Recorded, entry: Entry) -> None:
    contest_id, place = entry.value["contest"], f"line {entry.line}: contest {entry.value['contest']}"
    contest = case.contest_of(contest_id)
    if contest is None:
        raise Failed(f"{place}: is not in the agenda")
    rounds, decisions = recorded.of(contest_id)
    if not may_decide(contest, rounds, decisions) or rounds[-1]["round"] != entry.value["round"]:
        raise Failed(f"{place}: a decision that no round asks for")


def check_previous(case: Case) -> Prose:
    """V20. An earlier ledger cannot be given to this version."""
    if case.meeting["previous"] is not None:
        case.not_covered += ["V17: earlier ledgers not supplied", "V20: previous ledger named, not supplied"]
        return Prose("指明了上一次会议的账本，未提供", "a previous ledger is named, and was not supplied")
    return Prose("没有指明上一次会议的账本", "no previous ledger is named")
