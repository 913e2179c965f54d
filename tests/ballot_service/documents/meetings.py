"""Three meetings for documents, each with real keys and ballots, and each a minute's reading.

`review`    every kind of ballot, paper ballots, scores with a missing input, an added item (tests.whole_meetings)
`vote`      差额票决: a void poll, a tie, a second round with a recusal and an invalid ballot, a bar; a nomination with
            written names; names that try to be formulas, markup, emoji and sixty characters
`integrity` 述廉 of four people by two classes, with remarks; a flag at exactly 70; 一报告两评议 in a small class
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ballot_service.meetings.meeting_file import read_meeting_value
from tests.ledger_builder import LedgerBuilder, Paper, Poll
from tests.whole_meetings import review_meeting

Json = dict[str, Any]

FORMULA = '=HYPERLINK("x")'
MARKUP = "<b>王\"五'</b>&amp;"
EMOJI = "赵六😀𠮷"
LONG = "一二三四五六七八九十" * 6
HOSTILE = (FORMULA, MARKUP, EMOJI, LONG)
REMARKS = ("=1+1 多听意见", "@公开程序", "-多下乡", "+好", "多读书", "少开会")


def expanded(classes: list[Json], *items: Json) -> list[Json]:
    """Items written with templates, in normal form."""
    plan = read_meeting_value(
        {
            "format": "ballot-service/meeting/1", "id": "test-meeting", "title": "会议", "organiser": "县委办",
            "place": "会议室", "date": "2026-12-18", "classes": classes, "min_class": 2, "locale": "zh-CN",
            "scrutineers": {"cards": 3, "threshold": 2}, "agenda": list(items),
        }
    )  # fmt: skip
    agenda: list[Json] = plan.fields["agenda"]
    return agenda


def poll(b: LedgerBuilder, ballots: dict[str, dict[str, list[Any]]], *, recused: dict[str, int] | None = None) -> Poll:
    """contest → class → choices; opened, closed and counted."""
    papers = {contest: b.paper(contest, recused=recused) for contest in ballots}
    opened = b.open_poll(*papers.values())
    for contest, by_class in ballots.items():
        for voter_class, choices in by_class.items():
            b.cast(opened, papers[contest], voter_class, *choices)
    b.close_poll(opened)
    b.open_box(opened)
    return opened


@lru_cache(maxsize=1)
def review_ledger() -> bytes:
    return review_meeting().builder.ledger()


@lru_cache(maxsize=1)
def vote_ledger() -> bytes:
    classes = [{"id": "A", "name": "县委常委", "expected": 7}]
    vote = {
        "id": "finance", "title": "县财政局局长人选差额票决", "template": "differential-vote/f4", "voters": ["A"],
        "post": "finance-director",
        "candidates": [{"id": "zhang", "name": FORMULA, "note": "副局长"}, {"id": "li", "name": MARKUP}],
    }  # fmt: skip
    names = {
        "id": "names", "title": "县水务局局长人选推荐", "template": "nomination/f4", "voters": ["A"],
        "post": "water-director", "roster": [{"id": "a", "name": EMOJI}, {"id": "b", "name": LONG}],
    }  # fmt: skip
    b = LedgerBuilder(expanded(classes, vote, names), {"A": 7}, pages=5, boxes=5)
    b.attendance(A=6)
    b.redeem("A", 6)
    b.step("finance", "introduce")
    b.step("finance", "deliberate")
    void: Paper = b.paper("finance")
    b.void(b.open_poll(void))
    zhang, li = {"zhang": "approve", "li": "oppose"}, {"zhang": "oppose", "li": "approve"}
    poll(b, {"finance": {"A": [zhang] * 3 + [li] * 3}})
    b.announce("finance", "hall")
    b.decide("finance", 1, "revote")
    poll(b, {"finance": {"A": [zhang] * 4 + [{"zhang": "approve", "li": "approve"}]}}, recused={"A": 1})
    written = [{"picks": [], "write_in": [FORMULA]}] * 2 + [{"picks": [], "write_in": ["壬某"]}]
    poll(b, {"names": {"A": [{"picks": ["a"]}] * 3 + written}})
    b.close()
    return b.ledger()


@lru_cache(maxsize=1)
def integrity_ledger() -> bytes:
    sizes = {"A": 6, "B": 5, "C": 2}
    classes = [
        {"id": one, "name": name, "expected": sizes[one]}
        for one, name in (("A", "县纪委委员"), ("B", "县直单位代表"), ("C", "乡镇代表"))
    ]
    subjects = [
        {"id": f"s{number}", "name": name, "unit": "县财政局", "title": "局长"} for number, name in enumerate(HOSTILE)
    ]
    duty = {
        "id": "duty", "title": "述廉民主测评", "template": "integrity-report/f0", "voters": ["A", "B"],
        "subjects": subjects,
    }  # fmt: skip
    own = {
        "id": "own", "title": "述责述廉民主评议", "template": "duty-review/f1", "voters": ["A", "B"], "official": ["A"],
        "subjects": [{"id": "chen", "name": "陈一", "unit": "县委", "title": "副书记"},
                     {"id": "liu", "name": "刘二", "unit": "县委", "title": "常委"}],
    }  # fmt: skip
    two = {
        "id": "two", "title": "一报告两评议", "template": "one-report-two-reviews/f4", "voters": ["A", "C"],
        "subjects": [{"id": "new", "name": "新人", "unit": "县水务局", "title": "局长"}], "options": None,
        "questions": [{"id": "overall", "title": "总体评价"}],
    }  # fmt: skip
    b = LedgerBuilder(expanded(classes, duty, own, two), sizes, pages=12, boxes=5)
    b.attendance(**sizes)
    for one, size in sizes.items():
        b.redeem(one, size)
    for item in ("duty", "own", "two"):
        b.step(item, "report")
    b.step("own", "question")
    good, fair, plain, poor = ({"grade": one} for one in ("good", "fair", "plain", "poor"))
    # 70 on the line for s0: (5 × 80 + 5 × 60) / 10
    ballots: dict[str, dict[str, list[Any]]] = {
        f"duty-s{number}": {
            "A": [good] * number + [fair] * (6 - number) if 0 < number < 6 else [fair] * 3 + [plain] * 3,
            "B": [fair] * 2 + [plain] * 2 + [{"unknown": True}],
        }
        for number in range(4)
    }
    poll(b, ballots)
    texts = [{"text": one} for one in REMARKS]
    poll(
        b,
        {
            "own-chen": {"A": [good] * 4 + [poor] * 2, "B": [good] * 5},
            "own-chen-comments": {"A": texts[:4], "B": texts[4:]},
            "own-liu": {"A": [fair] * 6, "B": [{}] * 5},
            "own-liu-comments": {"A": [{"text": "只此一条"}]},
        },
    )
    agree = {"grade": "agree"}
    everything = {
        "two-overall": {"A": [good] * 5, "C": [poor]},
        "two-comments": {"A": [{"text": "建议"}], "C": []},
        "two-new": {"A": [agree] * 5, "C": [{"grade": "disagree"}]},
        "two-reasons": {"A": [], "C": [{"text": "不熟悉"}]},
    }
    poll(b, everything)
    b.close()
    return b.ledger()
