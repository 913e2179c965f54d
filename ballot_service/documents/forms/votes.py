"""票决结果报告单: one for each contest with a line to pass, with all its rounds and how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from ballot_service.documents.content import Content, Facts, Heading, Paragraph, Writer, plain
from ballot_service.documents.document import Document
from ballot_service.documents.forms.parts import Judged, approved, base_note, class_tables, small_groups
from ballot_service.documents.view import Selected
from ballot_service.documents.wording import (
    citations,
    class_names,
    counts_line,
    day,
    hides_classes,
    line_to_pass,
    meeting_facts,
    moment,
    reasons_in_words,
)
from ballot_service.meetings.naming import listed
from ballot_service.meetings.state import Json
from verify import rules

POST_ZH, POST_EN = "票决结果报告单", "Result of the vote on a post"
MATTER_ZH, MATTER_EN = "表决结果报告单", "Result of the vote"
_NUMBERS = "零一二三四五六七八九十"


def vote_reports(selected: Selected) -> Iterator[Document]:
    for item in selected.view.state.items:
        for contest in item["contests"]:
            passes = [rule for rule in contest["rules"] if rule["rule"] == "pass"]
            if passes and selected.rounds(contest["id"]):
                yield _report(selected, item, contest, passes)


def _report(selected: Selected, item: Json, contest: Json, passes: list[Json]) -> Document:
    view = selected.view
    writer = Writer(view.chinese)
    zh, en = (POST_ZH, POST_EN) if contest["post"] else (MATTER_ZH, MATTER_EN)
    labels = contest["ballot"]["labels"]
    facts = meeting_facts(writer, view)
    facts.append(
        (writer.say("职务", "Post") if contest["post"] else writer.say("事项", "Matter"), plain(contest["title"]))
    )
    seats = next((rule["seats"] for rule in contest["rules"] if rule["rule"] == "seats"), None)
    if seats is not None:
        facts.append((writer.say("职数", "Seats"), str(seats)))
    line = writer.say("，且", "; and ").join(
        line_to_pass(writer, rule, labels)
        + (f"（{class_names(view, rule['classes'], writer)}）" if rule["classes"] else "")
        for rule in passes
    )
    facts.append((writer.say("通过条件", "To pass"), line))
    facts.append((writer.say("缺席及原因", "Absent, and why"), ""))
    writer.add(Facts(tuple(facts)))
    rounds = selected.rounds(contest["id"])
    for judged in rounds:
        _round(writer, selected, Judged(contest, item, judged), passes)
    _final(writer, selected, contest)
    base_note(writer, Judged(contest, item, rounds[-1]))
    for text in citations(contest["rules"]):
        writer.note(f"依据：{text}", f"Source: {text}")
    roles = [("主持人", "Chair"), ("监票人", "Scrutineers"), ("计票人", "Tellers"), ("记录人", "Minutes")]
    writer.sign(*roles)
    content = Content(writer.say(zh, en), plain(item["title"]), tuple(writer.blocks))
    return Document("vote", f"vote-{contest['id']}", zh, en, (contest["id"],), selected.audience, content, view.seal())


def _round(writer: Writer, selected: Selected, one: Judged, passes: list[Json]) -> None:
    view, judged = selected.view, one.judged
    number = judged["round"]
    entry = view.entry("poll-close", judged["poll"])
    when = writer.say("（{}）", " ({})").format(moment(writer, entry["at"])) if entry else ""
    ordinal = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    writer.add(Heading(writer.say(f"第{ordinal}次票决{when}" if one.contest["post"] else f"第{ordinal}次表决{when}",
                                  f"Round {number}{when}")))  # fmt: skip
    counts = one.total
    paper = next(paper for paper in view.state.polls[judged["poll"]].papers if paper.contest_id == one.id)
    text = counts_line(writer, counts)
    absent = counts["expected"] - counts["present"]
    if absent > 0:
        text += writer.say(f"，缺席 {absent}", f", absent {absent}")
    if paper.recused:
        recused = sum(paper.recused.values())
        text += writer.say(f"，回避 {recused}", f", recused {recused}")
    writer.add(Paragraph(text + writer.say("。", ".")))
    quorum = judged["quorum"]
    if quorum is not None:
        held = writer.say("符合", "held") if quorum["held"] else writer.say("不符合", "not held")
        writer.add(
            Paragraph(
                writer.say(f"到会人数：{quorum['working']}，{held}规定。", f"Quorum: {quorum['working']}, {held}.")
            )
        )
    writer.add(approved(writer, selected, one, verdict=True))
    if any(hides_classes(one.contest, judged, rule, selected.min_class) for rule in passes):
        writer.note(
            f"注：有的票种票数不足{selected.min_class}张，分票种的计算不单列。",
            "Note: a class is too small for its own figures to be shown.",
        )
    class_tables(writer, selected, [one])
    small_groups(writer, selected, judged["poll"])
    writer.add(Paragraph(_outcome(writer, selected, one), strong=True))


def _outcome(writer: Writer, selected: Selected, one: Judged) -> str:
    names = {candidate["id"]: plain(candidate["name"]) for candidate in listed(one.contest["ballot"])}
    judged, join = one.judged, writer.say("、", ", ")
    if judged["state"] == "counted":
        passed = join.join(names[who] for who in judged["passed"])
        if not judged["passed"]:
            return writer.say("结论：未通过。", "Outcome: not passed.")
        return writer.say(f"结论：{passed}通过。", f"Outcome: passed: {passed}.")
    parts = []
    if judged["elected"]:
        elected = join.join(names[who] for who in judged["elected"])
        parts.append(writer.say(f"{elected}通过", f"passed: {elected}"))
    if judged["state"] == "undecided":
        seats = next(rule["seats"] for rule in one.contest["rules"] if rule["rule"] == "seats")
        reasons = reasons_in_words(writer, judged, seats=seats)
        if reasons:
            parts.append(reasons)
        decision = selected.view.state.decisions.get(one.id, {}).get(judged["round"])
        parts.append(_next(writer, judged["next"], decision))
    return writer.say(f"结论：{'；'.join(parts)}。", f"Outcome: {'; '.join(parts)}.")


def _next(writer: Writer, following: str, decision: str | None) -> str:
    if decision == "revote":
        return writer.say("经会议讨论决定，再次票决", "the meeting decided to vote again")
    if decision == "end":
        return writer.say("经会议讨论决定，不再票决", "the meeting decided not to vote again")
    return {
        "committee-decides": writer.say("是否再次票决，由会议讨论决定", "the meeting decides whether to vote again"),
        "revote": writer.say("按规定再次票决", "there is another round"),
        "ended": writer.say("不再票决", "there is no further round"),
        "none": "",
    }[following]


def _final(writer: Writer, selected: Selected, contest: Json) -> None:
    rounds = selected.rounds(contest["id"])
    names = {candidate["id"]: plain(candidate["name"]) for candidate in listed(contest["ballot"])}
    failures = next((rule["failures"] for rule in contest["rules"] if rule["rule"] == "bar"), 0)
    times = "两次" if failures == 2 else f"{failures}次"
    for judged in rounds:
        for bar in judged["barred"]:
            name = names.get(bar["person"], bar["person"])
            until = (
                writer.say(f"至{day(writer, bar['until'])}（含当日）", f"to {day(writer, bar['until'])}, both included")
                if bar["until"]
                else writer.say("起，没有期限", "on, for ever")
            )
            writer.add(
                Paragraph(
                    writer.say(
                        f"{name}{times}未获通过，自{day(writer, bar['from'])}{until}"
                        "不得提名为同一职务的人选（待组织部门确认）。",
                        f"{name} may not be nominated for this post from {day(writer, bar['from'])} {until} "
                        "(to be confirmed).",
                    )
                )
            )
    on_paper = set(rounds[-1]["tally"])
    settled = {who for judged in rounds[:-1] for who in judged["elected"]}
    left_off = [one for one in names if one not in on_paper and one not in settled]
    if left_off:
        listing = writer.say("、", ", ").join(names[one] for one in left_off)
        writer.note(
            f"注：{listing}因不得提名，未列入最后一次票面。", f"Note: {listing} was left off the last paper: barred."
        )
    if selected.whole(contest["id"]) and len(rounds) > 1:
        final = rules.final(rounds, selected.view.state.decisions.get(contest["id"], {}))
        elected = writer.say("、", ", ").join(names[one] for one in final["elected"])
        text = writer.say(f"最终结果：{elected}通过。", f"In the end: {elected}.") if elected else writer.say(
            "最终结果：没有人选通过。", "In the end: nobody passed.")  # fmt: skip
        writer.add(Paragraph(text, strong=True))
