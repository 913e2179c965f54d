"""The pass line (通过线), rule `pass`: a candidate's votes compared with a fraction of a base.

Text: docs/rules.md, "Rules". With `classes`, votes and base are those of these classes only. With several pass rules
a candidate passes when all of them hold. Without any, nobody passes: being let through needs a written line. So a
contest with `seats` and no `pass` elects nobody; who wants the plurality alone writes `over: "0"`.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.choices.approval import MARKS
from verify.rules.count import Count
from verify.rules.errors import RulesError
from verify.rules.judging.approvals import candidate_ids, order_by_approvals
from verify.rules.judging.state import Judging
from verify.rules.judging.threshold import compare, read_threshold


def passing_candidates(contest: Mapping[str, Any], count: Count) -> list[str]:
    """Who passes, most approvals first, equal ones as in the file."""
    lines = [_judge_candidates(rule, count) for rule in contest["rules"] if rule["rule"] == "pass"]
    if not lines:
        return []
    passed = [candidate for candidate in lines[0] if all(line[candidate][0] for line in lines)]
    return [candidate for candidate in order_by_approvals(count) if candidate in passed]


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement per candidate, in the order of the ballot."""
    for candidate, (holds, working) in _judge_candidates(rule, judging.count).items():
        judging.report(rule, holds=holds, working=working, candidate=candidate, of=rule["of"])


def _judge_candidates(rule: Mapping[str, Any], count: Count) -> dict[str, tuple[bool, str]]:
    candidates = candidate_ids(count.ballot)
    if rule["mark"] not in MARKS:
        raise RulesError("a pass rule counts one of the marks " + ", ".join(MARKS))
    threshold = read_threshold(rule)
    classes = rule.get("classes")
    base = count.base(rule["of"], classes)
    tally = count.tally(classes)
    return {candidate: compare(tally[candidate][rule["mark"]], threshold, base) for candidate in candidates}
