"""Bars (一年内不得提名为同一职务的人选), rule `bar`: who has failed a post often enough, counting this round.

Text: docs/rules.md, "bar". The bar begins on the day of the meeting. It is a fact of the count, and proposed.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.barring import FOREVER, Vote, follow_votes, past_votes
from verify.rules.errors import RulesError
from verify.rules.judging.approvals import candidate_ids, order_by_approvals
from verify.rules.judging.state import Judging


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement per candidate, as on the ballot: failures so far against those that bar, "1 < 2" or "2 ≥ 2".

    Who passed has 0. A row can hold without a new bar: with `count_loss: false` a loss leaves the failures alone.
    `barred` is in the order of approvals, as passed and elected are.
    """
    contest, meeting = judging.contest, judging.meeting
    post = contest["post"]
    if post is None or not any(other["rule"] == "pass" for other in contest["rules"]):
        raise RulesError("a bar rule needs a contest with a post and a pass rule")
    if rule["months"] != FOREVER and not isinstance(rule["months"], int):
        raise RulesError("a bar runs for a number of months, or forever")
    day = meeting["date"]
    until: dict[str, str | None] = {}
    for candidate in candidate_ids(contest["ballot"]):
        here = [
            Vote(day, candidate in judged["passed"], not judged["passed"])
            for judged in judging.post_rounds
            if candidate in judged["tally"]
        ]
        now = Vote(day, candidate in judging.passed, not judging.passed)
        record = follow_votes([*past_votes(meeting["history"], candidate, post), *here, now], rule)
        failures = 0 if now.passed else record.failures
        holds = failures >= rule["failures"]
        judging.report(
            rule, holds=holds, working=f"{failures} {'≥' if holds else '<'} {rule['failures']}", candidate=candidate
        )
        if record.reached:
            until[candidate] = record.until
    judging.barred += [
        {"person": candidate, "post": post, "from": day, "until": until[candidate]}
        for candidate in order_by_approvals(judging.count)
        if candidate in until
    ]
