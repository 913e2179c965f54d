"""What must hold between the rules, the ballot, the post and the voters of one contest.

Format: docs/formats/meeting-file.md §3. Everything here is asked of rules that were read one by one (`contest_rules`),
of which some fields may not have been readable: what is missing was reported there, and is passed over here.
"""

from collections import Counter
from typing import Any

from ballot_service.meetings import number_sizes
from ballot_service.meetings.contest_rules import RATED
from ballot_service.meetings.field_readers import Place, check_unique_field
from ballot_service.meetings.problems import describe, did_you_mean

AT_MOST_ONCE = ("quorum", "seats", "bar")  # per contest
KINDS_OF_RULES = {  # rules that are not listed fit every ballot
    "pass": ("approval",),
    "seats": ("approval",),
    "bar": ("approval",),
    "rate": ("approval", "pick", "grade"),
    "mean": ("grade", "score"),
    "rank": ("approval", "pick"),
}
VALUES = ("rate", "mean", "bands")  # rules that give a value which others can name
MAX_LISTED = 20  # names in a message

Rule = dict[str, Any]


def rule_of(contest: dict[str, Any], name: str) -> Rule | None:
    """The first rule of this name."""
    return next((rule for rule in contest.get("rules", []) if rule.get("rule") == name), None)


def check_rules_together(place: Place, contest: dict[str, Any]) -> None:
    """Report contradictions in a contest, of which some fields may not have been readable; fill in `max_approve`."""
    rules = contest.get("rules", [])
    inside_rules = Place(rules, (*place.path, "rules"), place.findings)
    check_unique_field(inside_rules, [{k: v for k, v in rule.items() if v is not None} for rule in rules], "id")
    for name, count in Counter(rule.get("rule") for rule in rules).items():
        if name in AT_MOST_ONCE and count > 1:
            inside_rules.wrong(f"at most one {name} rule in a contest", f"{count} of them")
    if "voters" in contest:
        _check_classes_vote(inside_rules, contest["voters"])
    _check_values(inside_rules)
    kind = contest.get("ballot", {}).get("kind")
    if kind is not None:
        _check_rules_fit_ballot(inside_rules, contest["ballot"])
    if kind in (None, "approval"):  # or it was said already that such rules do not fit
        _check_somebody_can_be_elected(inside_rules)
        _check_bars(inside_rules, contest)
    _settle_approvals(place, contest)


# --- classes and weights


def _check_classes_vote(rules: Place, voters: list[str]) -> None:
    for position, rule in enumerate(rules.value):
        for index, name in enumerate(rule.get("classes") or []):
            if name not in voters:
                rules.wrong_at((position, "classes", index), describe(name), _one_of("the contest's voters", voters))
        weights = rule.get("weights")
        if weights is None:
            continue
        if rule.get("classes") is not None:
            rules.wrong_at((position, "weights"), "classes and weights", "only one of them in a rule")
        _check_exactly(rules, (position, "weights"), weights, "the contest's voters", voters)
        size = number_sizes.of_value(rule)
        if size.is_too_long:
            found = f"a figure that may come to {size.digits} digits"
            expected = f"at most {number_sizes.MAX_DIGITS}: weights that are integers"
            rules.wrong_at((position, "weights"), found, expected)


def _check_exactly(
    rules: Place, path: tuple[str | int, ...], given: dict[str, Any], what: str, names: list[str]
) -> None:
    """A mapping that must name each of these and nothing else."""
    for name in given:
        if name not in names:
            rules.wrong_at((*path, name), describe(name), _one_of(what, names))
    for name in names:
        if name not in given:
            rules.wrong_at((*path, name), "nothing", f"a number for each of {what}, {_listed(names)}")


# --- the ballot


def _check_rules_fit_ballot(rules: Place, ballot: dict[str, Any]) -> None:
    kind = ballot["kind"]
    for position, rule in enumerate(rules.value):
        name = rule.get("rule")
        if kind not in KINDS_OF_RULES.get(name, (kind,)):
            fit = " or ".join(KINDS_OF_RULES[name])
            rules.wrong_at((position, "rule"), f"{describe(name)} for a ballot of the kind {kind}", f"a ballot: {fit}")
        elif name == "rate":
            _check_rate(rules, position, rule, ballot)
        elif name == "mean" and "points" in rule:
            _check_points(rules, position, rule, ballot)
        elif name == "rank" and "by" in rule:
            by = {"approval": "approve", "pick": "picks"}[kind]
            if rule["by"] != by:
                rules.wrong_at(
                    (position, "by"), describe(rule["by"]), f"{by}, because the ballot is of the kind {kind}"
                )


