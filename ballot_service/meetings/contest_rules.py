"""Contest rules: the `rules` of a contest in normal form, one reader per rule, and what must hold between them.

Format: docs/formats/meeting-file.md §3. A new rule is one function and one line in `CONTEST_RULES`. This reads rules;
judging by them is the verifier's (`verify.rules`).
"""

from collections import Counter
from typing import Any

from ballot_service.meetings.ballot_kinds import MARKS, by_name
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    Field,
    Place,
    Reader,
    check_unique_field,
    class_id,
    exact_number,
    identifier,
    one_of,
    or_null,
    record,
    record_with_one_of,
    text,
    unique_list_of,
    whole_number,
)
from ballot_service.meetings.problems import describe

MAX_DOCUMENT_CHARS = 200
MAX_QUOTE_CHARS = 1000
MAX_SEATS = 500
MAX_ROUNDS = 10
BASES = ("expected", "present", "issued", "returned", "valid", "scored")
AT_MOST_ONCE = ("quorum", "seats")  # per contest


def _cite(place: Place) -> Any:
    return record(
        place,
        {
            "document": Field(text(MAX_DOCUMENT_CHARS)),
            "clause": Field(or_null(text(MAX_DOCUMENT_CHARS)), None),
            "quote": Field(or_null(text(MAX_QUOTE_CHARS)), None),
        },
    )


_COMMON = {
    "rule": Field(one_of("quorum", "pass", "seats")),
    "id": Field(or_null(identifier), None),
    "cite": Field(or_null(_cite), None),
}
_LINE = {"at_least": Field(exact_number(0, 1), LEFT_OUT), "over": Field(exact_number(0, 1), LEFT_OUT)}


def quorum_line(place: Place) -> Any:
    """`{at_least: "2/3", of: expected}`, as meetings and items write it."""
    return _with_one_line(place, {**_LINE, "of": Field(one_of("expected"), "expected")})


def quorum(place: Place) -> Any:
    return _with_one_line(place, {**_COMMON, **_LINE, "of": Field(one_of("expected"), "expected")})


def passing(place: Place) -> Any:
    return _with_one_line(
        place,
        {
            **_COMMON,
            "classes": Field(or_null(unique_list_of(class_id, min_length=1)), None),
            "mark": Field(one_of(*MARKS), "approve"),
            **_LINE,
            "of": Field(one_of(*BASES)),
        },
    )


def seats(place: Place) -> Any:
    return record(
        place,
        {
            **_COMMON,
            "seats": Field(whole_number(1, MAX_SEATS), 1),
            "max_rounds": Field(whole_number(1, MAX_ROUNDS), 2),
            "on_failure": Field(one_of("committee", "revote", "end"), "committee"),
        },
    )


def _with_one_line(place: Place, fields: dict[str, Field]) -> Any:
    return record_with_one_of(place, ("at_least", "over"), fields, 'at_least: "2/3"')


CONTEST_RULES: dict[str, Reader] = {"quorum": quorum, "pass": passing, "seats": seats}


def contest_rule(place: Place) -> Any:
    """A rule of any name."""
    return by_name(place, "rule", CONTEST_RULES)


# --- what must hold between the rules, the ballot and the voters of one contest


def seats_rule_of(contest: dict[str, Any]) -> dict[str, Any] | None:
    return next((rule for rule in contest.get("rules", []) if rule.get("rule") == "seats"), None)


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
    _check_somebody_can_be_elected(inside_rules)
    _settle_approvals(place, contest)


def _check_classes_vote(rules: Place, voters: list[str]) -> None:
    for position, rule in enumerate(rules.value):
        for index, name in enumerate(rule.get("classes") or []):
            if name not in voters:
                expected = f"one of the contest's voters, {', '.join(voters[:20])}"
                rules.wrong_at((position, "classes", index), describe(name), expected)


def _check_somebody_can_be_elected(rules: Place) -> None:
    """Elected are only those who passed: without a pass rule the seats would stay empty whatever the ballots say."""
    can_pass = any(rule.get("rule") == "pass" and rule.get("mark", "approve") == "approve" for rule in rules.value)
    for position, rule in enumerate(rules.value):
        if rule.get("rule") == "seats" and not can_pass:
            expected = "a pass rule with the mark approve beside it, or nobody could be elected"
            rules.wrong_at((position,), "a seats rule alone", expected)


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
