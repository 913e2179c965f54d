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

# Every ballot kind, every rule, every field of the format.
FULL_MEETING = """\
format: ballot-service/meeting/1
id: full
title: 年度考核暨票决
organiser: 县委组织部
place: 县委党校
date: "2026-12-18"
locale: zh-CN
classes:
  - {id: A, name: 班子成员, expected: 11}
  - {id: B, name: 职工代表, expected: 20}
  - {id: C, name: 列席, expected: 6, observer: true}
min_class: 5
quorum: {at_least: "2/3", of: expected}
slips: {reserve: {A: 2, B: 3}}
pages: {spare: 6}
boxes: {spare: 6}
scrutineers: {cards: 3, threshold: 2}
issuer: {rsa_bits: 3072}
witnesses: {threshold: 0, keys: []}
transport: https
history:
  - {person: li, post: finance-director, date: "2025-03-01", meeting: m1, contest: c1, round: 2, nobody_passed: true}
  - {person: wang, post: audit-director, date: "2026-12-18"}
bars:
  - {person: zhao, post: any, from: "2026-01-01", until: "2026-12-31", reason: 受处分, confirmed_by: 县纪委}
  - {person: qian, post: finance-director, from: "2020-01-01", reason: 两次未通过, confirmed_by: 县委组织部}
calendar: {until: "2027-01-31", holidays: ["2027-01-01"], workdays: ["2027-01-03"]}
inputs:
  - {id: style, title: 作风建设, min: "0", max: "15"}
  - {id: cases, title: 惩治腐败}
scores:
  - id: team
    title: 领导班子得分
    sum: [{value: review.points}, {input: style}, {input: duty, times: "1/2"}, {const: "-5"}]
    clamp: ["0", "100"]
  - id: chief
    title: 主要负责人得分
    sum: [{score: team, times: "0.3"}, {score: satisfaction}, {value: own.avg, times: -1}]
    bands: [{at_least: "90", points: "3"}, {at_least: "60", points: "2"}]
    otherwise: "0"
    flags:
      - {code: praise, at_least: "90", consequences: [{text: 通报表扬, confirm: 县委, due: {days: 15}}]}
agenda:
  - id: finance
    title: 差额票决
    cadre: true
    announce: on-spot
    steps: [introduce, deliberate]
    quorum: {over: "1/2", of: expected}
    show_ranks: false
    contests:
      - id: finance
        title: 县财政局局长
        post: finance-director
        posts: 1
        guard: {candidates_per_post: {over: "1"}}
        voters: [A]
        ballot:
          kind: approval
          max_approve: 1
          candidates: [{id: zhang, name: 张三}, {id: li, name: 李四, note: 现任副局长}]
          labels: {approve: 赞成, oppose: 反对, abstain: 弃权}
        rules:
          - {rule: quorum, at_least: "2/3", of: expected}
          - {rule: pass, id: line, mark: approve, over: "1/2", of: expected, classes: [A]}
          - {rule: seats, seats: 1, max_rounds: 2, on_failure: revote}
          - {rule: bar, id: barred, failures: 2, months: 12, count_loss: false, reset: false}
          - {rule: rate, id: zhang-for, candidate: zhang, marks: [approve, abstain], of: issued}
          - {rule: rank, id: order, by: approve, classes: [A]}
  - id: reviews
    title: 民主测评
    announce: limited-later
    inputs: [{id: duty, title: 责任制落实, max: "15"}]
    scores:
      - {id: satisfaction, title: 满意度, pool: [review.well, own.avg], display: percent}
    contests:
      - id: review
        title: 领导班子
        subject: {id: bureau, name: 某局, title: 局长, unit: 县某局}
        voters: [A, B, C]
        ballot:
          kind: grade
          grades: [{id: good, name: 好}, {id: plain, name: 一般}, {id: poor, name: 差}]
          unknown: true
        rules:
          - {rule: rate, id: well, grades: [good, plain], of: valid}
          - {rule: mean, id: avg, points: {good: "100", plain: 60, poor: "0.5"}, weights: {A: "40", B: 59, C: "1"}}
          - rule: bands
            id: points
            value: well
            bands: [{at_least: "95/100", points: "20"}, {at_least: "0.6", points: "-3"}]
            otherwise: "-8"
          - rule: flag
            id: low
            code: reminder-talk
            value: avg
            at_most: "70"
            over: "10"
            under: "80"
            at_least: "0"
            consequences: [{text: 提醒谈话, confirm: 县纪委, due: {working_days: 7}}]
            cite: {document: 述廉实施办法, clause: 第九条, quote: 含70分}
          - {rule: bands, id: again, value: points, bands: [{at_least: 0, points: 1}], otherwise: 0}
      - id: own
        title: 打分
        voters: [B]
        ballot: {kind: score, min: 0, max: "100", step: "0.5", unknown: true}
        rules:
          - {rule: mean, id: avg, of: scored}
          - {rule: mean, id: part, of: valid, classes: [B]}
      - id: nominate
        title: 推荐
        posts: 1
        guard: {candidates_per_post: {at_least: "3"}}
        voters: [A]
        ballot: {kind: pick, max: 2, write_in: 1, options: [{id: a, name: 甲}, {id: b, name: 乙}, {id: c, name: 丙}]}
        rules:
          - {rule: rank, id: order, by: picks}
          - {rule: rate, id: named, options: [a, b]}
      - id: words
        title: 意见
        voters: [B]
        ballot: {kind: comment, max_chars: 500}
"""
