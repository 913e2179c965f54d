"""Contests and scores on the page: counts, bars, each inequality in words with its clause, and what follows."""

from collections.abc import Sequence

from verify.html_report.element import Html, element
from verify.html_report.told import Fields, conclusion, names_of, value_name
from verify.prose import Prose
from verify.report_outcomes import (
    COMPARISONS,
    COUNTS,
    MARKS,
    STATES,
    input_lines,
    near_lines,
    raised_or_not,
    score_lines,
)
from verify.verdict import Judged

BAR_WIDTH = 240  # px of a bar that stands for all valid ballots
BAR_HEIGHT = 14


def contest_section(item: Fields, contest: Fields, found: Fields, language: str) -> Html:
    """One contest with all its rounds."""
    rounds = [_Round(item, contest, round_, language).section(len(found["rounds"])) for round_ in found["rounds"]]
    return element(
        "article",
        element("h3", contest["title"], element("span", contest["id"], class_="id")),
        rounds or element("p", STATES["not-polled"].in_(language)),
        element("p", conclusion(contest, found, language), class_="conclusion") if rounds else None,
    )


def score_section(defined: Fields, inputs: Fields, judged: Judged, language: str) -> Html | None:
    if not judged.inputs and not judged.scores:
        return None
    given = [element("li", line) for line in input_lines(inputs, judged.inputs, language)]
    lines = [
        element("li", line)
        for score_id, score in judged.scores.items()
        for line in score_lines(defined[score_id], score, language)
    ]
    return element(
        "article",
        element("h3", Prose("录入与得分", "Inputs and scores").in_(language)),
        element("ul", given) if given else None,
        element("ul", lines) if lines else None,
    )


