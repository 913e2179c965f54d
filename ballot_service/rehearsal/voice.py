"""How a rehearsal speaks: one line an event, in one of two languages, with the names that the meeting gives things."""

from __future__ import annotations

import re
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape

from ballot_service.rehearsal import words

Json = dict[str, Any]
Language = Literal["zh", "en"]

LABEL_CELLS = 10


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
        found = (one for item in self.fields["agenda"] for one in item["contests"] if one["id"] == name)
        return next((escape(one["title"]) for one in found), escape(name))

    def _candidate(self, contest: str, name: str) -> str:
        for item in self.fields["agenda"]:
            for one in item["contests"]:
                named = one["ballot"].get("candidates") or one["ballot"].get("options") or one["ballot"].get("grades")
                for choice in named or []:
                    if one["id"] == contest and isinstance(choice, dict) and choice["id"] == name:
                        return escape(str(choice.get("name") or choice.get("title") or name))
        return escape(name)

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
