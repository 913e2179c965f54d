"""票数清点报告单 and 计票单: what is filled in when a poll has closed, and when its box has been opened."""

from __future__ import annotations

from collections.abc import Iterator

from ballot_service.documents.content import (
    NONE,
    Cell,
    Column,
    Content,
    Facts,
    Heading,
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
    is_nomination,
    picked,
    small_groups,
)
from ballot_service.documents.view import Selected
from ballot_service.documents.wording import contest_title, counts_line, meeting_facts, moment
from ballot_service.meetings.state import Paper, Poll
from verify import rules

COUNT_ZH, COUNT_EN = "票数清点报告单", "Report on the number of ballots"
TALLY_ZH, TALLY_EN = "计票单", "Tally sheet"
TELLERS = (("总监票人", "Chief scrutineer"), ("监票人", "Scrutineers"), ("计票人", "Tellers"))


def count_sheets(selected: Selected) -> Iterator[Document]:
    """One for each poll that was closed or voided. Without a result: issued and returned only, whoever asks."""
    for poll in selected.view.state.polls.values():
        if poll.phase != "open":
            yield _count_sheet(selected, poll)


def _count_sheet(selected: Selected, poll: Poll) -> Document:
    view = selected.view
    writer = Writer(view.chinese)
    told = selected.of_poll(poll.id)
    writer.add(Facts((*meeting_facts(writer, view), *_poll_facts(writer, selected, poll))))
    recused = any(paper.recused for paper in poll.papers)
    on_paper = any(count["handed_out"] for count in poll.paper_counts.values())
    columns = [
        Column(writer.say("序号", "No."), 0.6),
        Column(writer.say("表决（测评）事项", "Contest"), 3.4, left=True),
    ]
    columns += [Column(writer.say("应到", "expected"), 0.9), Column(writer.say("实到", "present"), 0.9)]
    if recused:
        columns.append(Column(writer.say("回避", "recused"), 0.9))
    columns += [
        Column(writer.say("发出", "issued"), 0.9),
        Column(writer.say("收回", "returned"), 0.9),
        Column(writer.say("未交", "not returned"), 0.9),
        Column(writer.say("有效", "valid"), 0.9),
        Column(writer.say("无效", "invalid"), 0.9),
    ]
    if on_paper:
        columns.append(Column(writer.say("纸质收回", "on paper"), 1.1))
    rows: list[tuple[Cell, ...]] = []
    fits = True
    for number, paper in enumerate(poll.papers, start=1):
        figures = None if poll.close_size == 0 else _figures(view.state.observers, poll, paper)
        row: list[Cell] = [number, _contest_name(paper, writer)]
        if figures is None:
            row += [NONE] * (len(columns) - 2)
            rows.append(tuple(row))
            continue
        fits = fits and figures.returned <= figures.issued
        row += [figures.expected, figures.present]
        if recused:
            row.append(sum(paper.recused.values()))
        row += [figures.issued, figures.returned, figures.issued - figures.returned]
        judged = told.get(paper.contest_id)
        row += [NONE, NONE] if judged is None else [judged["counts"]["total"][one] for one in ("valid", "invalid")]
        if on_paper:
            row.append(_paper_returned(poll, paper))
        rows.append(tuple(row))
    writer.add(Table(tuple(columns), tuple(rows)), Paragraph(_conclusion(writer, selected, poll, fits), strong=True))
    if poll.phase != "void" and len(told) < len(poll.papers):
        writer.note(
            "注：有效票、无效票在开箱计票并按规定报告后填写；未交票不是弃权票。",
            "Note: valid and invalid ballots are told once the result may be; a ballot not returned is no abstention.",
        )
    small_groups(writer, selected, poll.id)
    _incidents(writer, selected, poll)
    writer.sign(*TELLERS)
    content = Content(writer.say(COUNT_ZH, COUNT_EN), "", tuple(writer.blocks), landscape=recused and on_paper)
    contests = tuple(paper.contest_id for paper in poll.papers)
    return Document("count", f"count-{poll.id}", COUNT_ZH, COUNT_EN, contests, selected.audience, content, view.seal())


def _poll_facts(writer: Writer, selected: Selected, poll: Poll) -> list[tuple[str, str]]:
    number = list(selected.view.state.polls).index(poll.id) + 1
    facts = [(writer.say("投票批次", "Poll"), writer.say(f"第 {number} 次投票（{poll.id}）", f"{number} ({poll.id})"))]
    for kind, zh, en in (("poll-open", "投票开始", "Opened"), ("poll-close", "投票截止", "Closed")):
        entry = selected.view.entry(kind, poll.id)
        if entry is not None:
            facts.append((writer.say(zh, en), moment(writer, entry["at"])))
    return facts


def _contest_name(paper: Paper, writer: Writer) -> str:
    title = contest_title(paper.contest)
    return title if paper.round == 1 else writer.say(f"{title}（第{paper.round}次）", f"{title} (round {paper.round})")


