"""What comes in from a form, as values; whatever is wrong is named with its field, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from ballot_service.meetings import field_readers
from ballot_service.meetings.problems import Findings
from ballot_service.running.texts import Text

MAX_TEXT_CHARS = 200
MAX_NUMBER = 1_000_000
MAX_PASTED_CHARS = 200_000

_CARRIES_A_SECRET = re.compile("://\\S*/[mc]/\\S*#", re.IGNORECASE)  # what a scanner types for a slip or a card
_DIGITS = re.compile("[0-9\uff10-\uff19]{1,7}")
Value = TypeVar("Value")


class Unreadable(Exception):
    """Fields of a form that cannot be read: field name → what is expected."""

    def __init__(self, problems: dict[str, Text]) -> None:
        super().__init__(f"{len(problems)} fields cannot be read")
        self.problems = problems


@dataclass
class Form:
    """The fields of one form. Reading goes on after a mistake; `check` raises them together."""

    fields: MultiDict[str, str]
    problems: dict[str, Text] = field(default_factory=dict)

    def check(self) -> None:
        """Raises: Unreadable."""
        if self.problems:
            raise Unreadable(self.problems)

    def wrong(self, name: str, text: Text) -> None:
        self.problems.setdefault(name, text)

    def text(self, name: str) -> str:
        """One line of printable text, as the meeting file reads it.

        Such texts go into the ledger, for good: nothing of a slip or card that was scanned into the wrong field.
        """
        value = self.fields.get(name, "").strip()
        if not value:
            self.wrong(name, Text("请填写", "fill this in"))
            return ""
        if _CARRIES_A_SECRET.search(value):
            self.wrong(
                name,
                Text(
                    "这是凭条或监票卡的二维码，不能填在这里，请删去",
                    "this is the code of a slip or a card: remove it, it must not be written down",
                ),
            )
            return ""
        read = field_readers.text(MAX_TEXT_CHARS)(field_readers.Place(value, (), Findings({})))
        if read is field_readers.WRONG:
            self.wrong(
                name,
                Text(
                    f"一行文字，不超过 {MAX_TEXT_CHARS} 字，不含看不见的符号",
                    f"one line of at most {MAX_TEXT_CHARS} characters, nothing invisible",
                ),
            )
            return ""
        return str(read)

    def number(self, name: str, *, default: int | None = None) -> int:
        """A whole number from 0. Full-width digits are digits: a Chinese keyboard makes them."""
        value = self.fields.get(name, "").strip()
        if not value and default is not None:
            return default
        if not _DIGITS.fullmatch(value) or int(value) > MAX_NUMBER:
            self.wrong(name, Text("请填写数字，如 12", "a whole number, as 12"))
            return 0
        return int(value)

    def two_names(self) -> list[str]:
        """Two officers who answer for it."""
        names = [self.text("by1"), self.text("by2")]
        if names[0] and names[0] == names[1]:
            self.wrong("by2", Text("须是另一名工作人员", "another officer"))
        return names

    def one_of(self, name: str, known: Iterable[str]) -> str:
        value = self.fields.get(name, "")
        if value not in set(known):
            self.wrong(name, Text("请选择", "choose one"))
        return value

    def some_of(self, name: str, known: Iterable[str]) -> list[str]:
        """At least one, each once; a field may name several, separated by spaces."""
        given = list(dict.fromkeys(one for value in self.fields.getlist(name) for one in value.split()))
        if not given or not set(given) <= set(known):
            self.wrong(name, Text("请至少选择一项", "choose at least one"))
        return given

    def pasted(self, name: str) -> str:
        value = self.fields.get(name, "")
        if len(value) > MAX_PASTED_CHARS:
            self.wrong(name, Text("内容太长", "too long"))
            return ""
        return value.strip()

    def optional(self, name: str, read: Callable[[str], Value]) -> Value | None:
        return read(name) if self.fields.get(name, "").strip() else None
