"""Seats (职数): who is elected, why not all seats could be filled, and what may come next.

Text: docs/rules.md, "seats". In a later round the seats are those still left.

* `tie`: the candidates at places seats and seats + 1 have equal approvals, whether or not they passed, also 0:0.
* `none`: nobody passed. `too-few`: some passed, fewer than seats.
* Elected: those who passed, are among the first seats, and do not share the approvals of place seats + 1.

The order is by approvals of all voters, a pass line may count some classes or another mark: then one who did not pass
can stand before one who did. That seat stays empty, and `undecided` may come without a reason.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.barring import barred_people
from verify.rules.errors import RulesError
from verify.rules.judging.approvals import approvals, candidate_ids, order_by_approvals
from verify.rules.judging.state import Judging

ON_FAILURE = {"committee": "committee-decides", "revote": "revote", "end": "ended"}


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement: those elected in this round against the seats left, "1 = 1" or "0 < 1"."""
    if rule["on_failure"] not in ON_FAILURE:
        raise RulesError("on_failure is one of " + ", ".join(ON_FAILURE))
    seats = seats_left(rule, judging)
    votes = approvals(judging.count)
    order = order_by_approvals(judging.count)
    # Approvals of the first one without a seat; None when there are no more candidates than seats.
    runner_up = votes[order[seats]] if seats < len(order) else None
    judging.elected = [
        candidate for candidate in order[:seats] if candidate in judging.passed and votes[candidate] != runner_up
    ]
    holds = len(judging.elected) == seats
    judging.state = "decided" if holds else "undecided"
    if not holds:
        if runner_up is not None and votes[order[seats - 1]] == runner_up:
            judging.reasons.append("tie")
        if not judging.passed:
            judging.reasons.append("none")
        elif len(judging.passed) < seats:
            judging.reasons.append("too-few")
    judging.report(rule, holds=holds, working=f"{len(judging.elected)} {'=' if holds else '<'} {seats}")


def seats_left(rule: Mapping[str, Any], judging: Judging) -> int:
    """Seats of the contest that earlier rounds did not fill; never below zero."""
    return max(0, int(rule["seats"]) - sum(len(earlier["elected"]) for earlier in judging.earlier))


def what_comes_next(judging: Judging) -> str:
    """`none` (decided or counted), `committee-decides`, `revote`, or `ended`. Asked when all rules are judged.

    Ended: `on_failure: end`, the last round, or nobody left: all candidates are elected, or barred from the post.
    """
    if judging.state != "undecided":
        return "none"
    rule = next(rule for rule in judging.contest["rules"] if rule["rule"] == "seats")
    gone = {*judging.elected, *(bar["person"] for bar in judging.barred), *barred_people(judging.post_rounds)}
    nobody_left = gone.issuperset(candidate_ids(judging.contest["ballot"]))
    if judging.round_number >= rule["max_rounds"] or nobody_left:
        return "ended"
    return ON_FAILURE[rule["on_failure"]]
