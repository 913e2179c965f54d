"""The second half of the report: every contest and every score, with its figures and their working.

A figure is shown rounded, and decided on as it is. Where the two could be taken for one another, because the rounded
figure looks like a line that the exact one lies above or below, the report says so in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verify.prose import Prose
from verify.rules import display_number, display_percent, read_computed, read_exact
from verify.terminal import fill, pad, printable, width

Lines = Iterator[str]
Fields = Mapping[str, Any]

STATES = {
    "decided": Prose("已决定", "decided"),
    "undecided": Prose("未决定", "undecided"),
    "counted": Prose("已计票", "counted"),
    "not-polled": Prose("未投票", "not polled"),
}

REASONS = {
    "tie": Prose("末位同票", "a tie at the last seat"),
    "none": Prose("无人达到通过线", "nobody reached the line"),
    "too-few": Prose("达到通过线的人数不足", "too few reached the line"),
}

NEXT = {
    "none": Prose("", ""),
    "committee-decides": Prose("须由会议决定是否再次投票", "the committee decides whether to vote again"),
    "revote": Prose("再次投票", "vote again"),
    "ended": Prose("本项到此结束", "ended"),
}

COUNTS = {
    "expected": Prose("应到", "expected"),
    "present": Prose("实到", "present"),
    "issued": Prose("发出", "issued"),
    "returned": Prose("收回", "returned"),
    "invalid": Prose("无效", "invalid"),
    "valid": Prose("有效", "valid"),
    "abstain": Prose("弃权", "abstain"),
    "unknown": Prose("不了解", "don't know"),
}

MARKS = ("approve", "oppose", "abstain")
COMPARISONS = ("at_least", "over", "at_most", "under")


def contest_lines(item: Fields, contest: Fields, found: Fields, language: str) -> Lines:
    """One contest: `contest` as in its item, `found` as in the verdict."""
    yield f"{printable(contest['title'])} ({contest['id']})"
    if not found["rounds"]:
        yield f"  {STATES['not-polled'].in_(language)}"
    for judged in found["rounds"]:
        yield from _Round(item, contest, judged, language).lines()


class _Round:
    """One round on its way to the terminal."""

    def __init__(self, item: Fields, contest: Fields, judged: Fields, language: str) -> None:
        self.item, self.contest, self.judged, self.language = item, contest, judged, language
        self.ballot = contest["ballot"]
        listed = self.ballot.get("candidates") or self.ballot.get("options") or self.ballot.get("grades") or []
        self.names = {one["id"]: printable(one["name"]) for one in listed}

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def lines(self) -> Lines:
        judged = self.judged
        number = judged["round"]
        yield f"  {self.say(f'第 {number} 轮', f'round {number}')}: {self.counts(judged['counts']['total'])}"
        if judged["quorum"] is not None:
            yield f"    {self.say('法定人数', 'quorum')}: {judged['quorum']['working']}"
        yield from (f"    {line}" for line in self.tally(judged["tally"]))
        for voter_class, counts in judged["counts"]["by_class"].items():
            yield f"    {self.say('票种', 'class')} {voter_class}: {self.counts(counts)}"
            if self.ballot["kind"] != "comment":  # the class of a remark helps to guess who wrote it
                yield from (f"      {line}" for line in self.tally(judged["tally_by_class"][voter_class], total=False))
        yield from (f"    {line}" for line in self.values())
        yield from (f"    {line}" for line in self.flags())
        if self.item["show_ranks"]:
            yield from (f"    {line}" for line in self.ranks())
        yield f"    {self.conclusion()}"
        for bar in judged["barred"]:
            until = bar["until"] or self.say("长期", "for ever")
            name = self.names.get(bar["person"], bar["person"])
            yield f"    {self.say('不得提名', 'barred')}: {name}, {bar['from']} – {until}"
        yield from (f"    {line}" for line in proposal_lines(judged["proposals"], self.language))

    def counts(self, counts: Mapping[str, int]) -> str:
        shown = [name for name in COUNTS if name != "unknown" or counts[name] or self.ballot.get("unknown")]
        return "  ".join(f"{COUNTS[name].in_(self.language)} {counts[name]}" for name in shown)

    # ------------------------------------------------------------------------------------------------------- tallies

    def tally(self, tally: Fields, *, total: bool = True) -> list[str]:
        """The tally; `total` adds the working of each candidate, which is of all classes."""
        kind = self.ballot["kind"]
        if kind == "approval":
            return self._marks(tally, total)
        if kind == "pick":
            named = [f"{self.names[one]} {times}" for one, times in tally.items() if one != "write_in"]
            written = [self._written(name, times) for name, times in tally.get("write_in", {}).items()]
            return fill([*named, *written])
        if kind == "grade":
            return fill(f"{self.names[one]} {times}" for one, times in tally.items())
        if kind == "score":
            return fill(f"{score} × {times}" for score, times in tally.items())
        return [f"· {printable(text)}" for text in tally["texts"]]

    def _marks(self, tally: Fields, total: bool) -> list[str]:
        labels = self.ballot["labels"]
        columns = max(width(self.names[candidate]) for candidate in tally)
        lines = []
        for candidate, marks in tally.items():
            counts = "  ".join(f"{printable(labels[mark])} {marks[mark]}" for mark in MARKS)
            rows = [one for one in self.judged["judgements"] if total and one["candidate"] == candidate]
            workings = "  ".join(self._working(one) for one in rows)
            lines.append(f"{pad(self.names[candidate], columns)}  {counts}  {workings}".rstrip())
        return lines

    def _working(self, judgement: Fields) -> str:
        if judgement["rule"] == "bar":
            return f"{self.say('未通过次数', 'failures')} {judgement['working']}"
        return str(judgement["working"])

    def _written(self, name: str, number: int) -> str:
        return f"{printable(name)}{self.say('（另填）', ' (written in)')} {number}"

    # ------------------------------------------------------------------------------------------ values, flags, ranks

    def values(self) -> Lines:
        rules = {rule["id"]: rule for rule in self.contest["rules"] if rule["rule"] in ("rate", "mean", "bands")}
        columns = max((width(rule_id) for rule_id in self.judged["values"]), default=0)
        for rule_id, value in self.judged["values"].items():
            name = pad(rule_id, columns)
            if value["exact"] is None:
                yield f"{name}  {self.say('无（基数为 0）', 'none (its base is 0)')}"
                continue
            empty = ", ".join(value["empty_classes"])
            parts = [f"{name}  {value['display']}", value["working"]]
            if empty:
                parts.append(f"{self.say('没有可计的票', 'nothing to count')}: {empty}")
            yield "  ".join(parts)
            rule = rules[rule_id]
            if rule["rule"] == "bands":
                read = self.judged["values"][rule["value"]]
                yield from self._near(read, [band["at_least"] for band in rule["bands"]])

    def flags(self) -> Lines:
        rules = [rule for rule in self.contest["rules"] if rule["rule"] == "flag"]
        workings = [one["working"] for one in self.judged["judgements"] if one["rule"] == "flag"]
        for rule, raised, working in zip(rules, self.judged["flags"], workings, strict=True):
            yield f"{raised_or_not(raised, self.language)}  {rule['value']}: {working}"
            value = self.judged["values"][rule["value"]]
            yield from self._near(value, [rule[name] for name in COMPARISONS if name in rule])

    def _near(self, value: Fields, lines: Sequence[str]) -> Lines:
        return (f"  {one}" for one in near_lines(value["display"], value["exact"], lines, self.language))

    def ranks(self) -> Lines:
        for rule_id, ranks in self.judged["ranks"].items():
            named = [(rank, self.names[one]) for one, rank in ranks.items() if one != "write_in"]
            written = ranks.get("write_in", {}).items()
            named += [(rank, f"{printable(name)}{self.say('（另填）', ' (written in)')}") for name, rank in written]
            title = f"{self.say('排名', 'ranks')} {rule_id}:"
            yield from fill([title, *(f"{rank}. {name}" for rank, name in sorted(named, key=lambda one: one[0]))])

    def conclusion(self) -> str:
        judged = self.judged
        parts = [STATES[judged["state"]].in_(self.language)]
        if any(rule["rule"] == "pass" for rule in self.contest["rules"]):
            parts.append(f"{self.say('达到通过线', 'passed')}: {self._listed(judged['passed'])}")
        if judged["state"] != "counted":
            parts.append(f"{self.say('当选', 'elected')}: {self._listed(judged['elected'])}")
        parts += [REASONS[one].in_(self.language) for one in judged["reasons"] if one in REASONS]
        follow_up = NEXT[judged["next"]].in_(self.language)
        return "; ".join([*parts, follow_up] if follow_up else parts)

    def _listed(self, ids: Sequence[str]) -> str:
        return "、".join(self.names.get(one, one) for one in ids) if ids else self.say("无", "none")


# --------------------------------------------------------------------------------------------------- inputs and scores


def input_lines(definitions: Fields, inputs: Fields, language: str) -> Lines:
    for input_id, given in inputs.items():
        title = printable(definitions[input_id]["title"]) if input_id in definitions else input_id
        evidence = Prose("依据", "evidence").in_(language)
        yield f"{title} ({input_id}): {given['value']}  {evidence}: {printable(given['evidence'])}"


def score_lines(definition: Fields, score: Fields, language: str) -> Lines:
    """One score: `definition` as in the meeting or its item, `score` as in the verdict."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    title = f"{printable(definition['title'])} ({definition['id']})"
    if score["exact"] is None:
        yield f"{title}: {say('无法计算，缺', 'cannot be computed, missing')} {', '.join(score['missing'])}"
    else:
        parts = [f"{title}: {score['display']}"]
        if score["exact"] != score["uncapped"]:
            parts.append(f"{say('未限幅', 'uncapped')} {shown(score['uncapped'], definition['display'])}")
        if _rounded(score["exact"], definition["display"]):
            parts.append(f"{say('准确值', 'exact')} {score['exact']}")
        if score["bands"] is not None:
            parts.append(f"{say('分档', 'band')} {score['bands']['display']}")
        yield "  ".join(parts)
        lines = [band["at_least"] for band in definition["bands"] or []]
        yield from (f"  {one}" for one in near_lines(score["display"], score["exact"], lines, language))
    for rule, raised in zip(definition["flags"], score["flags"], strict=True):
        yield f"  {raised_or_not(raised, language)}"
        lines = [rule[name] for name in COMPARISONS if name in rule]
        yield from (f"    {one}" for one in near_lines(score["display"], score["exact"], lines, language))
    yield from (f"  {line}" for line in proposal_lines(score.get("proposals", []), language))


