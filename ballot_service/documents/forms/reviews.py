"""民主测评统计汇总表, 述廉测评结果报告单 and 个人反馈单: grades and scores, of an item, of a person, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ballot_service.documents.content import (
    NONE,
    Column,
    Content,
    Facts,
    Heading,
    Opinions,
    Paragraph,
    Table,
    Writer,
    plain,
)
from ballot_service.documents.document import Document
from ballot_service.documents.forms.parts import (
    Judged,
    alike,
    approved,
    base_note,
    class_tables,
    graded,
    hidden_values,
    is_nomination,
    last_rounds,
    picked,
    remarks,
    small_groups,
)
from ballot_service.documents.view import Selected, contests_of_score, score_definitions
from ballot_service.documents.wording import (
    citations,
    class_names,
    contest_title,
    counts_line,
    day,
    hides_classes,
    meeting_facts,
    shown_value,
    unit_and_title,
    value_title,
)
from ballot_service.meetings.state import Json
from verify import rules

REVIEW_ZH, REVIEW_EN = "民主测评统计汇总表", "Summary of the assessment"
NOMINATION_ZH, NOMINATION_EN = "民主推荐统计汇总表", "Summary of the recommendation"
DUTY_ZH, DUTY_EN = "述廉测评结果报告单", "Result of the assessment of a report on integrity"
PERSON_ZH, PERSON_EN = "民主测评结果报告单", "Result of the assessment of a person"
FEEDBACK_ZH, FEEDBACK_EN = "个人反馈单", "Feedback to the person assessed"
TELLERS = (("监票人", "Scrutineers"), ("计票人", "Tellers"))


def summaries(selected: Selected) -> Iterator[Document]:
    """One for each item with contests that are not votes."""
    view = selected.view
    for item in view.state.items:
        told = [one for one in last_rounds(selected, item) if not _has_line(one.contest)]
        if not told:
            continue
        writer = Writer(view.chinese)
        nominations = all(is_nomination(one) for one in told if one.kind != "comment") and any(
            one.kind == "pick" for one in told
        )
        zh, en = (NOMINATION_ZH, NOMINATION_EN) if nominations else (REVIEW_ZH, REVIEW_EN)
        facts = meeting_facts(writer, view)
        same = (
            len({tuple(one.total[name] for name in ("expected", "present", "issued", "returned")) for one in told}) == 1
        )
        if same:
            facts.append((writer.say("票数", "Ballots"), _attendance_text(writer, told[0])))
        elif len({(one.total["expected"], one.total["present"]) for one in told}) == 1:
            total = told[0].total
            text = writer.say(
                f"应参评 {total['expected']}　实参评 {total['present']}",
                f"expected {total['expected']}, present {total['present']}",
            )
            facts.append((writer.say("人数", "Attendance"), text))
        writer.add(Facts(tuple(facts)))
        for group in alike(told):
            _group(writer, selected, group, same=same)
        for poll in dict.fromkeys(one.judged["poll"] for one in told):
            small_groups(writer, selected, poll)
        _flagged(writer, selected, told)
        writer.sign(*TELLERS)
        wide = any(len(one.contest["ballot"].get("grades") or []) >= 3 for one in told)
        content = Content(writer.say(zh, en), plain(item["title"]), tuple(writer.blocks), landscape=wide)
        contests = tuple(one.id for one in told)
        yield Document("summary", f"summary-{item['id']}", zh, en, contests, selected.audience, content, view.seal())


def _has_line(contest: Json) -> bool:
    return any(rule["rule"] == "pass" for rule in contest["rules"])


def _attendance_text(writer: Writer, one: Judged) -> str:
    total = one.total
    return writer.say(
        f"应参评 {total['expected']}　实参评 {total['present']}　发出 {total['issued']}　收回 {total['returned']}",
        f"expected {total['expected']}, present {total['present']}, issued {total['issued']}, "
        f"returned {total['returned']}",
    )


def _group(writer: Writer, selected: Selected, group: Sequence[Judged], *, same: bool) -> None:
    first = group[0]
    if first.kind == "comment":
        remarks(writer, selected, first)
        return
    if first.kind in ("grade", "score"):
        writer.add(graded(writer, selected, group, percent=True, values=True, attendance=not same))
        if hidden_values(selected, group):
            writer.note(
                f"注：有的票种票数不足{selected.min_class}张，分票种的比例不单列。",
                "Note: a class is too small for its own figures to be shown.",
            )
    else:
        writer.add(Heading(contest_title(first.contest)))
        writer.add(Paragraph(counts_line(writer, first.total)))
        writer.add(
            picked(writer, selected, first, percent=True)
            if first.kind == "pick"
            else approved(writer, selected, first, verdict=False)
        )
        written = first.judged["tally"].get("write_in", {}) if first.kind == "pick" else {}
        if written and not selected.free_text:
            writer.note(
                f"注：另填 {len(written)} 人，共 {sum(written.values())} 票，姓名不公开。",
                f"Note: {len(written)} names written in, {sum(written.values())} votes; not made known.",
            )
    base_note(writer, first)
    _empty_classes(writer, selected, group)
    class_tables(writer, selected, group)


def _empty_classes(writer: Writer, selected: Selected, group: Sequence[Judged]) -> None:
    for one in group:
        for value in one.judged["values"].values():
            if value.get("empty_classes"):
                names = class_names(selected.view, value["empty_classes"], writer)
                title = contest_title(one.contest)
                writer.note(
                    f"注：“{title}”的加权计算中，{names}没有可计的票，未计入权重。",
                    f"Note: {names} had nothing to count for “{title}” and was left out of the weights.",
                )
                break


def _flagged(writer: Writer, selected: Selected, told: Sequence[Judged]) -> None:
    raised = [one for one in told if any(flag["raised"] for flag in one.judged["flags"])]
    if raised and selected.by_class:
        names = writer.say("、", ", ").join(contest_title(one.contest) for one in raised)
        writer.note(
            f"注：{names}有待确认的处理建议，见后续事项清单。", f"Note: proposals to confirm for {names}: see the list."
        )


# ── one person ─────────────────────────────────────────────────────────────────────────────────────────────────────


def subject_reports(selected: Selected) -> Iterator[Document]:
    """For each person whose result is reported first and fed back then: one page or more."""
    for item, subject, told in _subjects(selected):
        view = selected.view
        writer = Writer(view.chinese)
        integrity = "述廉" in item["title"] or "述廉" in view.state.meeting["title"]
        zh, en = (DUTY_ZH, DUTY_EN) if integrity else (PERSON_ZH, PERSON_EN)
        steps = [step for step, about in view.state.steps.get(item["id"], []) if about in (None, subject["id"])]
        facts = [*meeting_facts(writer, view), *_about(writer, subject)]
        if integrity:
            way = ("会上述廉", "in the meeting") if "report" in steps else ("书面述廉", "in writing")
            facts.append((writer.say("述廉方式", "Reported"), writer.say(*way)))
        writer.add(Facts(tuple(facts)))
        _own_results(writer, selected, told)
        _judgements(writer, selected, told)
        _own_scores(writer, selected, told)
        _proposals(writer, told)
        for text in dict.fromkeys(text for one in told for text in _cites(one)):
            writer.note(f"依据：{text}", f"Source: {text}")
        writer.add(
            Opinions(
                (writer.say("纪委意见", "Discipline commission"), writer.say("组织部意见", "Organisation department"))
            )
        )
        writer.sign(*TELLERS)
        content = Content(writer.say(zh, en), plain(item["title"]), tuple(writer.blocks))
        yield Document(
            "assessment",
            f"assessment-{item['id']}-{subject['id']}",
            zh,
            en,
            tuple(one.id for one in told),
            selected.audience,
            content,
            view.seal(),
            subject["id"],
        )


def feedback_sheets(selected: Selected) -> Iterator[Document]:
    """For each of the same people: only what is about himself or herself, and nothing that is still to confirm."""
    for item, subject, told in _subjects(selected):
        view = selected.view
        writer = Writer(view.chinese)
        writer.add(Facts((*meeting_facts(writer, view), *_about(writer, subject))))
        name = plain(subject["name"])
        greeting = f"{name}同志：现将本次会议对您的测评结果反馈如下。"
        writer.add(Paragraph(writer.say(greeting, f"To {name}: how this meeting assessed you.")))
        own = Selected(view, {one.id: selected.contests[one.id] for one in told}, "subject")
        _own_results(writer, own, told)
        _own_scores(writer, own, told)
        writer.note(
            "本单只列对本人的测评结果，由组织向本人反馈，不得转给他人。",
            "For the person assessed alone; not to be passed on.",
        )
        writer.sign(("反馈人", "Given by"), ("本人", "Received by"))
        content = Content(writer.say(FEEDBACK_ZH, FEEDBACK_EN), plain(item["title"]), tuple(writer.blocks))
        yield Document(
            "feedback",
            f"feedback-{item['id']}-{subject['id']}",
            FEEDBACK_ZH,
            FEEDBACK_EN,
            tuple(one.id for one in told),
            "subject",
            content,
            view.seal(),
            subject["id"],
        )


def _subjects(selected: Selected) -> Iterator[tuple[Json, Json, list[Judged]]]:
    """(item, who is assessed, what was asked about him or her), where the mode tells the subject."""
    for item in selected.view.state.items:
        if "subject" not in rules.AUDIENCES[item["announce"]]:
            continue
        people: dict[str, list[Judged]] = {}
        for one in last_rounds(selected, item):
            if one.contest["subject"] is not None:
                people.setdefault(one.contest["subject"]["id"], []).append(one)
        for told in people.values():
            yield item, told[0].contest["subject"], told


def _about(writer: Writer, subject: Json) -> list[tuple[str, str]]:
    return [
        (writer.say("测评对象", "Person assessed"), plain(subject["name"])),
        (writer.say("单位及职务", "Unit and post"), unit_and_title(subject)),
    ]


def _own_results(writer: Writer, selected: Selected, told: Sequence[Judged]) -> None:
    for group in alike(told):
        first = group[0]
        if first.kind == "comment":
            remarks(writer, selected, first)
            continue
        for text in dict.fromkeys(counts_line(writer, one.total) for one in group):
            writer.add(Paragraph(text))
        if first.kind in ("grade", "score"):
            writer.add(_by_content(writer, selected, group))
            base_note(writer, first)
            class_tables(writer, selected, group)
        else:
            if first.kind == "pick":
                table = picked(writer, selected, first, percent=True)
            else:
                table = approved(writer, selected, first, verdict=False)
            writer.add(Heading(contest_title(first.contest)), table)
            base_note(writer, first)


def _by_content(writer: Writer, selected: Selected, group: Sequence[Judged]) -> Table:
    """As `graded`, of one person: what was asked instead of who was asked about."""
    table = graded(writer, selected, group, percent=True, values=True)
    columns = (Column(writer.say("测评内容", "subject"), 2, left=True), *table.columns[3:])
    rows = []
    for one, row in zip(group, table.rows, strict=True):
        title = contest_title(one.contest)
        name = plain(one.contest["subject"]["name"])
        title = title.removeprefix(name).lstrip("：: ") or writer.say("总体评价", "overall")
        rows.append((title, *row[3:]))
    return Table(columns, tuple(rows))


def _judgements(writer: Writer, selected: Selected, told: Sequence[Judged]) -> None:
    """Each line that was drawn, with its working, whether or not it was met."""
    rows = []
    for one in told:
        by_id = {rule["id"]: rule for rule in one.contest["rules"] if rule["id"]}
        flags = [rule for rule in one.contest["rules"] if rule["rule"] == "flag"]
        worked = [row for row in one.judged["judgements"] if row["rule"] == "flag"]
        for rule, judgement in zip(flags, worked, strict=True):
            value_rule = by_id[rule["value"]]
            hidden = hides_classes(one.contest, one.judged, value_rule, selected.min_class)
            title = value_title(writer, one.contest, value_rule, selected.view)
            rows.append(
                (
                    title,
                    NONE if hidden and value_rule.get("classes") else shown_value(one.judged["values"][rule["value"]]),
                    NONE if hidden else judgement["working"],
                    writer.say("是", "yes") if judgement["holds"] else writer.say("否", "no"),
                )
            )
    if rows:
        writer.add(
            Heading(writer.say("结果判定", "Lines")),
            Table(
                (
                    Column(writer.say("项目", "value"), 2),
                    Column(writer.say("结果", "result"), 1),
                    Column(writer.say("计算（准确值）", "working (exact)"), 2),
                    Column(writer.say("是否触发", "raised"), 1),
                ),
                tuple(rows),
            ),
        )


def _own_scores(writer: Writer, selected: Selected, told: Sequence[Judged]) -> None:
    """Scores that rest on this person's contests and on no others."""
    ids = {one.id for one in told}
    state = selected.view.state
    own = [
        (definition, score)
        for definition, score in selected.scores(score_definitions(state))
        if (needed := contests_of_score(definition, state)) and needed <= ids
    ]
    for definition, score in own:
        shown = score["display"] if score["exact"] is not None else NONE
        writer.add(
            Paragraph(writer.say(f"{plain(definition['title'])}：{shown}", f"{plain(definition['title'])}: {shown}"))
        )


def _proposals(writer: Writer, told: Sequence[Judged]) -> None:
    proposals = [proposal for one in told for proposal in one.judged["proposals"]]
    writer.add(Heading(writer.say("处理建议（待确认）", "Proposals, to be confirmed")))
    if not proposals:
        writer.add(Paragraph(writer.say("无。", "None.")))
        return
    writer.add(
        Table(
            (
                Column(writer.say("处理建议", "proposal"), 4, left=True),
                Column(writer.say("确认机关", "to be confirmed by"), 2),
                Column(writer.say("期限", "due"), 1.4),
            ),
            tuple(
                (
                    plain(one["text"]),
                    plain(one["confirm"]),
                    day(writer, one["due"]) if one["due"] else NONE,
                )
                for one in proposals
            ),
        )
    )


def _cites(one: Judged) -> list[str]:
    return citations(rule for rule in one.contest["rules"] if rule["rule"] == "flag")