def _check_rate(rules: Place, position: int, rule: Rule, ballot: dict[str, Any]) -> None:
    counted = {"approval": "candidate", "pick": "options", "grade": "grades"}[ballot["kind"]]
    for field in RATED:
        if field in rule and field != counted:
            expected = f"{counted}, because the ballot is of the kind {ballot['kind']}"
            rules.wrong_at((position, field), field, expected)
    ballot_field = "candidates" if counted == "candidate" else counted
    names = _ids(ballot.get(ballot_field))
    if names is None or counted not in rule:
        return
    if counted == "candidate":
        if rule["candidate"] not in names:
            rules.wrong_at((position, "candidate"), describe(rule["candidate"]), _one_of("the candidates", names))
        return
    for index, name in enumerate(rule[counted]):
        if name not in names:
            rules.wrong_at((position, counted, index), describe(name), _one_of(f"the {counted}", names))


def _check_points(rules: Place, position: int, rule: Rule, ballot: dict[str, Any]) -> None:
    if ballot["kind"] == "score":
        if rule["points"] is not None:
            rules.wrong_at((position, "points"), "points", "nothing: a score is its own points")
        return
    grades = _ids(ballot.get("grades"))
    if grades is None:
        return
    if rule["points"] is None:
        rules.wrong_at((position, "points"), "nothing", f"a number for each of the grades, {_listed(grades)}")
    else:
        _check_exactly(rules, (position, "points"), rule["points"], "the grades", grades)


def _ids(named: list[dict[str, Any]] | None) -> list[str] | None:
    """The ids of candidates, options or grades, or None when they cannot be known."""
    if named is None or any("id" not in one for one in named):
        return None
    return [one["id"] for one in named]


# --- rules that name other rules, or need them


def _check_values(rules: Place) -> None:
    """Bands and flags read the value of an earlier rule: rules are evaluated in order."""
    earlier: list[str] = []
    for position, rule in enumerate(rules.value):
        if rule.get("rule") in ("bands", "flag") and "value" in rule and rule["value"] not in earlier:
            known = _listed(earlier) if earlier else "there is none"
            expected = f"the id of an earlier rate, mean or bands rule of this contest: {known}"
            hint = did_you_mean(rule["value"], earlier)
            rules.wrong_at((position, "value"), describe(rule["value"]), expected + hint)
        if rule.get("rule") in VALUES and "id" in rule:
            earlier.append(rule["id"])


def _check_somebody_can_be_elected(rules: Place) -> None:
    """Elected are only those who passed: without a pass rule the seats would stay empty whatever the ballots say."""
    can_pass = any(rule.get("rule") == "pass" and rule.get("mark", "approve") == "approve" for rule in rules.value)
    for position, rule in enumerate(rules.value):
        if rule.get("rule") == "seats" and not can_pass:
            expected = "a pass rule with the mark approve beside it, or nobody could be elected"
            rules.wrong_at((position,), "a seats rule alone", expected)


def _check_bars(rules: Place, contest: dict[str, Any]) -> None:
    """A bar is from a post, and reached by failing to pass."""
    can_fail = any(rule.get("rule") == "pass" for rule in rules.value)
    for position, rule in enumerate(rules.value):
        if rule.get("rule") != "bar":
            continue
        if "post" in contest and contest["post"] is None:
            rules.wrong_at((position,), "a bar rule in a contest without post", "a post, from which people are barred")
        if not can_fail:
            rules.wrong_at((position,), "a bar rule alone", "a pass rule beside it, or nobody could fail")


# --- defaults that the rules decide


def _settle_approvals(place: Place, contest: dict[str, Any]) -> None:
    ballot = contest.get("ballot", {})
    candidates = ballot.get("candidates")
    if candidates is None:
        return
    count = len(candidates)
    wanted = None
    for position, rule in enumerate(contest.get("rules", [])):
        if rule.get("rule") == "seats":
            wanted = rule.get("seats")
            if wanted is not None and wanted > count:
                expected = f"at most the number of candidates, {count}"
                place.wrong_at(("rules", position, "seats"), str(wanted), expected)
    if "max_approve" not in ballot:
        return
    if ballot["max_approve"] is None:
        ballot["max_approve"] = wanted or count
    elif ballot["max_approve"] > count:
        expected = f"an integer from 1 to {count}, the number of candidates"
        place.wrong_at(("ballot", "max_approve"), str(ballot["max_approve"]), expected)


# --- messages


def _one_of(what: str, names: list[str]) -> str:
    return f"one of {what}, {_listed(names)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MAX_LISTED])
