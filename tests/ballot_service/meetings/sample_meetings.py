"""A good meeting file and its normal form; tests spoil one thing in a copy of it."""

from typing import Any

TIE_MEETING = """\
format: ballot-service/meeting/1
id: example-tie
title: 县委常委会(差额票决演练)
organiser: 县委组织部
place: 常委会议室
date: 2026-12-18
locale: zh-CN
classes: [{id: A, name: 县委常委, expected: 12}]
quorum: {at_least: "2/3", of: expected}
slips: {reserve: {A: 2}}
pages: {spare: 3}
boxes: {spare: 3}
scrutineers: {cards: 3, threshold: 2}
agenda:
  - id: finance
    title: 县财政局局长人选差额票决
    cadre: true
    announce: on-spot
    steps: [introduce, deliberate]
    contests:
      - id: finance
        title: 县财政局局长
        post: finance-director
        voters: [A]
        ballot:
          kind: approval
          max_approve: 1
          candidates: [{id: zhang, name: 候选人甲}, {id: li, name: 候选人乙}]
        rules:
          - {rule: pass, mark: approve, over: "1/2", of: expected}
          - {rule: seats, seats: 1, max_rounds: 2, on_failure: committee}
"""

LABELS = {"approve": "同意", "oppose": "不同意", "abstain": "弃权"}
PASS_RULE = {
    "rule": "pass",
    "id": None,
    "cite": None,
    "classes": None,
    "mark": "approve",
    "over": "1/2",
    "of": "expected",
}
SEATS_RULE = {"rule": "seats", "id": None, "cite": None, "seats": 1, "max_rounds": 2, "on_failure": "committee"}

TIE_FIELDS: dict[str, Any] = {
    "format": "ballot-service/meeting/1",
    "id": "example-tie",
    "title": "县委常委会(差额票决演练)",
    "organiser": "县委组织部",
    "place": "常委会议室",
    "date": "2026-12-18",
    "locale": "zh-CN",
    "classes": [{"id": "A", "name": "县委常委", "expected": 12, "observer": False}],
    "reserve": {"A": 2},
    "min_class": 5,
    "quorum": {"at_least": "2/3", "of": "expected"},
    "agenda": [
        {
            "id": "finance",
            "title": "县财政局局长人选差额票决",
            "cadre": True,
            "announce": "on-spot",
            "steps": ["introduce", "deliberate"],
            "quorum": None,
            "show_ranks": True,
            "inputs": [],
            "scores": [],
            "contests": [
                {
                    "id": "finance",
                    "title": "县财政局局长",
                    "post": "finance-director",
                    "posts": 1,
                    "guard": None,
                    "subject": None,
                    "voters": ["A"],
                    "ballot": {
                        "kind": "approval",
                        "candidates": [
                            {"id": "zhang", "name": "候选人甲", "note": None},
                            {"id": "li", "name": "候选人乙", "note": None},
                        ],
                        "max_approve": 1,
                        "labels": LABELS,
                    },
                    "rules": [PASS_RULE, SEATS_RULE],
                }
            ],
        }
    ],
    "history": [],
    "bars": [],
    "calendar": None,
    "inputs": [],
    "scores": [],
}

QUORUM_FIELDS: dict[str, Any] = TIE_FIELDS | {
    "id": "example-quorum",
    "title": "县委常委会(法定人数演练)",
    "classes": [{"id": "A", "name": "县委常委", "expected": 14, "observer": False}],
    "reserve": {"A": 0},
    "agenda": [
        TIE_FIELDS["agenda"][0]
        | {
            "id": "audit",
            "title": "县审计局局长人选票决",
            "steps": [],
            "contests": [
                TIE_FIELDS["agenda"][0]["contests"][0]
                | {
                    "id": "audit",
                    "title": "县审计局局长",
                    "post": "audit-director",
                    "ballot": {
                        "kind": "approval",
                        "candidates": [{"id": "wang", "name": "候选人丙", "note": None}],
                        "max_approve": 1,
                        "labels": LABELS,
                    },
                }
            ],
        }
    ],
}

# Two classes, an observer's among them, and everything optional left out.
PLAIN_MEETING = """\
format: ballot-service/meeting/1
id: plain
title: 表决
organiser: 县委办
place: 会议室
date: "2028-02-29"
classes:
  - {id: A, name: 委员, expected: 9}
  - {id: B, name: 列席, expected: 4, observer: true}
scrutineers: {cards: 1, threshold: 1}
agenda:
  - id: budget
    title: 预算
    contests:
      - id: budget
        voters: [A, B]
        ballot: {kind: approval, candidates: [{id: budget, name: 预算草案}]}
        rules:
          - {rule: pass, at_least: 0.5, of: valid}
""".replace("0.5", '"0.50"')