def _figures(observers: set[str], poll: Poll, paper: Paper) -> rules.ClassFigures:
    """The total over the paper's classes, as the verifier adds it up."""
    return rules.total_figures(
        [
            rules.ClassFigures(
                expected=poll.expected_at_close[one],
                present=poll.present_at_close[one],
                issued=rules.issued(
                    redeemed=poll.redeemed_at_close[one],
                    replaced=poll.replaced_at_close[one],
                    recused=paper.recused.get(one, 0),
                    handed_out=poll.paper_counts.get((paper.hash, one), {}).get("handed_out", 0),
                ),
                returned=poll.cast.get((paper.hash, one), 0) + _paper_returned(poll, paper, one),
                observer=one in observers,
            )
            for one in paper.classes
        ]
    )


def _paper_returned(poll: Poll, paper: Paper, voter_class: str | None = None) -> int:
    return sum(
        ballots["times"]
        for (paper_hash, one), entry in poll.paper_counts.items()
        if paper_hash == paper.hash and voter_class in (None, one)
        for ballots in entry["ballots"]
    )


def _conclusion(writer: Writer, selected: Selected, poll: Poll, fits: bool) -> str:
    if poll.phase == "void":
        entry = selected.view.entry("poll-void", poll.id) or {"reason": NONE, "by": [NONE], "at": None}
        reason, by = plain(entry["reason"]), writer.say("、", ", ").join(plain(one) for one in entry["by"])
        return writer.say(
            f"本次投票无效，已宣布作废。原因：{reason}。决定人：{by}。",
            f"This poll is void. Reason: {reason}. Decided by: {by}.",
        )
    if not fits:
        return writer.say("收回票数多于发出票数，本次投票无效。", "More ballots were returned than issued: void.")
    return writer.say(
        "收回票数不多于发出票数，本次投票有效。", "No more ballots were returned than issued: the poll is valid."
    )


def _incidents(writer: Writer, selected: Selected, poll: Poll) -> None:
    entry = selected.view.entry("poll-close", poll.id)
    if poll.objections:
        writer.note(
            f"注：截止后收到 {poll.objections} 件缺票异议。", f"Note: {poll.objections} objections after the close."
        )
    if entry is not None and entry["assisted"]:
        writer.note(f"注：{entry['assisted']} 人在他人协助下投票。", f"Note: {entry['assisted']} voters were assisted.")
    if entry is not None and entry["hubs_missing"]:
        writer.note(
            f"注：截止时有 {entry['hubs_missing']} 个终端站没有送到选票，存在其中的选票没有计入。",
            f"Note: {entry['hubs_missing']} venue hubs had not delivered at the close: ballots they held do not count.",
        )


def tally_sheets(selected: Selected) -> Iterator[Document]:
    """One for each opened poll with a contest that may be told; free text is no matter of numbers and stays out."""
    view = selected.view
    for poll in view.state.polls.values():
        told = selected.of_poll(poll.id)
        judged = [
            Judged(paper.contest, (view.state.find_contest(paper.contest_id) or ({}, {}))[0], told[paper.contest_id])
            for paper in poll.papers
            if paper.contest_id in told
        ]
        counted = [one for one in judged if one.kind != "comment"]
        if not counted:
            continue
        writer = Writer(view.chinese)
        writer.add(Facts((*meeting_facts(writer, view), *_poll_facts(writer, selected, poll))))
        wide = any(len(one.contest["ballot"].get("grades") or []) > 4 for one in counted)
        for group in alike(counted):
            _tally(writer, selected, group, poll)
        small_groups(writer, selected, poll.id)
        writer.sign(*TELLERS)
        content = Content(writer.say(TALLY_ZH, TALLY_EN), "", tuple(writer.blocks), landscape=wide)
        contests = tuple(one.id for one in counted)
        yield Document(
            "tally", f"tally-{poll.id}", TALLY_ZH, TALLY_EN, contests, selected.audience, content, view.seal()
        )


def _tally(writer: Writer, selected: Selected, group: list[Judged], poll: Poll) -> None:
    first = group[0]
    paper = next(one for one in poll.papers if one.contest_id == first.id)
    title = _contest_name(paper, writer) if len(group) == 1 else plain(first.item["title"])
    writer.add(Heading(title))
    if len(group) == 1:
        writer.add(Paragraph(counts_line(writer, first.total)))
    if first.kind == "approval":
        writer.add(approved(writer, selected, first, verdict=False))
        base_note(writer, first)
    elif first.kind == "pick":
        writer.add(picked(writer, selected, first, percent=True))
        if first.contest["ballot"].get("write_in") and is_nomination(first):
            written = first.judged["tally"].get("write_in", {})
            writer.note(
                f"注：另填 {len(written)} 人，共 {sum(written.values())} 票。",
                f"Note: {len(written)} names written in, {sum(written.values())} votes.",
            )
        base_note(writer, first)
    else:
        writer.add(graded(writer, selected, group, percent=False, values=False))
    class_tables(writer, selected, group)
