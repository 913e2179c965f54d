"""YAML source: the bytes of a file, read into plain values that know their lines.

YAML 1.2 with the core schema, of which JSON is a part. What could make one file mean different things to different
readers, or grow while it is read, is refused: anchors and aliases, tags, merge keys, duplicate keys, several
documents, other directives, and characters that make a file look other than it reads. Keys are always text, as in
JSON: `{70: 4}` and `{"70": 4}` are the same. Dates stay text.

ruamel.yaml splits the text into events; the values are built here, because its own schema also knows dates and
numbers such as 1_000, and because depth and size are then bounded while reading, before anything is built.

Source: YAML 1.2.2 §10.3 (core schema).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from ballot_service.meetings.problems import Findings, Lines, Path, Problem, shown


@dataclass(frozen=True)
class SourceLimits:
    """How large a file may be. Everything is checked before or while parsing, never after."""

    max_bytes: int = 2**20
    max_depth: int = 16  # mappings and lists inside one another, as in the ledger
    max_values: int = 100_000  # keys included; about three seconds of reading


DEFAULT_LIMITS = SourceLimits()
MAX_INTEGER_DIGITS = 40  # larger than any number allowed anywhere, and quick to convert

# Line separators that editors do not show as line ends, and the bidirectional controls: a file must read as it looks,
# its comments too.
_DECEPTIVE = re.compile("[\x85\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")


class UnreadableSource(Exception):
    """The bytes are not one acceptable YAML or JSON document."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def load_yaml(data: bytes, limits: SourceLimits = DEFAULT_LIMITS) -> tuple[object, Lines]:
    """Read one document; an empty one is None. `Lines` has the line of every key and list element.

    Raises: UnreadableSource, whatever the bytes.
    """
    text = _decode(data, limits)
    tree = _Tree(limits)
    for event in _events(text):
        tree.add(event)
    if tree.findings.problems:
        raise UnreadableSource(tree.findings.in_file_order())
    return tree.root, tree.lines


def _decode(data: bytes, limits: SourceLimits) -> str:
    if len(data) > limits.max_bytes:
        raise _unreadable(None, f"{len(data)} bytes", f"at most {limits.max_bytes}")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unreadable(line, "bytes that are not UTF-8", "a text file in UTF-8: save it again as UTF-8") from error
    deceptive = _DECEPTIVE.search(text)
    if deceptive:
        found = f"the invisible character U+{ord(deceptive[0]):04X}"
        raise _unreadable(_line_at(text, deceptive.start()), found, "text without direction marks or line separators")
    return text


