"""A round object cut down to what may be seen of it.

Figures of single classes are kept only where each class returned at least `min_class` ballots: with one held back,
the total less the others would give it away. The verdict looks at what was issued; but of a class of which one ballot
came back, who sits in the hall knows whose it is. That goes for breakdowns, and for the workings, rates and ranks of
rules that count or weigh classes apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from ballot_service.disclosure.details import Detail
from ballot_service.meetings.state import Json
from verify.rules.choices import ballot_kind

PAPER_FIGURES = ("expected", "present", "issued", "returned")
OWN_WORDS = ("write_in", "texts")  # what hangs in a tally beside numbers of votes


def cut(contest: Json, judged: Json, seen: Detail, *, min_class: int) -> Json | None:
    """The round object, with or without its working, at this detail; None for nothing.

    contest: in normal form. min_class: of the meeting.
    """
    if seen is Detail.NOTHING:
        return None
    if seen < Detail.RESULT:
        return {"round": judged["round"], "poll": judged["poll"], "counts": _counts(judged, seen)}
    shown = _without_small_classes(contest, judged, min_class)
    if ballot_kind(contest["ballot"]).has_free_text(contest["ballot"]):
        shown = _without_words(shown, seen)
    return shown


def _counts(judged: Json, seen: Detail) -> Json:
    total = judged["counts"]["total"]
    names = total if seen >= Detail.COUNTS else PAPER_FIGURES
    return {"total": {name: total[name] for name in names}, "by_class": {}}


def _without_words(judged: Json, seen: Detail) -> Json:
    """Without comments and, below NAMES, without written names and their ranks."""
    if seen >= Detail.REMARKS:
        return judged
    hidden = ("texts",) if seen >= Detail.NAMES else OWN_WORDS

    def printed(counted: Mapping[str, object]) -> Json:
        return {name: number for name, number in counted.items() if name not in hidden or isinstance(number, int)}

    return {
        **judged,
        "tally": printed(judged["tally"]),
        "tally_by_class": {name: printed(tally) for name, tally in judged["tally_by_class"].items()},
        "ranks": {rule_id: printed(ranks) for rule_id, ranks in judged["ranks"].items()},
    }


def _without_small_classes(contest: Json, judged: Json, min_class: int) -> Json:
    by_class = judged["counts"]["by_class"]
    if len(contest["voters"]) < 2 or (by_class and all(one["returned"] >= min_class for one in by_class.values())):
        return judged
    single = {rule["id"] for rule in contest["rules"] if _of_some_classes(rule, contest["voters"])}
    weighed = {rule["id"] for rule in contest["rules"] if rule.get("weights")}
    # Points of a band and flags tell the value they look at.
    untold = single | weighed | {rule["id"] for rule in contest["rules"] if rule.get("value", "") in single}
    shown = {
        **judged,
        "counts": {**judged["counts"], "by_class": {}},
        "tally_by_class": {},
        "values": {
            name: _without_working(value) if name in untold else value
            for name, value in judged["values"].items()
            if name not in single
        },
        "ranks": {name: ranks for name, ranks in judged["ranks"].items() if name not in single},
    }
    if single and "judgements" in judged:
        shown["judgements"] = [
            one if one["rule"] in ("quorum", "seats", "bar") else _without_working(one) for one in judged["judgements"]
        ]
    return shown


def _of_some_classes(rule: Json, voters: list[str]) -> bool:
    return bool(rule.get("classes")) and set(rule["classes"]) != set(voters)


def _without_working(told: Json) -> Json:
    return {**told, "working": ""} if "working" in told else told
