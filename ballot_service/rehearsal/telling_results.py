"""Says what was counted: tallies, workings, outcomes; after each poll and, as the verifier found it, at the end."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from ballot_service.rehearsal import words
from ballot_service.rehearsal.voice import Json, Voice


class ResultsTelling(Voice):
    """The results of one rehearsal."""

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

    def table(self, verdict: Json) -> None:
        """All rounds of all contests, as the verifier counted them."""
        self.console.print()
        for contest, judged in verdict["contests"].items():
            if not judged["rounds"]:
                self._line("", f"{self._contest(contest)}  [dim]{self._('未投票', 'not polled')}[/]")
                continue
            self.console.print(f"[bold]{self._contest(contest)}[/]", soft_wrap=True)
            counts = Table(*[self._("轮次", "round")], box=SIMPLE, header_style="dim")
            for pair in words.COUNTS.values():
                counts.add_column(self._(*pair), justify="right")
            votes = Table(box=SIMPLE, header_style="dim")
            votes.add_column(self._("轮次", "round"))
            votes.add_column("")
            votes.add_column(self._("票数", "votes"))
            votes.add_column(self._("过线", "line"))
            for one in judged["rounds"]:
                total = one["counts"]["total"]
                name = self._(f"第 {one['round']} 轮", str(one["round"]))
                counts.add_row(name, *(str(total[each]) for each in words.COUNTS))
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

    def outcome(self, contest: str, one: Json) -> str:
        """产生：候选人甲 / 未产生（票数相同、无人过线），由委员会决定是否再投"""
        word = self._(*words.STATES.get(one["state"], (one["state"],) * 2))
        if one["elected"]:
            names = self._("、", ", ").join(self._candidate(contest, person) for person in one["elected"])
            word += self._("：", ": ") + names
        if one["reasons"]:
            why = self._("、", ", ").join(
                self._(*words.REASONS.get(reason, (reason,) * 2)) for reason in one["reasons"]
            )
            word += self._(f"（{why}）", f" ({why})")
        if one["next"] in words.NEXT:
            word += self._("，", ", ") + self._(*words.NEXT[one["next"]])
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
            yield self._(*words.RULES["quorum"]), "", _signed(one["quorum"]["working"], one["quorum"]["held"])
        for judgement in one["judgements"]:
            text = _signed(judgement["working"], judgement["holds"])
            if judgement["candidate"] is not None:
                workings.setdefault(judgement["candidate"], []).append(text)
            elif judgement["rule"] != "quorum":
                common.append((self._(*words.RULES.get(judgement["rule"], (judgement["rule"],) * 2)), text))
        for name, votes in one["tally"].items():
            if isinstance(votes, dict) and set(votes) <= set(words.MARKS):
                text = "  ".join(f"{self._(*words.MARKS[mark])} {count}" for mark, count in votes.items())
            elif isinstance(votes, dict):
                text = "  ".join(f"{escape(str(option))} {count}" for option, count in votes.items())
            else:
                text = str(len(votes) if isinstance(votes, list) else votes)
            yield self._candidate(contest, name), text, "  ".join(workings.get(name, []))
        for label, text in common:
            yield label, "", text


def _signed(working: str, holds: bool) -> str:
    return f"{escape(working)} {'[green]✓[/]' if holds else '[dim]✗[/]'}"