def _events(text: str) -> Iterator[Any]:
    """The parser's events, one at a time."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        found = f"the control character U+{int(error.character):04X}"
        raise _unreadable(_line_at(text, int(error.position)), found, "printable text") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        complaint = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise _unreadable(
            mark.line + 1 if mark else None,
            f"a mistake in the syntax, {shown(' '.join(complaint.split()), max_chars=200)}",
            "YAML 1.2 or JSON: look for a missing comma, quote, bracket or space near here",
        ) from error
    except Exception as error:  # the parser knows only its own bytes: whatever it trips over, the bytes did it
        raise _unreadable(None, "a mistake in the syntax", "YAML 1.2 or JSON") from error


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    container: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None  # in a mapping: the key whose value comes next
    spare: bool = False  # that key came before: its value is read and dropped


class _Tree:
    """Builds the values from the events. Without recursion: depth is bounded by the limit, not by Python's stack."""

    def __init__(self, limits: SourceLimits) -> None:
        self.limits = limits
        self.root: object = None
        self.lines: dict[Path, int] = {}
        self.findings = Findings(self.lines)
        self._open: list[_Open] = []
        self._documents = 0
        self._values = 0

    def add(self, event: Any) -> None:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                self._start_document(event, line)
            case MappingStartEvent() | SequenceStartEvent():
                self._check_plain(event, line)
                container: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
                if self._awaits_key():
                    raise _unreadable(line, "a mapping or list as a key", "text as a key")
                if len(self._open) >= self.limits.max_depth:
                    raise _unreadable(line, "more levels inside one another", f"at most {self.limits.max_depth} levels")
                path = self._put(container, line)
                self._open.append(_Open(container, path))
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
            case AliasEvent():
                found = f"the alias *{shown(str(event.anchor))[1:-1]}"
                self.findings.add(self._here(line), found, "the value written out")
                self._scalar("", is_plain=True, line=line)
            case ScalarEvent():
                self._check_plain(event, line)
                self._scalar(event.value, is_plain=event.implicit[0], line=line)
            case _:
                pass  # the ends of the stream and of the document

    def _start_document(self, event: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _unreadable(line, "a second document", "one document: remove the line ---")
        if event.version not in (None, (1, 2)) or event.tags:
            raise _unreadable(line, "a directive", "no directive, or %YAML 1.2")

    def _check_plain(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self.findings.add(self._here(line), f"the anchor &{shown(str(event.anchor))[1:-1]}", "no anchor: remove it")
        if event.ctag is not None:
            self.findings.add(self._here(line), f"the tag {shown(str(event.ctag))}", "no tag: remove it")

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].container, dict) and self._open[-1].key is None

    def _scalar(self, text: str, *, is_plain: bool, line: int) -> None:
        text = _join_surrogates(text)
        if not self._awaits_key():
            self._put(self._resolve(text, line) if is_plain else text, line)
            return
        top = self._open[-1]
        path = (*top.path, text)
        top.key = text
        top.spare = text in top.container
        self._count(line)
        if top.spare:
            first = self.lines[path]
            self.findings.add(path, f"this key again (first on line {first})", "each key once", line=line)
            return
        self.lines[path] = line
        if is_plain and text == "<<":
            self.findings.add(path, "a merge key", "the fields written out")

    def _put(self, value: Any, line: int) -> Path:
        """Place a value where it belongs and answer its path."""
        self._count(line)
        if not self._open:
            self.root = value
            self.lines[()] = line
            return ()
        top = self._open[-1]
        if isinstance(top.container, list):
            path: Path = (*top.path, len(top.container))
            self.lines[path] = line
            top.container.append(value)
            return path
        assert top.key is not None  # the parser sends keys and values in turn
        path = (*top.path, top.key)
        if not top.spare:
            top.container[top.key] = value
        top.key = None
        return path

    def _here(self, line: int) -> Path:
        """The path of the value that comes next, whose line may not be known yet."""
        if not self._open:
            path: Path = ()
        else:
            top = self._open[-1]
            last = len(top.container) if isinstance(top.container, list) else top.key
            path = top.path if last is None else (*top.path, last)
        self.lines.setdefault(path, line)
        return path

    def _count(self, line: int) -> None:
        self._values += 1
        if self._values > self.limits.max_values:
            raise _unreadable(line, "more values", f"at most {self.limits.max_values} keys and values")

    def _resolve(self, text: str, line: int) -> object:
        """A plain scalar by the core schema: null, true, false, an integer, a float, else text."""
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        is_integer = _DECIMAL.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text)
        if is_integer and len(text) > MAX_INTEGER_DIGITS:
            self.findings.add(self._here(line), f"a number of {len(text)} digits", "a number of at most 15 digits")
            return 0
        if is_integer:
            return int(text, 10 if _DECIMAL.fullmatch(text) else 0)
        if _FLOAT.fullmatch(text):
            return float(text)
        infinite = _INFINITE.fullmatch(text)
        if infinite:
            return float(f"{infinite[1]}inf")
        return float("nan") if _NOT_A_NUMBER.fullmatch(text) else text


def _join_surrogates(text: str) -> str:
    r"""JSON writes a character beyond U+FFFF as two escapes (`"\ud842\udfb7"`), YAML as one: here they become one."""
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unreadable(line: int | None, found: str, expected: str) -> UnreadableSource:
    return UnreadableSource([Problem(line, "", found, expected)])


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
