"""Tables that several forms share: the same contest reads alike in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ballot_service.documents.content import NONE, Cell, Column, Heading, Paragraph, Remarks, Table, Writer, plain
from ballot_service.documents.view import Selected
from ballot_service.documents.wording import (
    BASES,
    class_names,
    contest_title,
    hides_classes,
    rate_base,
    share,
    shown_value,
    splits,
    unit_and_title,
    value_title,
)
from ballot_service.meetings.naming import listed
from ballot_service.meetings.state import Json

VALUES = ("rate", "mean", "bands")


@dataclass(frozen=True)
class Judged:
    """A contest in one round."""

    contest: Json
    item: Json
    judged: Json

    @property
    def id(self) -> str:
        return str(self.contest["id"])

    @property
    def kind(self) -> str:
        return str(self.contest["ballot"]["kind"])

    @property
    def total(self) -> Mapping[str, int]:
        counts: Mapping[str, int] = self.judged["counts"]["total"]
        return counts

    def split(self, min_class: int) -> Iterator[tuple[str, Judged]]:
        """(class, the same with the figures of this class), where they may be shown."""
        if not splits(self.judged, min_class):
            return
        for voter_class, counts in self.judged["counts"]["by_class"].items():
            tally = self.judged["tally_by_class"][voter_class]
            yield (
                voter_class,
                Judged(
                    self.contest,
                    self.item,
                    {**self.judged, "counts": {"total": counts, "by_class": {}}, "tally": tally},
                ),
            )


def last_rounds(selected: Selected, item: Json) -> list[Judged]:
    """The contests of an item that may be told, each in its last round."""
    return [
        Judged(contest, item, judged)
        for contest in item["contests"]
        if (judged := selected.last(contest["id"])) is not None
    ]


def alike(contests: Sequence[Judged]) -> list[list[Judged]]:
    """Groups that fit into one table: the same ballot, and all about somebody or all about something."""
    groups: dict[str, list[Judged]] = {}
    for one in contests:
        ballot = one.contest["ballot"]
        key = repr((one.kind, one.contest["subject"] is None, ballot)) if one.kind in ("grade", "score") else one.id
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def graded(
    writer: Writer,
    selected: Selected,
    group: Sequence[Judged],
    *,
    percent: bool,
    values: bool,
    attendance: bool = False,
) -> Table:
    """Contests graded or scored alike, a row each; `attendance`: with what was issued and returned for each."""
    first = group[0]
    ballot = first.contest["ballot"]
    named = first.contest["subject"] is not None
    columns = [Column(writer.say("序号", "No."), 0.6)]
    columns.append(
        Column(writer.say("姓名", "name"), 1.6) if named else Column(writer.say("测评内容", "subject"), 3.5, left=True)
    )
    if named:
        columns.append(Column(writer.say("单位及职务", "unit and post"), 2.6, left=True))
    grades = ballot.get("grades") or []
    for grade in grades:
        columns.append(Column(plain(grade["name"]), 1.1, share=percent))
    if first.kind == "score":
        columns.append(Column(writer.say("打分（分×票）", "scores (score × ballots)"), 3, left=True))
    if ballot.get("unknown"):
        columns.append(Column(writer.say("不了解", "don't know"), 1, share=percent))
    columns.append(Column(writer.say("弃权", "abstained"), 1, share=percent))
    if attendance:
        columns.append(Column(writer.say("发出", "issued"), 0.9))
        columns.append(Column(writer.say("收回", "returned"), 0.9))
    columns.append(Column(writer.say("有效", "valid"), 0.9))
    columns.append(Column(writer.say("无效", "invalid"), 0.9))
    rules = _value_rules(group) if values else {}
    titles = {name: value_title(writer, *pair, selected.view) for name, pair in rules.items()}
    for name, title in titles.items():  # two of one name are told apart by their ids
        twice = list(titles.values()).count(title) > 1
        columns.append(Column(writer.say(f"{title}（{name}）", f"{title} ({name})") if twice else title, 1.3))
    rows = []
    for number, one in enumerate(group, start=1):
        base = one.total[rate_base(one.contest)]
        tally = one.judged["tally"]
        row: list[Cell] = [number, contest_title(one.contest) if not named else plain(one.contest["subject"]["name"])]
        if named:
            row.append(unit_and_title(one.contest["subject"]))
        counts = [tally[grade["id"]] for grade in grades]
        if first.kind == "score":
            row += _shares(counts, base, percent)
            row.append(writer.say("、", ", ").join(f"{score}×{times}" for score, times in tally.items()) or NONE)
        else:
            row += _shares(counts, base, percent)
        row += _shares([one.total["unknown"]] if ballot.get("unknown") else [], base, percent)
        row += _shares([one.total["abstain"]], base, percent)
        row += [one.total["issued"], one.total["returned"]] if attendance else []
        row += [one.total["valid"], one.total["invalid"]]
        row += [_value(one, rule_id, selected.min_class) for rule_id in rules]
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def _shares(counts: Sequence[int], base: int, percent: bool) -> list[Cell]:
    return [share(count, base) if percent else count for count in counts]


def _value_rules(group: Sequence[Judged]) -> dict[str, tuple[Json, Json]]:
    """rule id → (contest, rule) of the values of all the contests in a group."""
    found: dict[str, tuple[Json, Json]] = {}
    for one in group:
        for rule in one.contest["rules"]:
            if rule["rule"] in VALUES:
                found.setdefault(rule["id"], (one.contest, rule))
    return found


def _value(one: Judged, rule_id: str, min_class: int) -> str:
    value = one.judged["values"].get(rule_id)
    if value is None:
        return NONE
    rule = next(rule for rule in one.contest["rules"] if rule["id"] == rule_id)
    if rule.get("classes") and hides_classes(one.contest, one.judged, rule, min_class):
        return NONE
    return shown_value(value)


def hidden_values(selected: Selected, group: Sequence[Judged]) -> bool:
    """Whether a figure of single classes is left out because one of them is too small."""
    return any(
        rule.get("classes") and hides_classes(one.contest, one.judged, rule, selected.min_class)
        for one in group
        for rule in one.contest["rules"]
        if rule["rule"] in VALUES
    )


def picked(writer: Writer, selected: Selected, one: Judged, *, percent: bool) -> Table:
    """Options and the names written in, a row each."""
    tally = one.judged["tally"]
    base = one.total[rate_base(one.contest)]
    ranks = shown_ranks(selected, one)
    columns = [
        Column(writer.say("序号", "No."), 0.6),
        Column(writer.say("姓名", "name") if is_nomination(one) else writer.say("选项", "option"), 3, left=True),
    ]
    notes = any(option.get("note") for option in listed(one.contest["ballot"]))
    if notes:
        columns.append(Column(writer.say("单位及职务", "unit and post"), 2.6, left=True))
    columns.append(Column(writer.say("得票", "votes"), 1))
    if percent:
        columns.append(Column(writer.say("得票率", "rate"), 1))
    if ranks is not None:
        columns.append(Column(writer.say("排名", "rank"), 0.7))
    rows: list[tuple[Cell, ...]] = []
    for option in listed(one.contest["ballot"]):
        row: list[Cell] = [len(rows) + 1, plain(option["name"])]
        if notes:
            row.append(plain(option.get("note") or "") or NONE)
        row += _votes(tally[option["id"]], base, percent)
        if ranks is not None:
            row.append(ranks[option["id"]])
        rows.append(tuple(row))
    if selected.free_text:
        for name, times in tally.get("write_in", {}).items():
            row = [len(rows) + 1, writer.say(f"{plain(name)}（另填）", f"{plain(name)} (written in)")]
            if notes:
                row.append(NONE)
            row += _votes(times, base, percent)
            if ranks is not None:
                row.append(ranks["write_in"][name])
            rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def _votes(count: int, base: int, percent: bool) -> list[Cell]:
    return [count, share(count, base).percent or NONE] if percent else [count]


def shown_ranks(selected: Selected, one: Judged) -> Json | None:
    """Ranks by the contest's first rank rule, where the item shows any; None also where they are of single classes."""
    if not one.item["show_ranks"]:
        return None
    for rule in one.contest["rules"]:
        if rule["rule"] == "rank" and not hides_classes(one.contest, one.judged, rule, selected.min_class):
            ranks: Json = one.judged["ranks"][rule["id"]]
            return ranks
    return None


