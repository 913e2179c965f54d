"""Says what happens in a rehearsal, in Chinese or English, one line an event.

Both languages stand side by side, so that neither falls behind. On a terminal long work shows a progress bar; in a
file or pipe it is silent but for the making of keys, which takes longest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from ballot_service.rehearsal.expecting import Difference

Json = dict[str, Any]
Language = Literal["zh", "en"]

LABEL_CELLS = 10
_BAR_FROM = 40  # devices; fewer are done before a bar is read

_STEPS = {
    "report": ("汇报", "report"),
    "question": ("质询", "questions"),
    "introduce": ("介绍", "introduction"),
    "deliberate": ("酝酿", "deliberation"),
    "speak": ("逐一发言", "everyone speaks"),
    "chief-last": ("末位表态", "the chief speaks last"),
    "inspection": ("考察测评已完成", "inspection done"),
}
_AUDIENCES = {
    "hall": ("当场宣布", "announced in the hall"),
    "public": ("向社会公布", "published"),
    "committee": ("报告委员会", "reported to the committee"),
    "subject": ("反馈本人", "told to the person concerned"),
    "scope": ("在一定范围内公布", "published within a limited scope"),
}
_MARKS = {"approve": ("同意", "approve"), "oppose": ("不同意", "oppose"), "abstain": ("弃权", "abstain")}
_REASONS = {
    "tie": ("票数相同", "a tie"),
    "none": ("无人过线", "nobody reached the line"),
    "too-few": ("过线人数不足", "too few reached the line"),
}
_NEXT = {
    "committee-decides": ("由委员会决定是否再投", "the committee decides what next"),
    "revote": ("再次投票", "vote again"),
    "ended": ("到此为止", "it ends here"),
}
_DECISIONS = {"revote": ("再次投票", "vote again"), "end": ("不再投票", "no further vote")}
_SLIPS = {"void": ("作废", "void"), "replace": ("补发登记", "replaced"), "activate": ("启用备用", "spare activated")}
_DESK = {
    "void": ("交回未用的入场凭条", "the slip was handed in unused"),
    "replace": ("选票本遗失或无法使用", "the booklet was lost or did not work"),
    "activate": ("补发入场凭条", "a spare slip is given out"),
    "left-over": ("投票未能完成", "the poll could not be completed"),
}
_COUNTS = {
    "expected": ("应到", "expected"),
    "present": ("实到", "present"),
    "issued": ("发出", "issued"),
    "returned": ("收回", "returned"),
    "invalid": ("无效", "invalid"),
    "valid": ("有效", "valid"),
    "abstain": ("弃权", "abstain"),
}
_RULES = {
    "quorum": ("法定人数", "quorum"),
    "seats": ("当选名额", "seats"),
    "rate": ("比率", "rate"),
    "mean": ("均分", "mean"),
    "bands": ("档次", "band"),
    "flag": ("提示", "flag"),
    "bar": ("一年内不再提名", "bar"),
}
_VERBS = {
    "publish": ("公布会议", "publish"),
    "attendance": ("签到", "attendance"),
    "step": ("环节", "step"),
    "recuse": ("回避", "recusal"),
    "poll": ("投票", "poll"),
    "resume": ("继续投票", "resume"),
    "void_poll": ("作废投票", "void poll"),
    "decide": ("决定", "decision"),
    "slip": ("凭条", "slip"),
    "announce": ("宣布", "announcement"),
    "close": ("闭会", "close"),
}
_WHY = {
    "published": (
        "八个字由议程、规则、全部密钥和凭条清单一起算出，印在每张凭条上，也投在大屏上；换掉任何一项，字就对不上。",
        "The words follow from agenda, rules, keys and slips together. They stand on every slip and on the screen: "
        "change one thing, and they differ.",
    ),
    "attendance": (
        "每人在门口随手抽一张凭条，扫码换一本空白选票。选票经盲签：服务器知道这张凭条用过了，不知道签的是哪些票。",
        "Everyone draws a slip at the door and scans it for a booklet of blank pages. They are signed blindly: the "
        "server learns that the slip was used, not which pages it signed.",
    ),
    "poll": (
        "每部手机先核对选票与会前公布的议程一致，再把选择密封投进票箱；票箱要监票人凑齐才开。",
        "Each phone checks the paper against the agenda published before, then seals the choice into the box, which "
        "opens when enough scrutineers come together.",
    ),
    "checked": (
        "每部手机自己核对；少一张，凭回执就能提出异议，这个票箱便不能开，只能作废重投。",
        "Each phone checks for itself; with the receipt of a missing ballot it objects, and the box cannot be opened.",
    ),
    "undecided": (
        "过线要超过应到人数的一半，不是到场人数的一半，也不是投票人数的一半。",
        "The line is over half of those expected, not of those present or voting.",
    ),
    "verdict": (
        "账本就是一个文件。谁拿到它，都可以离线重算一遍：",
        "The ledger is one file. Whoever has it can recount it offline:",
    ),
}
_STATES = {"decided": ("产生", "decided"), "undecided": ("未产生", "undecided"), "counted": ("已计票", "counted")}


class Telling:
    """One rehearsal's narrator. `fields` is the meeting in normal form, once it is known."""

    def __init__(
        self, console: Console, language: Language, fields: Json | None = None, *, explain: bool = False
    ) -> None:
        """explain: say once at each kind of event why it is done so, for people who see it for the first time."""
        self.console = console
        self.language = language
        self.fields: Json = fields or {"classes": [], "agenda": []}
        self._to_explain = set(_WHY) if explain else set()

    @property
    def two(self) -> list[str]:
        """Two officers who answer for an exception."""
        return [self._("主持人", "host"), self._("监督员", "supervisor")]

    @property
    def tellers(self) -> list[str]:
        return [self._("计票人甲", "teller 1"), self._("计票人乙", "teller 2")]

    def reason(self, what: str) -> str:
        return self._(*_DESK[what])

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────

    def opening(self) -> None:
        fields = self.fields
        self.console.print()
        self.console.print(f"[bold]{escape(fields['title'])}[/]", soft_wrap=True)
        self.console.print(
            f"[dim]{escape(fields['date'])} · {escape(fields['place'])} · {escape(fields['organiser'])}[/]",
            soft_wrap=True,
        )
        self.console.print()

    @contextmanager
    def making_keys(self) -> Iterator[Callable[[str, int, int], None]]:
        """Progress of publishing: a bar on a terminal, a line at every quarter elsewhere."""
        names = {"keys": self._("密钥", "keys"), "boxes": self._("票箱", "boxes")}
        if not self.console.is_terminal:
            yield lambda what, done, of: self._quarter(names.get(what, what), done, of)
            return
        with _bars(self.console) as bars:
            tasks: dict[str, Any] = {}

            def show(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(names.get(what, what), total=of)
                bars.update(tasks[what], completed=done)

            yield show

    def published(self, published: Json, threshold: int) -> None:
        spare = sum(slip["reserve"] for slip in published["slips"])
        slips, cards = len(published["slips"]) - spare, len(published["cards"])
        self._line(
            self._("公布", "published"),
            self._(
                f"入场凭条 {slips} 张" + (f"（另备 {spare} 张）" if spare else "") + f"；监票卡 {cards} 张，"
                f"任意 {threshold} 张可开箱",
                f"{slips} slips" + (f" ({spare} spare)" if spare else "") + f"; {cards} scrutineers' cards, any "
                f"{threshold} open a box",
            ),
        )
        self._line(self._("指纹", "words"), f"[bold cyan]{escape(published['fingerprint_words'])}[/]")
        self._why("published")

    def attendance(self, present: dict[str, int], redeemed: dict[str, int]) -> None:
        expected = {one["id"]: one["expected"] for one in self.fields["classes"]}
        parts = [
            self._(
                f"{self._class(name)} 应到 {expected[name]}，实到 {present.get(name, 0)}，已领选票本 {redeemed[name]}",
                f"{self._class(name)}: {expected[name]} expected, {present.get(name, 0)} present, "
                f"{redeemed[name]} booklets",
            )
            for name in redeemed
        ]
        self._line(self._("签到", "doors"), self._("；", "; ").join(parts))
        self._why("attendance")

    def slips(self, changes: dict[str, dict[str, int]]) -> None:
        parts = [
            f"{self._(*_SLIPS[kind])} {self._class(name)} × {count}"
            for kind, counts in changes.items()
            for name, count in counts.items()
        ]
        self._line(self._("凭条", "slips"), ", ".join(parts))

    def step(self, item: str, step: str, subject: str | None) -> None:
        about = f" · {escape(subject)}" if subject else ""
        self._line(
            self._("环节", "step"), f"{self._(*_STEPS.get(step, (step, step)))}{about}  [dim]{self._item(item)}[/]"
        )

    def recused(self, contest: str, voter_class: str, count: int) -> None:
        self._line(
            self._("回避", "recused"),
            self._(
                f"{self._contest(contest)}：{self._class(voter_class)} {count} 人不参加投票",
                f"{self._contest(contest)}: {count} of {self._class(voter_class)} take no part",
            ),
        )

    def poll_opened(self, contests: list[str], box: int) -> None:
        names = self._("、", ", ").join(self._contest(one) for one in contests)
        self.console.print()
        self._line(self._("投票", "poll"), f"[bold]{names}[/]  [dim]{self._(f'{box} 号票箱', f'box {box}')}[/]")
        self._why("poll")

    def poll_closed(self, counts: list[Json]) -> None:
        by_paper: dict[str, list[str]] = {}
        for one in counts:
            text = self._(
                f"{self._class(one['class'])} 发出 {one['issued']}，收回 {one['returned']}",
                f"{self._class(one['class'])} {one['issued']} issued, {one['returned']} returned",
            )
            by_paper.setdefault(one["paper"], []).append(text)
        for parts in by_paper.values():
            self._line(self._("截止", "closed"), self._("；", "; ").join(parts))

    def checked(self, devices: int, missing: int) -> None:
        if missing:
            text = self._(f"{missing} 张选票不在账本里，已提出异议", f"{missing} ballots are missing: objections filed")
            self._line(self._("核对", "check"), f"[red]✗ {text}[/]")
        elif devices:
            text = self._(f"{devices} 部手机都在账本里找到了自己的选票", f"all {devices} phones found their ballots")
            self._line(self._("核对", "check"), f"[green]✓[/] {text}")
            self._why("checked")

    def paper_counted(self, contest: str, voter_class: str, handed_out: int, returned: int) -> None:
        self._line(
            self._("纸票", "paper"),
            self._(
                f"{self._contest(contest)}：{self._class(voter_class)} 发出 {handed_out}，收回 {returned}，"
                f"两名计票人一致",
                f"{self._contest(contest)}: {self._class(voter_class)} {handed_out} out, {returned} back, "
                f"both tellers agree",
            ),
        )

    def box_opened(self, cards: int, judged: Json) -> None:
        self._line(
            self._("开箱", "box"),
            self._(f"{cards} 名监票人出示监票卡，开箱计票", f"{cards} scrutineers release their shares; counted"),
        )
        for contest, one in judged.items():
            rows = list(self._tally(contest, one))
            widest = max((cell_len(name) for name, _text in rows), default=0)
            for name, text in rows:
                self._line("", f"{name}{' ' * (widest - cell_len(name))}  {text}")
            self._line(self._("结果", "result"), f"[bold]{self.outcome(contest, one)}[/]")
            if one["state"] == "undecided":
                self._why("undecided")

    def stopped(self, phase: str) -> None:
        word = (
            self._("投票仍在进行", "the poll stays open") if phase == "open" else self._("未开箱", "the box stays shut")
        )
        self._line(self._("暂停", "pause"), word)

    def voided(self, contests: list[str], reason: str) -> None:
        names = self._("、", ", ").join(self._contest(one) for one in contests)
        self._line(self._("作废", "void"), f"[yellow]{names}[/]  {escape(reason)}")

    def decided(self, contest: str, choice: str) -> None:
        self.console.print()
        self._line(
            self._("决定", "decision"),
            f"{self._contest(contest)}{self._('：', ': ')}{self._(*_DECISIONS.get(choice, (choice,) * 2))}",
        )

    def announced(self, contests: list[str], audience: str) -> None:
        names = self._("、", ", ").join(self._contest(one) for one in contests)
        self.console.print()
        self._line(
            self._("宣布", "told"), f"{names}{self._('：', ': ')}{self._(*_AUDIENCES.get(audience, (audience,) * 2))}"
        )

    def meeting_closed(self) -> None:
        self._line(
            self._("闭会", "end"),
            self._("账本封存，本次会议的密钥全部销毁", "the ledger is sealed, all keys destroyed"),
        )

    def refused_as_expected(self, verb: str, code: str, message: str) -> None:
        what = self._(f"{self._(*_VERBS[verb])}，如预期被拒绝", f"{self._(*_VERBS[verb])}, as expected")
        self._line(self._("拒绝", "refused"), f"[yellow]{what}[/] [bold]{code}[/]  [dim]{escape(message)}[/]")

    # ── the end ────────────────────────────────────────────────────────────────────────────────────────────────

    def unexpected(self, where: str, expected: str | None, got: str | None, message: str) -> None:
        accepted = self._("接受", "accepted")
        self._line(
            self._("不符", "differs"),
            f"[red]{where}[/]  {self._('预期', 'expected')} [bold]{expected or accepted}[/]"
            f"{self._('，实际', ', got')} [bold]{got or accepted}[/]"
            + (f"  [dim]{escape(message)}[/]" if message else ""),
        )

    def problem(self, text: str) -> None:
        self._line(self._("错误", "error"), f"[red]{escape(text)}[/]")

    def table(self, verdict: Json) -> None:
        """All rounds of all contests, as the verifier counted them."""
        self.console.print()
        for contest, judged in verdict["contests"].items():
            if not judged["rounds"]:
                self._line("", f"{self._contest(contest)}  [dim]{self._('未投票', 'not polled')}[/]")
                continue
            self.console.print(f"[bold]{self._contest(contest)}[/]", soft_wrap=True)
            counts = Table(*[self._("轮次", "round")], box=SIMPLE, header_style="dim")
            for pair in _COUNTS.values():
                counts.add_column(self._(*pair), justify="right")
            votes = Table(box=SIMPLE, header_style="dim")
            votes.add_column(self._("轮次", "round"))
            votes.add_column("")
            votes.add_column(self._("票数", "votes"))
            votes.add_column(self._("过线", "line"))
            for one in judged["rounds"]:
                total = one["counts"]["total"]
                name = self._(f"第 {one['round']} 轮", str(one["round"]))
                counts.add_row(name, *(str(total[each]) for each in _COUNTS))
                for candidate, tally, working in self._rows(contest, one):
                    votes.add_row(name, candidate, tally, working)
                    name = ""
                votes.add_section()
            self.console.print(counts)
            self.console.print(votes)
            for one in judged["rounds"]:
                name = self._(f"第 {one['round']} 轮", f"round {one['round']}")
                self._line(name, f"[bold]{self.outcome(contest, one)}[/]")
            self.console.print()

    def verdict(self, verdict: Json, ledger: str, verdict_file: str) -> None:
        checks = verdict["checks"]
        passed = sum(check["outcome"] == "pass" for check in checks)
        accepted = verdict["accepted"]
        word = self._("验证通过", "accepted") if accepted else self._("验证不通过", "NOT accepted")
        colour = "green" if accepted else "red"
        self._line(
            self._("验证", "verdict"),
            f"[bold {colour}]{'✓' if accepted else '✗'} {word}[/]  "
            + self._(
                f"独立的验票程序从账本重新计票，{len(checks)} 项检查通过 {passed} 项",
                f"a separate program recounted the ledger; {passed} of {len(checks)} checks pass",
            ),
        )
        for check in checks:
            if check["outcome"] == "fail" or (check["outcome"] != "pass" and not accepted):
                self._line("", f"[red]{check['id']}[/] {escape(check['title'])}: {escape(check['detail'])}")
        self._line(self._("指纹", "words"), f"[bold cyan]{escape(verdict['meeting']['fingerprint_words'])}[/]")
        self._line(self._("账本", "ledger"), escape(ledger))
        self._line(self._("判定", "judged"), escape(verdict_file))
        if "verdict" in self._to_explain:
            self._why("verdict")
            self._line(
                "", f"[bold]ballot-verify {escape(ledger)} --fingerprint '{verdict['meeting']['fingerprint_words']}'[/]"
            )

    def differences(self, found: Sequence[Difference]) -> None:
        for one in found:
            self._line(
                self._("不符", "differs"),
                f"[red]{escape(one.path)}[/]  {self._('预期', 'expected')} {escape(one.expected)}"
                f"{self._('，实际', ', got')} {escape(one.got)}",
            )

    def matches(self) -> None:
        self._line(
            self._("预期", "expected"), f"[green]✓[/] {self._('与脚本预期完全一致', 'everything as the plan expects')}"
        )

    def your_turn(self, address: str, link: str, sheets: Sequence[str]) -> None:
        """After the demonstration: a fresh meeting to try by hand."""
        self.console.print()
        self._line(
            self._("试用", "try it"),
            self._("同一场会议已重新公布，服务正在运行", "the same meeting, fresh, and the service running"),
        )
        self._line(self._("地址", "address"), f"[bold]{address}[/]")
        self._line(self._("登录", "log in"), f"[bold cyan]{link}[/]  [dim]{self._('只能用一次', 'works once')}[/]")
        for path in sheets:
            self._line(self._("文件", "file"), escape(path))
        self._line("", f"[dim]{self._('Ctrl-C 停止', 'Ctrl-C stops it')}[/]")

    # ── devices at work ────────────────────────────────────────────────────────────────────────────────────────

    def redeeming(self, count: int) -> Any:
        return self._devices(self._("领取选票本", "booklets"), count)

    def casting(self, count: int) -> Any:
        return self._devices(self._("投票", "ballots"), count)

    def checking(self, count: int) -> Any:
        return self._devices(self._("核对", "checks"), count)

    @contextmanager
    def _devices(self, what: str, count: int) -> Iterator[Callable[[], None]]:
        if count < _BAR_FROM or not self.console.is_terminal:
            yield lambda: None
            return
        with _bars(self.console) as bars:
            task = bars.add_task(what, total=count)
            yield lambda: bars.advance(task)

    # ── words ──────────────────────────────────────────────────────────────────────────────────────────────────

    def outcome(self, contest: str, one: Json) -> str:
        """产生：候选人甲 / 未产生（票数相同、无人过线），由委员会决定是否再投"""
        word = self._(*_STATES.get(one["state"], (one["state"],) * 2))
        if one["elected"]:
            names = self._("、", ", ").join(self._candidate(contest, person) for person in one["elected"])
            word += self._("：", ": ") + names
        if one["reasons"]:
            why = self._("、", ", ").join(self._(*_REASONS.get(reason, (reason,) * 2)) for reason in one["reasons"])
            word += self._(f"（{why}）", f" ({why})")
        if one["next"] in _NEXT:
            word += self._("，", ", ") + self._(*_NEXT[one["next"]])
        return word

    def _tally(self, contest: str, one: Json) -> Iterator[tuple[str, str]]:
        """(name, votes and working) for everything that was counted."""
        for name, tally, working in self._rows(contest, one):
            yield name, f"{tally}  {working}".strip()

    def _rows(self, contest: str, one: Json) -> Iterator[tuple[str, str, str]]:
        """(name, votes, working) for every candidate, option, grade or score, then for the rules about them all."""
        workings: dict[str, list[str]] = {}
        common: list[tuple[str, str]] = []
        if one["quorum"] is not None:
            yield self._(*_RULES["quorum"]), "", _signed(one["quorum"]["working"], one["quorum"]["held"])
        for judgement in one["judgements"]:
            text = _signed(judgement["working"], judgement["holds"])
            if judgement["candidate"] is not None:
                workings.setdefault(judgement["candidate"], []).append(text)
            elif judgement["rule"] != "quorum":
                common.append((self._(*_RULES.get(judgement["rule"], (judgement["rule"],) * 2)), text))
        for name, votes in one["tally"].items():
            if isinstance(votes, dict) and set(votes) <= set(_MARKS):
                text = "  ".join(f"{self._(*_MARKS[mark])} {count}" for mark, count in votes.items())
            elif isinstance(votes, dict):
                text = "  ".join(f"{escape(str(option))} {count}" for option, count in votes.items())
            else:
                text = str(len(votes) if isinstance(votes, list) else votes)
            yield self._candidate(contest, name), text, "  ".join(workings.get(name, []))
        for label, text in common:
            yield label, "", text

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
            for text in wrapped(self._(*_WHY[event])):
                self._line("", f"[dim italic]{text}[/]")

    def _quarter(self, what: str, done: int, of: int) -> None:
        if done == of or (of >= 8 and done % (of // 4) == 0):
            self._line(what, f"{done}/{of}")


def wrapped(text: str, cells: int = 66) -> list[str]:
    """Lines of about so many cells: words are kept whole, and no line begins with a Chinese stop."""
    lines = [""]
    for piece in re.findall(r"[\x21-\x7e]+ ?|.[，。；：、）]*", text):
        if cell_len(lines[-1] + piece.rstrip("，。；：、） ")) > cells:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _signed(working: str, holds: bool) -> str:
    return f"{escape(working)} {'[green]✓[/]' if holds else '[dim]✗[/]'}"


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("  [dim]{task.description}[/]"),
        BarColumn(bar_width=36),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
