"""干部选拔任用工作记实表, 得分汇总表 and 后续事项清单: what is filed, added up, and still to be done."""

from __future__ import annotations

from collections.abc import Iterator

from ballot_service.documents.content import NONE, Cell, Column, Content, Facts, Paragraph, Table, Writer, plain
from ballot_service.documents.document import Document
from ballot_service.documents.forms.parts import Judged, shown_ranks
from ballot_service.documents.view import Selected, contests_of_score, inputs_of_score, score_definitions
from ballot_service.documents.wording import day, meeting_facts, moment
from ballot_service.meetings.naming import listed
from ballot_service.meetings.state import Json
from ballot_service.results.follow_ups import STATUS_WORDS, follow_ups
from verify import rules

RECORD_ZH, RECORD_EN = "干部选拔任用工作记实表", "Record of steps towards an appointment"
SCORES_ZH, SCORES_EN = "综合得分汇总表", "Summary of scores"
FOLLOW_UPS_ZH, FOLLOW_UPS_EN = "后续事项清单", "List of follow-ups"


def appointment_record(selected: Selected) -> Iterator[Document]:
    """A line for each person in each round for a post, to be pasted into that person's own table."""
    view = selected.view
    writer = Writer(view.chinese)
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    contests = []
    for item in view.state.items:
        for contest in item["contests"]:
            if contest["post"] is None or contest["ballot"]["kind"] not in ("approval", "pick"):
                continue
            for judged in selected.rounds(contest["id"]):
                contests.append(contest["id"])
                for who, line in _lines(writer, selected, Judged(contest, item, judged)):
                    rows.setdefault(who, []).append(line)
    if not rows:
        return
    writer.add(Facts(tuple(meeting_facts(writer, view))))
    columns = (
        Column(writer.say("姓名", "name"), 1.2),
        Column(writer.say("环节", "step"), 1.4),
        Column(writer.say("拟任职务（事项）", "post"), 2.2, left=True),
        Column(writer.say("时间", "time"), 1.5),
        Column(writer.say("地点", "place"), 1.5, left=True),
        Column(writer.say("参加人数", "took part"), 0.8),
        Column(writer.say("票数", "votes"), 1.8, left=True),
        Column(writer.say("排名", "rank"), 0.7),
        Column(writer.say("结果", "outcome"), 1.4),
        Column(writer.say("责任人（签字）", "signature"), 1.4),
    )
    writer.add(Table(columns, tuple(line for lines in rows.values() for line in lines)))
    writer.note(
        "注：一人一表，各行分别记入本人的《记实表》；参加人数为收回票数。",
        "Note: each line belongs into the person's own record; those who took part are the ballots returned.",
    )
    content = Content(writer.say(RECORD_ZH, RECORD_EN), "", tuple(writer.blocks), landscape=True)
    yield Document(
        "record",
        "record",
        RECORD_ZH,
        RECORD_EN,
        tuple(dict.fromkeys(contests)),
        selected.audience,
        content,
        view.seal(),
    )


def _lines(writer: Writer, selected: Selected, one: Judged) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """(person, line): everybody on the paper, then names written in."""
    view, judged = selected.view, one.judged
    entry = view.entry("poll-close", judged["poll"])
    when = moment(writer, entry["at"]) if entry else NONE
    vote = one.kind == "approval"
    step = writer.say("讨论决定（票决）", "vote") if vote else writer.say("会议投票推荐", "recommendation")
    if judged["round"] > 1:
        step += writer.say(f"第{judged['round']}次", f", round {judged['round']}")
    ranks = shown_ranks(selected, one)
    tally = judged["tally"]
    found: list[tuple[str, str, str, Cell]] = []
    for person in listed(one.contest["ballot"]):
        if person["id"] not in tally:
            continue
        votes = (
            _votes(writer, one, person["id"])
            if vote
            else writer.say(f"{tally[person['id']]} 票", f"{tally[person['id']]}")
        )
        found.append((person["id"], plain(person["name"]), votes, NONE if ranks is None else ranks[person["id"]]))
    if selected.free_text:
        for name, times in tally.get("write_in", {}).items():
            rank: Cell = NONE if ranks is None else ranks["write_in"][name]
            shown = writer.say(f"{plain(name)}（另填）", f"{plain(name)} (written in)")
            found.append((f"\n{name}", shown, writer.say(f"{times} 票", f"{times}"), rank))
    for who, name, votes, rank in found:
        outcome = NONE
        if vote:
            outcome = writer.say("通过", "passed") if who in judged["passed"] else writer.say("未通过", "not passed")
        yield (
            who,
            (
                name,
                step,
                plain(one.contest["title"]),
                when,
                plain(view.state.meeting["place"]),
                one.total["returned"],
                votes,
                rank,
                outcome,
                "",
            ),
        )


