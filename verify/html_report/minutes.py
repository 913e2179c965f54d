"""The last sheet: the figures again, each with a box to tick, to compare them with the paper minutes of the meeting."""

from base64 import b64encode
from collections.abc import Sequence

from verify.html_report.element import Html, element
from verify.html_report.told import Found, conclusion, counts_of, figures_of
from verify.prose import Prose
from verify.report_outcomes import STATES
from verify.verdict import Judged
from verify.words import to_words

COUNTS = ("expected", "present", "issued", "returned", "valid", "invalid")  # in the order of the papers

Row = tuple[str, str, bool]  # what, the figure, and whether it belongs to the line above


def minutes_sheet(found: Sequence[Found], judged: Judged, language: str) -> Html | None:
    """None where not even the first entry could be read."""
    if judged.meeting is None or judged.fingerprint is None:
        return None

    def say(zh: str, en: str) -> str:
        return Prose(zh, en).in_(language)

    words_in = "zh" if judged.locale.lower().startswith("zh") else "en"
    rows: list[Row] = [
        (say("会议", "Meeting"), f"{judged.meeting['date']}  {judged.meeting['title']}", False),
        (
            say("凭条和会场屏幕上的会议指纹", "Fingerprint on slips and screen"),
            to_words(judged.fingerprint, words_in),
            False,
        ),
        (
            say("报告单页脚的账本记录数和根", "Entries and root at the foot of the papers"),
            f"{judged.entries}  {root_of(judged)}",
            False,
        ),
        (
            say("作废的投票 / 补发次数", "Void polls / replaced slips"),
            f"{_figure(judged.voids)} / {_figure(judged.replaced)}",
            False,
        ),
    ]
    for contest_found in found:
        rows += _contest_rows(contest_found, language)
    lines = [
        element(
            "tr",
            element("td", what, class_="inner" if inner else None),
            element("td", figure),
            element("td", "☐", class_="box"),
        )
        for what, figure, inner in rows
    ]
    titles = (
        say("对照什么", "Compare"),
        say("本报告的数字", "Figure in this report"),
        say("与纸面一致", "As on paper"),
    )
    signed = [
        element("span", say("核对人（签名）：", "Compared by (signature):")),
        element("span", say("日期：", "Date:")),
    ]
    warning = say(
        "这份账本没有被接受：下面的数字只供查找问题，不能作为结果。",
        "This ledger is not accepted: these figures help to find what is wrong, and are no result.",
    )
    return element(
        "section",
        element("h2", say("与纸质会议记录逐项核对", "To tick off against the paper minutes")),
        None if judged.accepted else element("p", warning, class_="warning"),
        element("table", element("tr", [element("th", one) for one in titles]), lines, class_="tick"),
        element("p", signed, class_="sign"),
        class_="sheet",
    )


def root_of(judged: Judged) -> str:
    """The head of the ledger as the papers and checkpoints spell it."""
    return b64encode(judged.root).decode() if judged.root else "?"


def _figure(number: int | None) -> str:
    return "?" if number is None else str(number)


def _contest_rows(found: Found, language: str) -> list[Row]:
    _item, contest, judged = found
    if not judged["rounds"]:
        return [(contest["title"], STATES["not-polled"].in_(language), False)]
    rows: list[Row] = []
    for one in judged["rounds"]:
        number = one["round"]
        where = Prose(f"第 {number} 轮", f"round {number}").in_(language) if len(judged["rounds"]) > 1 else ""
        rows.append((f"{contest['title']} {where}".strip(), counts_of(one, COUNTS, language), False))
        rows += [(name, figures, True) for name, figures in figures_of(contest, one, language)]
    return [*rows, (Prose("结论", "outcome").in_(language), conclusion(contest, judged, language), True)]
