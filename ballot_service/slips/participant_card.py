"""The card for everybody in the hall: the procedure in plain words, and what it cannot do. A5, a page a language.

What it says must be true of this system: docs/threats.md says the same at length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ballot_service.printing.letters import letters
from ballot_service.printing.marks import WHITE, Box, Mark, Page, text_block
from ballot_service.slips.sheet import language_of
from crypto.words import Language

WIDTH, HEIGHT = 148.0, 210.0
_SIDE, _TOP, _BOTTOM = 10.0, 8.0, 9.0
_INDENT = 8.0
_COLOUR = "#a61c00"
_GREY = "#444444"
_LARGEST, _SMALLEST, _STEP = 13.0, 7.5, 0.1  # points


@dataclass(frozen=True)
class Wording:
    heading: str
    steps: tuple[tuple[str, str], ...]  # what to do in a word, and how
    limits_heading: str
    limits: tuple[str, ...]
    plain_transport: str  # one more limit, where the page travels in the clear


WORDING: dict[Language, Wording] = {
    "zh": Wording(
        heading="怎样投票",
        steps=(
            ("抽凭条", "从箱里自己抽一张。凭条上没有姓名，没有编号。凭条不是选票。"),
            (
                "扫码、领票",
                "用手机扫凭条上的二维码。手机上的八个字要和会场大屏上的一样；不一样，请举手。一样，再点领票。"
                "这一步用的是“盲签”：好比选票装在信封里，系统隔着信封盖章。系统知道这张凭条用过了，但看不见盖的是哪张票。",
            ),
            ("凭条只用一次", "领过票，凭条就用掉了，别人再扫领不到票。领票以前请收好，不给人看，不拍照。"),
            (
                "投票",
                "逐项选好，投出选票。没有倒计时；主持人宣布截止以前都能投，投出以后不能改。选票里没有姓名、手机号、微信、"
                "时间和先后次序。手机有时稍等一会儿才交票，是为了不让人按时间猜，不是坏了。",
            ),
            (
                "开箱、计票",
                "截止后，手机自己核对您的票在不在，请先别关网页。几名监票人凑齐监票卡，才能开箱。"
                "拿到账本文件的人都能用核验程序把总数重算一遍，但查不到哪一票是谁投的。",
            ),
            ("散会交凭条", "散会时把凭条投进凭条箱。"),
            ("不用手机也行", "没有手机，或者用不惯，请在领票以前举手，领一张纸质选票，一样计票。"),
        ),
        limits_heading="这个办法管不了的事",
        limits=(
            "手机中了病毒，有人在身后看，或者自己拍下屏幕给人看。",
            "凭条领票以前丢了或给了人：谁拿着，谁就能用它投票。",
            "人很少，或者大家投得一样：看总数就知道。",
            "自己写的意见，别人可能从口气认出来。",
            "会议的服务器被人做了手脚：可能给手机看假网页，可能记下手机的网络地址，也可能替领了票却没投的人投票。"
            "所以领了票就请投，不表态也请投出弃权票或空白票。",
        ),
        plain_transport="本次会议的网页没有加密传送：会场网络里有坏人的话，可能换掉网页。",
    ),
    "en": Wording(
        heading="How to vote",
        steps=(
            ("Draw a slip", "Take one from the box yourself. It has no name and no number. It is not a ballot."),
            (
                "Scan, take your ballots",
                "Scan the code with your phone. The eight words on the phone must be those on the hall's screen; if "
                "not, raise your hand. Then take your ballots. They are signed blindly, as if stamped through a closed "
                "envelope: the system knows that this slip was used, not which ballots it stamped.",
            ),
            (
                "A slip works once",
                "It is spent when you have taken your ballots. Until then keep it safe and take no picture of it.",
            ),
            (
                "Vote",
                "There is no countdown: you can vote until the chair closes the poll. A ballot that was cast cannot be "
                "changed. It holds no name, phone number, time or order. The phone may wait a little before it casts, "
                "so that nobody can guess by the time.",
            ),
            (
                "The box is opened",
                "Leave the page open: after the close your phone checks that your ballot is there. Scrutineers open "
                "the box together. Whoever has the ledger file can count again, and nobody can find out whose ballot "
                "is whose.",
            ),
            ("Hand in the slip", "When the meeting ends, put the slip into the slip box."),
            (
                "No phone? No matter",
                "Raise your hand before you take ballots: you get one on paper. It counts the same.",
            ),
        ),
        limits_heading="What this cannot do",
        limits=(
            "Help if the phone has a virus, somebody looks over your shoulder, or you film your screen.",
            "Bring back a slip lost or given away unused: whoever holds it can vote with it.",
            "Hide a vote where you are few, or all vote alike: the total says it.",
            "Hide your style in comments you write yourself.",
            "Make the meeting's server honest. If tampered with, it could show a false page, note your phone's network "
            "address, or vote for somebody who took ballots and cast none. So cast yours, if only to abstain.",
        ),
        plain_transport="Protect the page on its way: at this meeting it is not encrypted, and somebody on the hall's "
        "network could replace it.",
    ),
}


def participant_pages(fields: Mapping[str, Any], *, transport: str) -> list[Page]:
    """Chinese and English, the meeting's own language first. transport: "https" or "plain"."""
    first = language_of(fields)
    languages: tuple[Language, Language] = ("zh", "en") if first == "zh" else ("en", "zh")
    return [_page(WORDING[language], fields["title"], plain=transport == "plain") for language in languages]