def _votes(writer: Writer, one: Judged, candidate: str) -> str:
    labels, marks = one.contest["ballot"]["labels"], one.judged["tally"][candidate]
    return writer.say("，", ", ").join(
        f"{plain(labels[mark])} {marks[mark]}" for mark in ("approve", "oppose", "abstain")
    )


# ── scores ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def score_summary(selected: Selected) -> Iterator[Document]:
    """Every score whose contests may be told, and the figures that were attested for it."""
    view = selected.view
    told = selected.scores(score_definitions(view.state))
    if not told:
        return
    writer = Writer(view.chinese)
    writer.add(Facts(tuple(meeting_facts(writer, view))))
    capped = any(score["exact"] != score["uncapped"] for _definition, score in told)
    banded = any(score["bands"] is not None for _definition, score in told)
    columns = [
        Column(writer.say("序号", "No."), 0.6),
        Column(writer.say("项目", "score"), 3, left=True),
        Column(writer.say("得分", "figure"), 1),
        Column(writer.say("准确值", "exact"), 1.2),
    ]
    columns += [Column(writer.say("封顶前", "uncapped"), 1)] if capped else []
    columns += [Column(writer.say("分档", "band"), 0.8)] if banded else []
    columns.append(Column(writer.say("备注", "remarks"), 2.4, left=True))
    rows: list[tuple[Cell, ...]] = []
    for number, (definition, score) in enumerate(told, start=1):
        row: list[Cell] = [number, plain(definition["title"]), score["display"] or NONE, score["exact"] or NONE]
        if capped:
            row.append(_uncapped(definition, score) if score["exact"] != score["uncapped"] else NONE)
        if banded:
            row.append((score["bands"] or {}).get("display") or NONE)
        rows.append((*row, _missing(writer, selected, score)))
    writer.add(Table(tuple(columns), tuple(rows)))
    _inputs(writer, selected, [definition for definition, _score in told])
    if not view.state.closed:
        writer.note(
            "注：会议尚未闭会，得分随最后的票数和录入数变化。", "Note: the meeting is not closed; scores may change."
        )
    writer.sign(("填报人", "Filled in by"), ("审核人", "Checked by"))
    contests = {one for definition, _score in told for one in contests_of_score(definition, view.state)}
    content = Content(writer.say(SCORES_ZH, SCORES_EN), "", tuple(writer.blocks))
    yield Document(
        "scores", "scores", SCORES_ZH, SCORES_EN, tuple(one for one in view.state.contests if one in contests),
        selected.audience, content, view.seal(),
    )  # fmt: skip


def _uncapped(definition: Json, score: Json) -> str:
    number = rules.read_computed(score["uncapped"])
    return rules.display_percent(number) if definition["display"] == "percent" else rules.display_number(number)


