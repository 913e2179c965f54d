"""Says what happens in a rehearsal, in Chinese or English, one line an event.

Both languages stand side by side, so that neither falls behind. On a terminal long work shows a progress bar; in a
file or pipe it is silent but for the making of keys, which takes longest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ballot_service.rehearsal import words
from ballot_service.rehearsal.expecting import Difference
from ballot_service.rehearsal.telling_results import ResultsTelling
from ballot_service.rehearsal.voice import Json, Language

__all__ = ["Language", "Telling"]

_BAR_FROM = 40  # devices; fewer are done before a bar is read


class Telling(ResultsTelling):
    """One rehearsal's narrator."""

    @property
    def two(self) -> list[str]:
        """Two officers who answer for an exception."""
        return [self._("主持人", "host"), self._("监督员", "supervisor")]

    @property
    def tellers(self) -> list[str]:
        return [self._("计票人甲", "teller 1"), self._("计票人乙", "teller 2")]

    def reason(self, what: str) -> str:
        return self._(*words.DESK[what])

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
            f"{self._(*words.SLIPS[kind])} {self._class(name)} × {count}"
            for kind, counts in changes.items()
            for name, count in counts.items()
        ]
        self._line(self._("凭条", "slips"), ", ".join(parts))

    def step(self, item: str, step: str, subject: str | None) -> None:
        about = f" · {escape(subject)}" if subject else ""
        self._line(
            self._("环节", "step"), f"{self._(*words.STEPS.get(step, (step, step)))}{about}  [dim]{self._item(item)}[/]"
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
            f"{self._contest(contest)}{self._('：', ': ')}{self._(*words.DECISIONS.get(choice, (choice,) * 2))}",
        )

    def input_recorded(self, input_id: str, value: str, evidence: str) -> None:
        self._line(
            self._("录入", "input"),
            f"{self._input(input_id)}{self._('：', ': ')}[bold]{escape(value)}[/]  [dim]{escape(evidence)}[/]",
        )

    def item_added(self, item: str, admitted_by: str) -> None:
        self._line(
            self._("加议题", "added"),
            f"{self._item(item)}  [dim]{self._('依据', 'let in by')} {self._contest(admitted_by)}[/]",
        )

    def announced(self, contests: list[str], audience: str) -> None:
        names = self._("、", ", ").join(self._contest(one) for one in contests)
        self.console.print()
        self._line(
            self._("宣布", "told"),
            f"{names}{self._('：', ': ')}{self._(*words.AUDIENCES.get(audience, (audience,) * 2))}",
        )

    def meeting_closed(self) -> None:
        self._line(
            self._("闭会", "end"),
            self._("账本封存，本次会议的密钥全部销毁", "the ledger is sealed, all keys destroyed"),
        )

    def refused_as_expected(self, verb: str, code: str, message: str) -> None:
        what = self._(f"{self._(*words.VERBS[verb])}，如预期被拒绝", f"{self._(*words.VERBS[verb])}, as expected")
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

    def your_turn(self, start: str, link: str, sheets: Sequence[str], people: int, kiosk: str) -> None:
        """After the demonstration: a fresh meeting to run by hand. start: a page with all that is handed out.

        kiosk: the command that opens a voting terminal.
        """
        self.console.print()
        self._line(
            self._("试用", "try it"),
            self._("同一场会议已重新公布，等您来主持", "the same meeting, fresh: run it yourself"),
        )
        self._line(self._("从这里", "begin"), f"[bold]{escape(start)}[/]")
        self._line("", self._("登录、监票卡、大屏都在这一页上", "the login, the cards and the screen are on this page"))
        self._line(self._("登录", "log in"), f"[bold cyan]{link}[/]  [dim]{self._('只能用一次', 'works once')}[/]")
        self._line(
            self._("参会", "people"),
            self._(f"{people} 人由程序模拟，一开始投票就会自己投", f"{people} are simulated, and vote by themselves"),
        )
        slips = next((path for path in sheets if path.endswith("slips.pdf")), None)
        if slips is not None:
            self._line(
                self._("手机", "phones"),
                self._("在同一网络中扫前三张凭条即可参加：", "on the same network, scan one of the first three slips: ")
                + f"[bold]{escape(slips)}[/]",
            )
        self._line(
            self._("终端", "terminal"),
            self._("不用手机投票：另开一个命令行窗口，运行 ", "without a phone: in another window, run ")
            + f"[bold]{escape(kiosk)}[/]",
        )
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

    def _quarter(self, what: str, done: int, of: int) -> None:
        if done == of or (of >= 8 and done % (of // 4) == 0):
            self._line(what, f"{done}/{of}")


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("  [dim]{task.description}[/]"),
        BarColumn(bar_width=36),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