def _page(wording: Wording, title: str, *, plain: bool) -> Page:
    """In the largest type with which everything fits on the page."""
    size = _LARGEST
    while True:
        column = _Column(size)
        marks = tuple(column.all(wording, title, plain=plain))
        if column.y <= HEIGHT - _BOTTOM or size <= _SMALLEST:
            return Page(WIDTH, HEIGHT, marks)
        size -= _STEP


class _Column:
    """Writes from the top down; `y` is where it has come to."""

    def __init__(self, size: float) -> None:
        self._size = size
        self.y = _TOP

    def all(self, wording: Wording, title: str, *, plain: bool) -> Iterator[Mark]:
        size = self._size
        yield from self._write(wording.heading, size * 2, colour=_COLOUR, bold=True)
        heading = letters().fit(title, WIDTH - 2 * _SIDE, 11, largest=size)
        yield from text_block(heading, _SIDE, self.y, colour=_GREY)
        self.y += heading.height + size * 0.2
        for number, (what, how) in enumerate(wording.steps, start=1):
            yield from self._number(str(number))
            yield from self._write(what, size * 1.15, bold=True, indent=_INDENT)
            yield from self._write(how, size, indent=_INDENT)
            self.y += size * 0.12
        self.y += size * 0.12
        limits = [*wording.limits, wording.plain_transport] if plain else wording.limits
        top, self.y = self.y, self.y + size * 0.15
        inside = [*self._write(wording.limits_heading, size, bold=True, indent=4)]
        for limit in limits:
            inside += text_block(letters().line("·", size), _SIDE + 4, self.y)
            inside += self._write(limit, size * 0.95, indent=7.5)
        self.y += size * 0.15
        yield Box(_SIDE, top, WIDTH - 2 * _SIDE, self.y - top, fill="#f3f0ea")
        yield from inside

    def _write(
        self, text: str, size: float, *, colour: str = "#000000", bold: bool = False, indent: float = 0
    ) -> Iterator[Mark]:
        right = 3 if indent else 0
        block = letters().paragraph(text, WIDTH - 2 * _SIDE - indent - right, size, 1.3)
        yield from text_block(block, _SIDE + indent, self.y, colour=colour, bold=bold)
        self.y += block.height

    def _number(self, digit: str) -> Iterator[Mark]:
        """Beside the words that come next."""
        side = self._size * 0.5
        digits = letters().line(digit, self._size)
        yield Box(_SIDE, self.y + 0.4, side, side, fill=_COLOUR)
        top = self.y + 0.4 + (side - digits.height) / 2
        yield from text_block(digits, _SIDE, top, colour=WHITE, bold=True, centred_in=side)
