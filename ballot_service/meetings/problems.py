"""Problems: what is wrong in a file, where, and what to write instead.

A `Path` is where a value stands in the file, as keys and positions; `Lines` knows the line of each path. Values that
never were text (the HTTP API) have no lines, and their problems name the path only.

Nothing here trusts what it shows: a file can hold terminal escapes or text that reads right to left.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
Lines = Mapping[Path, int]

MAX_PROBLEMS = 100  # more than anybody corrects in one go; and a bound on the work a hostile file can ask for
MAX_SHOWN_CHARS = 60
MAX_SAFE_INTEGER = 2**53 - 1  # the ledger's canonical JSON has nothing larger


@dataclass(frozen=True)
class Problem:
    """One mistake. `path` is empty for the file as a whole, `line` is None where there are no lines."""

    line: int | None  # from 1
    path: str  # agenda[0].contests[0].ballot.max_approve
    found: str
    expected: str  # says what to write, not only what is missing

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line is not None else []
        where += [self.path] if self.path else []
        return ": ".join([*where, f"found {self.found}, expected {self.expected}"])


@dataclass
class Findings:
    """The problems met so far. Reading goes on after a mistake, so that all of them are reported together."""

    lines: Lines
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, found: str, expected: str, *, line: int | None = None) -> None:
        if not self.full:
            self.problems.append(Problem(line or self.line_of(path), path_text(path), found, expected))

    @property
    def full(self) -> bool:
        return len(self.problems) >= MAX_PROBLEMS

    def line_of(self, path: Path) -> int | None:
        """The line of this value, or of the nearest one around it: a missing field has no line of its own."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def in_file_order(self) -> list[Problem]:
        return sorted(self.problems, key=lambda problem: problem.line or 0)


def path_text(path: Path) -> str:
    """`("agenda", 0, "id")` as `agenda[0].id`; a key that is not a plain word is shown in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part) else shown(part))
    return text


def shown(text: str, max_chars: int = MAX_SHOWN_CHARS) -> str:
    """Foreign text on one line, in quotes, shortened, with everything unprintable or bidirectional written out."""
    if len(text) > max_chars:
        text = text[:max_chars] + "…"
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted) + '"'


def describe(value: object) -> str:
    """What was found, in a few words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int():
            return str(value) if abs(value) <= MAX_SAFE_INTEGER else "an integer beyond 2^53"
        case float():
            return f"the floating-point number {value!r}"
        case str():
            return shown(value)
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"a mapping of {len(value)}"
        case _:
            return f"a {type(value).__name__}"


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`; did you mean "expected"?`, or nothing when no known word is close."""
    if not isinstance(word, str) or len(word) > 64:
        return ""
    close = difflib.get_close_matches(word, list(known)[:200], n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
