"""What a document says, before it is a page or a spreadsheet: both are made from the same parts, so both say the same.

Text comes from meeting files, voters and officers, and may hold anything that a ledger may hold; `plain` is the one
way in. Numbers are whole numbers; whatever is rounded comes as text from the verifier's rules.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

NONE = "—"
_SPACE = "\t\n\r\v\f\x85\u2028\u2029"


def plain(text: str) -> str:
    """One line of text: line ends and tabs become spaces, other control characters and direction marks 〓.

    A ledger's titles and names have none of them; what officers wrote as a reason or evidence might.
    """
    shown = "".join(
        " " if one in _SPACE else "〓" if unicodedata.category(one) in ("Cc", "Cf") else one for one in text
    )
    return " ".join(shown.split(" ")).strip()


@dataclass(frozen=True)
class Share:
    """A number of votes and what part of the base it is: one cell on paper, two in a spreadsheet."""

    count: int
    percent: str | None  # as displayed; None where the base is 0


Cell = str | int | Share


@dataclass(frozen=True)
class Column:
    title: str
    weight: float = 1  # of its share of the page's width
    left: bool = False  # text that reads from the left; else centred
    share: bool = False  # its cells are `Share`s


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise RuntimeError("a row of a table has another length than its columns")


@dataclass(frozen=True)
class Facts:
    """Labels and their values, two beside each other where both are short."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    small: bool = False  # a note below
    strong: bool = False


@dataclass(frozen=True)
class Remarks:
    """Free text that voters wrote, in an order that says nothing."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Opinions:
    """Boxes in which offices write: their label, a line to sign and a date."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Signatures:
    roles: tuple[str, ...]


Block = Table | Facts | Heading | Paragraph | Remarks | Opinions | Signatures


@dataclass(frozen=True)
class Content:
    """One document. `title` stands in the middle of the first page, `subtitle` below it."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Seal:
    """What stands at the foot of every page: which meeting, and which state of its ledger, the figures are of."""

    meeting: str
    words: str  # of the fingerprint
    origin: str
    size: int
    root: str  # base64
    checkpoint: str  # the signed note, as in the QR code
    language: str = "zh-CN"


@dataclass
class Writer:
    """Collects blocks in the language of the meeting."""

    chinese: bool
    blocks: list[Block] = field(default_factory=list)

    def say(self, chinese: str, english: str) -> str:
        return chinese if self.chinese else english

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks

    def heading(self, chinese: str, english: str) -> None:
        self.add(Heading(self.say(chinese, english)))

    def note(self, chinese: str, english: str) -> None:
        self.add(Paragraph(self.say(chinese, english), small=True))

    def sign(self, *roles: tuple[str, str]) -> None:
        self.add(Signatures(tuple(self.say(*role) for role in roles)))