def proposal_lines(proposals: Sequence[Fields], language: str) -> Lines:
    """What is proposed, to which office, and by when."""
    for one in proposals:
        parts = [printable(one["confirm"])]
        if one["due"]:
            parts.append(Prose(f"期限 {one['due']}", f"due {one['due']}").in_(language))
        title = Prose("待确认", "to confirm").in_(language)
        yield f"{title}: {printable(one['text'])} ({', '.join(parts)})"


def raised_or_not(flag: Fields, language: str) -> str:
    state = Prose("已触发", "raised") if flag["raised"] else Prose("未触发", "not raised")
    return f"{Prose('标记', 'flag').in_(language)} {flag['code']}: {state.in_(language)}"


def near_lines(display: str | None, exact: str | None, lines: Sequence[str], language: str) -> Lines:
    """Say so where the figure shown looks like a line that the exact one does not lie on."""
    if display is None or exact is None:
        return
    number = read_computed(exact)
    kind = "percent" if display.endswith("%") else "number"
    for line in dict.fromkeys(lines):
        if read_exact(line) != number and shown(line, kind) == display:
            above = number > read_exact(line)
            zh = f"显示为 {display}，准确值 {exact}，{'高于' if above else '低于'} {line}"
            en = f"shown as {display}; exactly {exact}, {'above' if above else 'below'} {line}"
            yield Prose(zh, en).in_(language)


def shown(exact: str, kind: str) -> str:
    number = read_computed(exact)
    return display_percent(number) if kind == "percent" else display_number(number)


def _rounded(exact: str, kind: str) -> bool:
    """Whether the figure shown is not the exact one."""
    hundredths = read_computed(exact) * (10_000 if kind == "percent" else 100)
    return hundredths.denominator != 1
