"""How a rehearsal speaks: one line an event, in one of two languages, with the names that the meeting gives things."""

from __future__ import annotations

import re
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape

from ballot_service.meetings.naming import listed
from ballot_service.rehearsal import words

Json = dict[str, Any]
Language = Literal["zh", "en"]

LABEL_CELLS = 10
MAX_COUNTED = 3  # names in the name of a rate


class Voice:
    """`fields` is the meeting in normal form, once it is known."""

    def __init__(
        self, console: Console, language: Language, fields: Json | None = None, *, explain: bool = False
    ) -> None:
        """explain: say once at each kind of event why it is done so, for people who see it for the first time."""
        self.console = console
        self.language = language
        self.fields: Json = fields or {"classes": [], "agenda": []}
        self._to_explain = set(words.WHY) if explain else set()

    def _class(self, name: str) -> str:
        return next((escape(one["name"]) for one in self.fields["classes"] if one["id"] == name), escape(name))

    def _item(self, name: str) -> str:
        return next((escape(one["title"]) for one in self.fields["agenda"] if one["id"] == name), escape(name))

    def _contest(self, name: str) -> str:
        _item, found = self._find(name)
        return escape(found.get("title", name))

    def _input(self, name: str) -> str:
        found = (one for place in (self.fields, *self.fields["agenda"]) for one in place.get("inputs", []))
        return next((escape(one["title"]) for one in found if one["id"] == name), escape(name))

    def _score(self, name: str) -> str:
        found = (one for place in (self.fields, *self.fields["agenda"]) for one in place.get("scores", []))
        return next((escape(one["title"]) for one in found if one["id"] == name), escape(name))

    def _choice(self, contest: str, name: str) -> str:
        """A candidate, option or grade; a score is its own name."""
        _item, found = self._find(contest)
        return next((escape(one["name"]) for one in listed(found.get("ballot", {})) if one["id"] == name), escape(name))

    def _rule_name(self, contest: str, rule_id: str) -> str:
        """均分 avg; of a rate also what it counts: 比率 well（好、较好）"""
        _item, found = self._find(contest)
        rule = next((rule for rule in found.get("rules", []) if rule["id"] == rule_id), None)
        if rule is None:
            return escape(rule_id)
        name = f"{self._(*words.RULES[rule['rule']])} {escape(rule_id)}"
        counted = [self._choice(contest, one) for one in rule.get("grades") or rule.get("options") or []]
        counted += [self._mark(contest, mark) for mark in rule.get("marks", [])]
        if not counted:
            return name
        listed = self._("、", ", ").join(counted[:MAX_COUNTED])
        if len(counted) > MAX_COUNTED:
            listed += self._(f"等 {len(counted)} 项", f" and {len(counted) - MAX_COUNTED} more")
        return name + self._(f"（{listed}）", f" ({listed})")

    def _mark(self, contest: str, mark: str) -> str:
        """A mark as the ballot has it; one that only has its usual name is told in the language of the story."""
        usual = words.MARKS[mark]
        _item, found = self._find(contest)
        label = found.get("ballot", {}).get("labels", {}).get(mark, usual[0])
        return self._(*usual) if label == usual[0] else escape(label)

    def _shows_ranks(self, contest: str) -> bool:
        item, _contest = self._find(contest)
        return bool(item.get("show_ranks", True))

    def _marks_candidates(self, contest: str) -> bool:
        _item, found = self._find(contest)
        return bool(found.get("ballot", {}).get("kind") == "approval")

    def _find(self, contest: str) -> tuple[Json, Json]:
        """A contest and its item; nothing of either where there is none."""
        pairs = ((item, one) for item in self.fields["agenda"] for one in item["contests"] if one["id"] == contest)
        return next(pairs, ({}, {}))

    def _(self, chinese: str, english: str) -> str:
        return chinese if self.language == "zh" else english

    def _line(self, label: str, text: str) -> None:
        padding = " " * max(1, LABEL_CELLS - cell_len(label))
        self.console.print(f"  [dim]{label}[/]{padding}{text}", soft_wrap=True)

    def _why(self, event: str) -> None:
        """An explanation, the first time and only where they are wanted."""
        if event in self._to_explain:
            self._to_explain.remove(event)
            for text in wrapped(self._(*words.WHY[event])):
                self._line("", f"[dim italic]{text}[/]")


def wrapped(text: str, cells: int = 66) -> list[str]:
    """Lines of about so many cells: words are kept whole, and no line begins with a Chinese stop."""
    lines = [""]
    for piece in re.findall(r"[\x21-\x7e]+ ?|.[，。；：、）]*", text):
        if cell_len(lines[-1] + piece.rstrip("，。；：、） ")) > cells:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