class _Round:
    def __init__(self, item: Fields, contest: Fields, judged: Fields, language: str) -> None:
        self.item, self.contest, self.judged, self.language = item, contest, judged, language
        self.ballot, self.names = contest["ballot"], names_of(contest)

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def section(self, rounds: int) -> Html:
        number, judged = self.judged["round"], self.judged
        quorum = judged["quorum"]
        return element(
            "div",
            element("h4", self.say(f"第 {number} 轮", f"Round {number}")) if rounds > 1 else None,
            self.counts(),
            element("p", self.held(self.say("法定人数", "quorum"), quorum)) if quorum is not None else None,
            self.tally(),
            self.judgements(),
            self.values(),
            self.flags(),
            self.ranks() if self.item["show_ranks"] else None,
            self.bars(),
            class_="round",
        )

    def counts(self) -> Html:
        shown = [name for name in COUNTS if name != "unknown" or self.ballot.get("unknown")]
        by_class = self.judged["counts"]["by_class"]
        rows = [(self.say("合计", "total"), self.judged["counts"]["total"]), *by_class.items()]
        named = bool(by_class)  # the total alone needs no name
        head = [
            element("th", "") if named else None,
            [element("th", COUNTS[name].in_(self.language)) for name in shown],
        ]
        lines = [
            element("tr", element("th", title) if named else None, [element("td", counts[name]) for name in shown])
            for title, counts in rows
        ]
        return element("div", element("table", element("tr", *head), lines, class_="counts"), class_="wide")

    def tally(self) -> Html | None:
        tally, kind = self.judged["tally"], self.ballot["kind"]
        if kind == "comment":
            return element("ul", [element("li", text) for text in tally["texts"]], class_="texts")
        if kind == "approval":
            labels = self.ballot["labels"]
            rows = [
                (f"{self.names[one]}  {labels[mark]}", marks[mark], mark)
                for one, marks in tally.items()
                for mark in MARKS
            ]
        else:
            rows = [(self.names.get(one, one), times, "plain") for one, times in tally.items() if one != "write_in"]
            written = tally.get("write_in", {}) if kind == "pick" else {}
            rows += [
                (f"{name}{self.say('（另填）', ' (written in)')}", times, "plain") for name, times in written.items()
            ]
        valid = max(1, self.judged["counts"]["total"]["valid"])
        return element(
            "table",
            [
                element(
                    "tr",
                    element("td", name),
                    element("td", times, class_="figure"),
                    element("td", _bar(times, valid, style)),
                )
                for name, times, style in rows
            ],
            class_="tally",
        )

    def judgements(self) -> Html | None:
        """Each inequality with who it is about, whether it holds, and the clause that it follows."""
        lines = []
        for one in self.judged["judgements"]:
            if one["rule"] == "pass":
                who = self.names.get(one["candidate"], one["candidate"])
                of = f"（{COUNTS[one['of']].in_(self.language)}）" if one["of"] in COUNTS else ""
                lines.append((f"{who}：{self.held(self.say('通过线', 'line') + of, one)}", one["cite"]))
            elif one["rule"] == "bar":
                who = self.names.get(one["candidate"], one["candidate"])
                lines.append((f"{who}：{self.say('未通过次数', 'failures')} {one['working']}", one["cite"]))
            elif one["cite"] is not None and one["rule"] != "flag":
                lines.append((self.held(one["rule"], one), one["cite"]))
        if not lines:
            return None
        return element("ul", [element("li", text, _cited(cite)) for text, cite in lines], class_="judgements")

    def held(self, what: str, judged: Fields) -> str:
        holds = judged["held"] if "held" in judged else judged["holds"]
        return (
            f"{what} {judged['working']}，{self.say('成立', 'holds') if holds else self.say('不成立', 'does not hold')}"
        )

    def values(self) -> Html | None:
        rules = {rule["id"]: rule for rule in self.contest["rules"] if rule["rule"] in ("rate", "mean", "bands")}
        rows, cited = [], None
        for rule_id, value in self.judged["values"].items():
            if value["exact"] is None:
                figure, told = "—", self.say("基数为 0，无法计算", "its base is 0")
            else:
                figure = value["display"]
                told = value["working"] + self.comes_to(rules[rule_id], value)
                if value["empty_classes"]:
                    empty = self.say("没有可计的票的票种", "classes with nothing to count")
                    told += f"  {empty}: {', '.join(value['empty_classes'])}"
            name, cite = value_name(self.contest, rules[rule_id], self.language), rules[rule_id].get("cite")
            rows.append(
                element(
                    "tr",
                    element("td", name, element("span", rule_id, class_="id")),
                    element("td", figure, class_="figure"),
                    element("td", told, self.near_bands(rules[rule_id]), _cited(cite) if cite != cited else None),
                )
            )
            cited = cite  # the same clause is written out once
        return element("table", rows, class_="values") if rows else None

    def comes_to(self, rule: Fields, value: Fields) -> str:
        """What the working comes to: a band is reached and gives points, anything else is a figure."""
        if rule["rule"] == "bands":
            return self.say(f"：得 {value['exact']} 分", f": {value['exact']} points")
        return f" = {value['exact']}" if value["exact"] != value["working"] else ""

    def near_bands(self, rule: Fields) -> list[Html]:
        return self.near(rule["value"], [band["at_least"] for band in rule["bands"]]) if rule["rule"] == "bands" else []

    def flags(self) -> Html | None:
        judged = [one for one in self.judged["judgements"] if one["rule"] == "flag"]
        rules = [rule for rule in self.contest["rules"] if rule["rule"] == "flag"]
        lines = [
            element(
                "li",
                f"{raised_or_not(flag, self.language)}（{one['working']}）",
                self.near(rule["value"], [rule[name] for name in COMPARISONS if name in rule]),
                _cited(one["cite"]),
            )
            for rule, flag, one in zip(rules, self.judged["flags"], judged, strict=True)
        ]
        return element("ul", lines, class_="flags") if lines else None

    def near(self, value_id: str, lines: Sequence[str]) -> list[Html]:
        """Where the figure shown looks like a line that the exact one does not lie on, words say so."""
        value = self.judged["values"][value_id]
        return [
            element("p", one, class_="near")
            for one in near_lines(value["display"], value["exact"], lines, self.language)
        ]

    def ranks(self) -> Html | None:
        lines = []
        for rule_id, ranks in self.judged["ranks"].items():
            named = [(rank, self.names[one]) for one, rank in ranks.items() if one != "write_in"]
            named += [
                (rank, f"{name}{self.say('（另填）', ' (written in)')}")
                for name, rank in ranks.get("write_in", {}).items()
            ]
            listed = "  ".join(f"{rank}. {name}" for rank, name in sorted(named, key=lambda one: one[0]))
            lines.append(element("p", f"{self.say('排名', 'ranks')} {rule_id}：{listed}"))
        return element("div", lines) if lines else None

    def bars(self) -> Html | None:
        lines = [
            element(
                "li",
                f"{self.say('不得提名', 'barred')}：{self.names.get(one['person'], one['person'])}，"
                f"{one['from']} – {one['until'] or self.say('长期', 'for ever')}",
            )
            for one in self.judged["barred"]
        ]
        return element("ul", lines) if lines else None


def _bar(times: int, valid: int, style: str) -> Html:
    """A bar as long as its share of the valid ballots; the figure stands beside it, so it tells nothing alone."""
    width = min(BAR_WIDTH, BAR_WIDTH * times // valid)
    return element(
        "svg",
        element("rect", width=BAR_WIDTH, height=BAR_HEIGHT, class_="ground"),
        element("rect", width=width, height=BAR_HEIGHT, class_=style),
        width=BAR_WIDTH,
        height=BAR_HEIGHT,
        aria_hidden="true",
    )


def _cited(cite: Fields | None) -> Html | None:
    if cite is None:
        return None
    return element("cite", f"《{cite['document']}》{cite['clause']}：“{cite['quote']}”")