def _missing(writer: Writer, selected: Selected, score: Json) -> str:
    if not score["missing"]:
        return ""
    titles = {one["id"]: plain(one["title"]) for place in (selected.view.state.meeting, *selected.view.state.items)
              for one in (*place["inputs"], *place["scores"])}  # fmt: skip
    contests = selected.view.state.contests
    names = []
    for name in score["missing"]:
        contest = contests.get(name.partition(".")[0]) if "." in name else None
        names.append(plain(contest["title"]) if contest is not None else titles.get(name, name))
    listing = writer.say("、", ", ").join(names)
    return writer.say(f"缺：{listing}，不能计算", f"missing: {listing}; cannot be computed")


def _inputs(writer: Writer, selected: Selected, told: list[Json]) -> None:
    state = selected.view.state
    needed = list(dict.fromkeys(one for definition in told for one in inputs_of_score(definition, state)))
    if not needed:
        return
    rows = []
    for input_id in needed:
        definition, entry = state.find_input(input_id) or {"title": input_id}, state.inputs.get(input_id)
        rows.append(
            (
                plain(definition["title"]),
                entry["value"] if entry else writer.say("未录入", "not given"),
                plain(entry["evidence"]) if entry else NONE,
                plain(entry["by"]) if entry else NONE,
            )
        )
    writer.heading("录入数据", "Figures attested")
    writer.add(
        Table(
            (
                Column(writer.say("项目", "figure"), 3, left=True),
                Column(writer.say("数值", "value"), 1),
                Column(writer.say("依据", "evidence"), 3, left=True),
                Column(writer.say("录入人", "given by"), 1.2),
            ),
            tuple(rows),
        )
    )


# ── follow-ups ─────────────────────────────────────────────────────────────────────────────────────────────────────


def follow_up_list(selected: Selected) -> Iterator[Document]:
    """What the results propose, with room to write down what became of it; none where nothing is proposed."""
    view = selected.view
    may = {definition["id"] for definition, _score in selected.scores(score_definitions(view.state))}
    found = [
        one
        for one in follow_ups(view.state)
        if (one.contest is not None and selected.whole(one.contest)) or (one.score is not None and one.score in may)
    ]
    if not found:
        return
    writer = Writer(view.chinese)
    writer.add(Facts(tuple(meeting_facts(writer, view))))
    language = 0 if view.chinese else 1
    rows = [
        (
            number,
            plain(one.title),
            plain(one.subject or "") or NONE,
            plain(one.unit or "") or NONE,
            plain(one.text),
            plain(one.confirm),
            day(writer, one.due) if one.due else NONE,
            STATUS_WORDS.get(one.status, (one.status,) * 2)[language],
            "",
            "",
        )
        for number, one in enumerate(found, start=1)
    ]
    writer.add(
        Table(
            (
                Column(writer.say("序号", "No."), 0.6),
                Column(writer.say("事项", "contest or score"), 2, left=True),
                Column(writer.say("对象", "subject"), 1.1),
                Column(writer.say("单位", "unit"), 1.5, left=True),
                Column(writer.say("处理（整改）建议", "proposal"), 3.4, left=True),
                Column(writer.say("确认机关", "to be confirmed by"), 1.5),
                Column(writer.say("期限", "due"), 1.2),
                Column(writer.say("状态", "status"), 0.9),
                Column(writer.say("落实情况", "what was done"), 1.5),
                Column(writer.say("销号（签字）", "signed off"), 1),
            ),
            tuple(rows),
        ),
        Paragraph(
            writer.say(
                "注：以上是按规则提出的建议，由确认机关决定；未确认前不产生任何后果。",
                "Note: these are proposals under the rules; the office named decides; nothing follows before it does.",
            ),
            small=True,
        ),
    )
    writer.sign(("填报人", "Filled in by"), ("负责人", "In charge"))
    contests = tuple(dict.fromkeys(one.contest for one in found if one.contest is not None))
    content = Content(
        writer.say(FOLLOW_UPS_ZH, FOLLOW_UPS_EN),
        "",
        tuple(writer.blocks),
        landscape=True,
    )
    yield Document(
        "follow-ups", "follow-ups", FOLLOW_UPS_ZH, FOLLOW_UPS_EN, contests, selected.audience, content, view.seal()
    )
