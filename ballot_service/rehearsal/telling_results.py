"""Says what was counted: tallies, workings, outcomes; after each poll and, as the verifier found it, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
            if len(judged) > 1:
                self._line("", f"[dim]{self._contest(contest)}[/]")
            widest = max((cell_len(name) for name, _text in rows), default=0)
            for name, text in rows:
                self._line("", f"{name}{' ' * (widest - cell_len(name))}  {text}")
            self._line(self._("结果", "result"), f"[bold]{self.outcome(contest, one)}[/]")
            self._consequences(contest, one)
            if one["state"] == "undecided":
                self._why("undecided")

    def table(self, verdict: Json) -> None:
        """All rounds of all contests and all scores, as the verifier counted them."""
        self.console.print()
        for contest, judged in verdict["contests"].items():
            if not judged["rounds"]:
                self._line("", f"{self._contest(contest)}  [dim]{self._('未投票', 'not polled')}[/]")
                continue
            self.console.print(f"[bold]{self._contest(contest)}[/]", soft_wrap=True)
            shown = words.COUNTS if self._marks_candidates(contest) else {**words.COUNTS, **words.OPINION_COUNTS}
            counts = Table(*[self._("轮次", "round")], box=SIMPLE, header_style="dim")
            for pair in shown.values():
                counts.add_column(self._(*pair), justify="right")
            votes = Table(box=SIMPLE, header_style="dim")
            votes.add_column(self._("轮次", "round"))
            votes.add_column("")
            votes.add_column(self._("票数", "votes"))
            votes.add_column(self._("算式", "working"))
            for one in judged["rounds"]:
                total = one["counts"]["total"]
                name = self._(f"第 {one['round']} 轮", str(one["round"]))
                counts.add_row(name, *(str(total[each]) for each in shown))
                for candidate, tally, working in self._rows(contest, one):
                    votes.add_row(name, candidate, tally, working)
                    name = ""
                votes.add_section()
            self.console.print(counts)
            self.console.print(votes)
            for one in judged["rounds"]:
                name = self._(f"第 {one['round']} 轮", f"round {one['round']}")
                self._line(name, f"[bold]{self.outcome(contest, one)}[/]")
                self._consequences(contest, one)
            self.console.print()
        self._scores(verdict["scores"])

    def _scores(self, scores: Json) -> None:
        """What was added up over contests and inputs."""
        if not scores:
            return
        self.console.print(f"[bold]{self._('综合得分', 'Scores')}[/]", soft_wrap=True)
        for score_id, one in scores.items():
            self._line(self._("得分", "score"), f"{self._score(score_id)}  {self._score_text(one)}")
            for flag in one["flags"]:
                if flag["raised"]:
                    self._line("", f"[yellow]{self._(*words.RULES['flag'])} {escape(flag['code'])}[/]")
            for proposal in one.get("proposals", []):
                self._proposal(proposal)
        self.console.print()

    def _score_text(self, one: Json) -> str:
        if one["exact"] is None:
            missing = self._("、", ", ").join(escape(name) for name in one["missing"])
            return self._(f"[yellow]无法计算，缺 {missing}[/]", f"[yellow]unknown, missing {missing}[/]")
        text = f"[bold]{escape(one['display'])}[/]  [dim]= {escape(one['exact'])}[/]"
        if one["uncapped"] != one["exact"]:
            text += self._(f"  [dim]限幅前 {one['uncapped']}[/]", f"  [dim]{one['uncapped']} before the limits[/]")
        if one["bands"] is not None:
            text += f"  {self._(*words.RULES['bands'])} [bold]{escape(one['bands']['display'])}[/]"
        return text

    def _consequences(self, contest: str, one: Json) -> None:
        """Bars and proposals: nothing of it is done here, an office confirms it."""
        for bar in one["barred"]:
            until = bar["until"] or self._("永久", "for ever")
            self._line(
                self._("限制", "barred"),
                f"[yellow]{self._choice(contest, bar['person'])}[/]  {bar['from']} {self._('至', 'to')} {until}",
            )
        for proposal in one["proposals"]:
            self._proposal(proposal)

    def _proposal(self, proposal: Json) -> None:
        due = self._(f"，期限 {proposal['due']}", f", due {proposal['due']}") if proposal["due"] else ""
        confirms = self._(f"待{proposal['confirm']}确认", f"to be confirmed by {proposal['confirm']}")
        self._line(self._("建议", "proposed"), f"{escape(proposal['text'])}  [dim]{escape(confirms)}{due}[/]")

    def outcome(self, contest: str, one: Json) -> str:
        """产生：候选人甲 / 未产生（票数相同、无人过线），由委员会决定是否再投"""
        word = self._(*words.STATES.get(one["state"], (one["state"],) * 2))
        if one["elected"]:
            names = self._("、", ", ").join(self._choice(contest, person) for person in one["elected"])
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
        """(name, votes, working) for whatever was counted, then for the values and rules about it all."""
        if one["quorum"] is not None:
            yield self._(*words.RULES["quorum"]), "", _signed(one["quorum"]["working"], one["quorum"]["held"])
        remarks = self._remarks(contest, one)
        written_in = one["tally"].get("write_in", {})
        for name, votes in one["tally"].items():
            if name == "texts":
                yield from (("", escape(text), "") for text in votes)
            elif name != "write_in":
                yield self._choice(contest, name), self._votes(contest, votes), "  ".join(remarks.get(name, []))
        for name, votes in written_in.items():
            label = f"{escape(name)}{self._('（另写）', ' (written in)')}"
            yield label, str(votes), "  ".join(self._ranks_of(contest, one, name, written_in=True))
        for value_id, value in one["values"].items():
            yield self._rule_name(contest, value_id), f"[bold]{self._display(value)}[/]", self._working(value)
        for judgement in one["judgements"]:
            if judgement["candidate"] is None and judgement["rule"] != "quorum":
                name = self._(*words.RULES.get(judgement["rule"], (judgement["rule"],) * 2))
                about = f"{name} {escape(judgement['id'])}" if judgement["id"] is not None else name
                yield about, "", _signed(judgement["working"], judgement["holds"])

    def _remarks(self, contest: str, one: Json) -> dict[str, list[str]]:
        """What rules say of each candidate or option: candidate → workings, then ranks."""
        remarks: dict[str, list[str]] = {}
        for judgement in one["judgements"]:
            if judgement["candidate"] is not None:
                label = f"{self._(*words.RULES['bar'])} " if judgement["rule"] == "bar" else ""
                text = label + _signed(judgement["working"], judgement["holds"])
                remarks.setdefault(judgement["candidate"], []).append(text)
        for name in one["tally"]:
            remarks.setdefault(name, []).extend(self._ranks_of(contest, one, name))
        return remarks

    def _ranks_of(self, contest: str, one: Json, name: str, *, written_in: bool = False) -> list[str]:
        if not self._shows_ranks(contest):
            return []
        found = [ranks.get("write_in", {}) if written_in else ranks for ranks in one["ranks"].values()]
        return [self._(f"第 {ranks[name]} 名", f"rank {ranks[name]}") for ranks in found if name in ranks]

    def _votes(self, contest: str, votes: Any) -> str:
        if not isinstance(votes, dict):
            return str(votes)
        return "  ".join(f"{self._mark(contest, mark)} {count}" for mark, count in votes.items())

    def _display(self, value: Json) -> str:
        return self._("无", "none") if value["exact"] is None else escape(value["display"])

    def _working(self, value: Json) -> str:
        text = escape(value.get("working", ""))
        if value.get("empty_classes"):
            names = self._("、", ", ").join(self._class(name) for name in value["empty_classes"])
            text += self._(f"  （{names}未计入）", f"  (without {names})")
        return text


def _signed(working: str, holds: bool) -> str:
    return f"{escape(working)} {'[green]✓[/]' if holds else '[dim]✗[/]'}"