def is_nomination(one: Judged) -> bool:
    """Whether people are recommended, rather than answers ticked."""
    return one.contest["post"] is not None or bool(one.contest["ballot"].get("write_in"))


def approved(writer: Writer, selected: Selected, one: Judged, *, verdict: bool) -> Table:
    """Candidates and their marks, a row each; `verdict`: and whether they passed, with the working."""
    labels = one.contest["ballot"]["labels"]
    passes = [rule for rule in one.contest["rules"] if rule["rule"] == "pass"]
    notes = any(candidate.get("note") for candidate in listed(one.contest["ballot"]))
    base_name = passes[0]["of"] if len(passes) == 1 and not passes[0]["classes"] else "valid"
    base = one.total[base_name]
    ranks = shown_ranks(selected, one)
    columns = [
        Column(writer.say("序号", "No."), 0.6),
        Column(writer.say("人选", "candidate") if one.contest["post"] else writer.say("表决事项", "matter"), 1.8,
               left=not one.contest["post"]),
    ]  # fmt: skip
    if notes:
        columns.append(Column(writer.say("现任职务", "present post"), 2.4, left=True))
    columns += [Column(plain(labels[mark]), 0.9) for mark in ("approve", "oppose", "abstain")]
    columns.append(Column(writer.say("合计", "total"), 0.8))
    columns.append(Column(writer.say(f"{labels['approve']}率", "rate"), 1.1))
    if ranks is not None:
        columns.append(Column(writer.say("排名", "rank"), 0.7))
    if verdict:
        columns += [
            Column(writer.say("计算", "working"), 1.7),
            Column(writer.say("是否通过", "passed"), 1),
        ]
    rows: list[tuple[Cell, ...]] = []
    for candidate in listed(one.contest["ballot"]):
        marks = one.judged["tally"].get(candidate["id"])
        if marks is None:  # not on the paper of this round
            continue
        row: list[Cell] = [len(rows) + 1, plain(candidate["name"])]
        if notes:
            row.append(plain(candidate.get("note") or "") or NONE)
        row += [marks[mark] for mark in ("approve", "oppose", "abstain")]
        row.append(sum(marks.values()))
        percent = share(marks["approve"], base).percent
        row.append(percent if percent is not None else NONE)
        if ranks is not None:
            row.append(ranks[candidate["id"]])
        if verdict:
            workings = [
                judgement["working"]
                for judgement, rule in _of_rules(one)
                if judgement["rule"] == "pass"
                and judgement["candidate"] == candidate["id"]
                and not hides_classes(one.contest, one.judged, rule, selected.min_class)
            ]
            row.append("; ".join(workings) or NONE)
            passed = candidate["id"] in one.judged["passed"]
            row.append(writer.say("通过", "yes") if passed else writer.say("未通过", "no"))
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))


