"""Bars (一年内不得提名为同一职务的人选), rule `bar`: who has failed a post often enough, counting this round.

Text: docs/rules.md, "bar". The bar begins on the day of the meeting. It is a fact of the count, and proposed.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.barring import FOREVER, Vote, follow_votes, past_votes
from verify.rules.errors import RulesError
from verify.rules.judging.approvals import candidate_ids
from verify.rules.judging.state import Judging


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement per candidate: failures so far against those that bar, "1 < 2" or "2 ≥ 2"; 0 for who passed."""
    contest, meeting = judging.contest, judging.meeting
    post = contest["post"]
    if post is None or not any(other["rule"] == "pass" for other in contest["rules"]):
        raise RulesError("a bar rule needs a contest with a post and a pass rule")
    if rule["months"] != FOREVER and not isinstance(rule["months"], int):
        raise RulesError("a bar runs for a number of months, or forever")
    day = meeting["date"]
    for candidate in candidate_ids(contest["ballot"]):
        here = [
            Vote(day, candidate in judged["passed"], not judged["passed"])
            for judged in judging.post_rounds
            if candidate in judged["tally"]
        ]
        now = Vote(day, candidate in judging.passed, not judging.passed)
        record = follow_votes([*past_votes(meeting["history"], candidate, post), *here, now], rule)
        failures = 0 if now.passed else record.failures
        reached = record.reached
        working = f"{failures} {'≥' if failures >= rule['failures'] else '<'} {rule['failures']}"
        judging.report(rule, holds=reached, working=working, candidate=candidate)
        if reached:
            judging.barred.append({"person": candidate, "post": post, "from": day, "until": record.until})
