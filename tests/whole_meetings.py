"""Whole meetings for tests, on `tests.ledger_builder`: one with every kind of ballot, one with bars, two in a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crypto import merkle
from crypto.encoding import b64u
from tests import meeting_parts as parts
from tests.ledger_builder import YES_1, YES_2, Entry, LedgerBuilder, Paper, Poll, contest, item, pass_rule, seats_rule

CALENDAR = {"until": "2026-12-31", "holidays": [], "workdays": ["2026-12-19"]}


def review_agenda() -> list[Entry]:
    """A chief who is graded, a duty that is scored, remarks, a nomination and a motion."""
    chief = parts.question(
        "chief",
        parts.grade_ballot(),
        [
            parts.rate_rule("well", grades=["good", "fair"]),
            parts.mean_rule("avg", {"good": "100", "fair": "80", "plain": "70", "poor": "0"}),
            parts.bands_rule("points", "well", ("9/10", "20"), ("3/5", "16"), otherwise="8"),
            parts.flag_rule(
                "talk",
                "avg",
                parts.consequence("提醒谈话", "纪委", working_days=7),
                parts.consequence("限期整改", "纪委", days=15),
                at_most="70",
            ),
            parts.flag_rule("well-done", "well", at_least="1/2", under="1"),
        ],
        ["A", "B"],
    )
    duty = parts.question(
        "duty", parts.score_ballot(), [parts.mean_rule("avg", weights={"A": "40", "B": "60"})], ["A", "B"]
    )
    talk = parts.question("talk", parts.comment_ballot(), [], ["A", "B"])
    names = parts.question(
        "names",
        parts.pick_ballot("ma", "niu", "yang"),
        [parts.rank_rule("by-picks", "picks"), parts.rate_rule("ma-or-niu", options=["ma", "niu"])],
    )
    motion = contest("motion", ["yes"], ["A", "B"], [pass_rule(of="present")])
    motion["post"] = None
    return [
        {**item("review", [chief, duty, talk], announce="publish"), "cadre": False},
        {**item("names", [names], announce="internal"), "cadre": False},
        {**item("motion", [motion], announce="publish"), "cadre": False},
    ]


SCORES = [
    parts.score(
        "team",
        {"value": "chief.points", "times": "3"},
        {"input": "style"},
        {"score": "service", "times": "1/2"},
        {"const": "40"},
        clamp=["0", "100"],
        bands=[("90", "3"), ("60", "2")],
        flags=[parts.flag("praise", parts.consequence("通报表扬", "组织部"), at_least="100")],
    ),
    parts.score("service", pool=["chief.well", "names.ma-or-niu"], display="percent"),
    parts.score("waiting", {"input": "cases"}),
]


def urgent_item() -> Entry:
    """An item that nobody had on the agenda, with an input and a score of its own."""
    asked = parts.question("urgent", parts.grade_ballot("yes", "no"), [parts.rate_rule("in-favour", grades=["yes"])])
    return {
        **item("urgent", [asked], announce="internal", steps=["introduce"]),
        "cadre": False,
        "inputs": [parts.input_("advice", None, None)],
        "scores": [parts.score("urgency", {"value": "urgent.in-favour"}, {"input": "advice", "times": "2"})],
    }


@dataclass
class Review:
    builder: LedgerBuilder
    papers: dict[str, Paper]
    polls: dict[str, Poll]


def review_meeting(**changes: Any) -> Review:
    """Every kind of ballot, paper ballots, inputs, scores, and an item let in by a motion."""
    settings: dict[str, Any] = {
        "pages": 8,
        "boxes": 6,
        "inputs": [parts.input_("style"), parts.input_("cases")],
        "scores": SCORES,
        "calendar": CALENDAR,
    }
    b = LedgerBuilder(review_agenda(), {"A": 8, "B": 5}, **{**settings, **changes})
    b.attendance(A=8, B=5)
    b.redeem("A", 8)
    b.redeem("B", 3)
    b.give("style", "40/3")
    papers = {one: b.paper(one) for one in ("chief", "duty", "talk")}
    polls = {"review": b.open_poll(*papers.values())}
    poll = polls["review"]
    good, fair, poor = ({"grade": one} for one in ("good", "fair", "poor"))
    b.cast(poll, papers["chief"], "A", *[good] * 3, *[fair] * 3, poor, {})
    b.cast(poll, papers["chief"], "B", good, {"unknown": True}, {"grade": "best"})
    b.cast(poll, papers["duty"], "A", *[{"score": 80}] * 4, *[{"score": "92.5"}] * 3)
    b.cast(poll, papers["duty"], "B", {"score": 70}, {"score": "70.25"}, {"score": 100})
    b.cast(poll, papers["talk"], "A", {"text": "keep it up"}, {"text": "more of it"}, {"text": ""})
    b.close_poll(poll)
    b.count_paper(poll, papers["chief"], "B", 2, fair, poor)
    b.count_paper(poll, papers["duty"], "B", 2, {"score": 60}, {"score": "60.5"})
    b.count_paper(poll, papers["talk"], "B", 2, {"text": "on paper"}, {"text": "on paper"})
    b.open_box(poll)
    b.announce("chief", "hall", "publish")
    b.give("style", "29/2")

    papers["names"] = b.paper("names")
    polls["names"] = poll = b.open_poll(papers["names"])
    both = {"picks": ["ma", "niu"]}
    b.cast(poll, papers["names"], "A", both, both, {"picks": ["ma"], "write_in": ["王五"]}, {"write_in": ["王五"]})
    b.cast(poll, papers["names"], "A", {"picks": ["ma", "ma"]}, {"picks": []}, {"write_in": ["Option yang"]})
    b.close_poll(poll)
    b.count_paper(poll, papers["names"], "A", 0)
    b.open_box(poll)
    b.announce("names", "committee", "internal")

    _poll(b, papers, polls, "motion", [{"yes": "approve"}] * 8)
    b.add_item(urgent_item(), "motion")
    b.give("advice", "-1/3")
    b.step("urgent", "introduce")
    _poll(b, papers, polls, "urgent", [{"grade": "yes"}] * 5 + [{"grade": "no"}] * 2)
    b.close()
    return Review(b, papers, polls)


def _poll(
    b: LedgerBuilder,
    papers: dict[str, Paper],
    polls: dict[str, Poll],
    contest_id: str,
    choices: list[Mapping[str, Any]],
) -> None:
    papers[contest_id] = b.paper(contest_id)
    polls[contest_id] = poll = b.open_poll(papers[contest_id])
    b.cast(poll, papers[contest_id], "A", *choices)
    b.close_poll(poll)
    b.open_box(poll)


POST = "bureau-chief"


def post_contest(contest_id: str, *rules: Entry, candidates: tuple[str, ...] = ("zhang-san", "li-si")) -> Entry:
    """One seat of one post, with a line to pass and these further rules."""
    return {**contest(contest_id, candidates, rules_=[pass_rule(), seats_rule(max_rounds=3), *rules]), "post": POST}


def barring_meeting(**changes: Any) -> LedgerBuilder:
    """Li Si fails twice for one post, in two contests; the second round of the first prints Zhang San alone."""
    agenda = [item("posts", [post_contest("one", parts.bar_rule()), post_contest("two", parts.bar_rule())])]
    b = LedgerBuilder(agenda, {"A": 6}, **{"pages": 5, "boxes": 5, **changes})
    b.attendance(A=6)
    b.redeem("A", 6)
    papers: dict[str, Paper] = {}
    polls: dict[str, Poll] = {}
    _poll(b, papers, polls, "one", [YES_1] * 3 + [YES_2] * 3)
    b.decide("one", 1, "revote")
    _poll(b, papers, polls, "two", [YES_1] * 4 + [YES_2] * 2)
    _poll(b, papers, polls, "one", [{"zhang-san": "approve"}] * 6)
    b.close()
    return b


def earlier_meeting(*, choices: "list[Mapping[str, Any]] | None" = None, **changes: Any) -> LedgerBuilder:
    """A meeting on 1 March in which Zhang San is chosen and Li Si is not."""
    agenda = changes.pop("agenda", None) or [item("posts", [post_contest("spring", parts.bar_rule())])]
    settings = {"pages": 4, "boxes": 4, "meeting_id": "spring-meeting", "date": "2026-03-01"}
    b = LedgerBuilder(agenda, {"A": 5}, **{**settings, **changes})
    b.attendance(A=5)
    b.redeem("A", 5)
    for contest_id in b.contests:
        _poll(b, {}, {}, contest_id, choices or [YES_1] * 4 + [YES_2])
    b.close()
    return b


SPRING_FAILURE = parts.history_line(
    "li-si", POST, "2026-03-01", meeting="spring-meeting", contest="spring", round=1, nobody_passed=False
)


def link(earlier: LedgerBuilder, size: int | None = None) -> Entry:
    """`previous` of a meeting published when the earlier ledger had so many entries; None: all of them."""
    leaves = [merkle.leaf_hash(line) for line in earlier.lines(earlier.entries)][:size]
    return {"origin": earlier.origin, "size": len(leaves), "root": b64u(merkle.root_hash(leaves))}


def later_meeting(earlier: LedgerBuilder, *, history: "list[Entry] | None" = None, **changes: Any) -> LedgerBuilder:
    """The same post again in December, in the installation of the earlier meeting; Li Si stands once more."""
    settings: dict[str, Any] = {
        "history": [SPRING_FAILURE] if history is None else history,
        "previous": link(earlier),
        "pages": 4,
        "boxes": 4,
    }
    agenda = changes.pop("agenda", None) or [item("posts", [post_contest("winter", parts.bar_rule())])]
    b = LedgerBuilder(agenda, {"A": 5}, **{**settings, **changes})
    b.attendance(A=5)
    b.redeem("A", 5)
    first = next(iter(b.contests))
    people = [one["id"] for one in b.contests[first]["ballot"]["candidates"]]
    _poll(b, {}, {}, first, [{people[0]: "approve"}] * 5)
    b.close()
    return b