def _of_rules(one: Judged) -> list[tuple[Json, Json]]:
    """(judgement, its rule): a pass rule judges each candidate on the paper, in the order of the rules."""
    found = []
    rows = iter([row for row in one.judged["judgements"] if row["rule"] == "pass"])
    for rule in one.contest["rules"]:
        if rule["rule"] == "pass":
            found += [(next(rows), rule) for _candidate in one.judged["tally"]]
    return found


def base_note(writer: Writer, one: Judged) -> None:
    """Say what the percentages of a table are parts of."""
    if one.kind == "approval":
        passes = [rule for rule in one.contest["rules"] if rule["rule"] == "pass"]
        name = passes[0]["of"] if len(passes) == 1 and not passes[0]["classes"] else "valid"
    else:
        name = rate_base(one.contest)
    base = BASES[name]
    writer.note(f"注：比例以{base[0]}为底数。", f"Note: percentages are of {base[1]}.")


def remarks(writer: Writer, selected: Selected, one: Judged) -> None:
    """Free text, for those who may read it; for others its number."""
    texts = one.judged["tally"]["texts"]
    writer.add(Heading(contest_title(one.contest)))
    if not selected.free_text:
        chinese = "由组织综合后反馈" if selected.audience == "subject" else "不公开"
        english = f"{len(texts)} received; not passed on word by word."
        writer.add(Paragraph(writer.say(f"共收到 {len(texts)} 条，{chinese}。", english)))
    elif texts:
        writer.add(Remarks(tuple(plain(text) for text in texts)))
        writer.note(
            "以上意见按文字编码排序，与投票先后和票种无关。", "Sorted by their characters: neither time nor class."
        )
    else:
        writer.add(Paragraph(writer.say("没有收到文字意见。", "None.")))


def class_tables(writer: Writer, selected: Selected, group: Sequence[Judged]) -> None:
    """The same table for each class, where the verdict splits and this reader may see it."""
    if not selected.by_class or group[0].kind == "comment":
        return
    if len(group) == 1 and group[0].kind in ("grade", "score"):
        _one_by_class(writer, selected, group[0])
        return
    classes = {voter_class: None for one in group for voter_class, _part in one.split(selected.min_class)}
    for voter_class in classes:
        parts = [part for one in group for name, part in one.split(selected.min_class) if name == voter_class]
        name = class_names(selected.view, [voter_class], writer)
        writer.add(Heading(writer.say(f"其中：{name}", f"Of these: {name}")))
        one = parts[0]
        if one.kind in ("grade", "score"):
            writer.add(graded(writer, selected, parts, percent=False, values=False))
        elif one.kind == "pick":
            writer.add(picked(writer, selected, without_ranks(one), percent=False))
        else:
            writer.add(approved(writer, selected, without_ranks(one), verdict=False))


def _one_by_class(writer: Writer, selected: Selected, one: Judged) -> None:
    """One contest, a row for each class."""
    parts = list(one.split(selected.min_class))
    if not parts:
        return
    table = graded(writer, selected, [part for _class, part in parts], percent=False, values=False)
    before = 3 if one.contest["subject"] is not None else 2
    rows = (
        (class_names(selected.view, [voter_class], writer), *row[before:])
        for (voter_class, _part), row in zip(parts, table.rows, strict=True)
    )
    writer.heading("分票种统计", "By class")
    writer.add(Table((Column(writer.say("票种", "class"), 2, left=True), *table.columns[before:]), tuple(rows)))


def without_ranks(one: Judged) -> Judged:
    return Judged(one.contest, {**one.item, "show_ranks": False}, one.judged)


def small_groups(writer: Writer, selected: Selected, poll: str) -> None:
    """Name the classes that voted in small numbers, as two officers answered for."""
    entry = selected.view.entry("poll-open", poll)
    if entry and entry["small_groups"]:
        names = class_names(selected.view, entry["small_groups"], writer)
        least = selected.min_class
        writer.note(
            f"注：{names}领票不足{least}人，经两名负责人同意后投票。",
            f"Note: fewer than {least} of {names} took part; two officers agreed to that.",
        )
