"""What a result proposes (提醒谈话、限期整改、一年内不得提名 …): for a named office to confirm, never an act.

Text: docs/rules.md, "Proposals". They follow from flags and bars of a round object and from the contest's own rules:
whoever holds the ledger's `result` can list them again.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.days import due_date

TO_CONFIRM = "to-confirm"


def proposals_of(
    contest: Mapping[str, Any], judged: Mapping[str, Any], meeting: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The proposals of one round, in the order of the contest's rules.

    judged: a round object, or the parts of one: flags and barred. meeting: date, calendar and locale are read.
    """
    flags = iter(judged["flags"])
    proposals: list[dict[str, Any]] = []
    for rule in contest["rules"]:
        if rule["rule"] == "flag":
            proposals += consequences(rule, meeting, raised=next(flags)["raised"])
        elif rule["rule"] == "bar":
            names = {candidate["id"]: candidate["name"] for candidate in contest["ballot"]["candidates"]}
            code = rule.get("id") or "bar"
            proposals += [_of_bar(code, names[bar["person"]], bar, meeting) for bar in judged["barred"]]
    return proposals


def consequences(flag: Mapping[str, Any], meeting: Mapping[str, Any], *, raised: bool) -> list[dict[str, Any]]:
    """The proposals of one flag; none when it is not raised."""
    if not raised:
        return []
    return [
        _proposal(flag["code"], one["text"], one["confirm"], due_date(one["due"], meeting["date"], meeting["calendar"]))
        for one in flag["consequences"]
    ]


def _of_bar(code: str, name: str, bar: Mapping[str, Any], meeting: Mapping[str, Any]) -> dict[str, Any]:
    since, until = bar["from"], bar["until"]
    if str(meeting["locale"]).startswith("zh"):
        days = f"自{since}起" if until is None else f"自{since}至{until}(含首尾两日)"
        return _proposal(code, f"{name}:{days}不得提名为同一职务的人选", "组织部门", None)
    days = f"from {since} on" if until is None else f"from {since} to {until}, both included"
    return _proposal(code, f"{name}: not to be nominated for this post {days}", "organisation department", None)


def _proposal(code: str, text: str, confirm: str, due: str | None) -> dict[str, Any]:
    return {"code": code, "text": text, "confirm": confirm, "due": due, "status": TO_CONFIRM}
