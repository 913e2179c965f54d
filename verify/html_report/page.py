"""The whole page, in the order in which an officer reads it: the verdict, which meeting, the results, what is to be
done, every check, what is not shown; and last a sheet to tick off against the paper minutes.
"""

from importlib.resources import files
from typing import Any

from verify.html_report.contests import contest_section, score_section
from verify.html_report.element import Html, element, join
from verify.html_report.minutes import minutes_sheet, root_of
from verify.html_report.told import conclusion, counts_of, judged_contests, proposals_of_all
from verify.identity import identity
from verify.report import NOT_SHOWN, OUTCOMES, circumstances
from verify.report_outcomes import STATES
from verify.verdict import Judged
from verify.words import to_words

SYMBOLS = {"pass": "✓", "fail": "✗", "not checked": "–"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render_page(judged: Judged, language: str) -> str:
    """The page as text. `language` is zh or en."""
    return _Page(judged, language).render()


class _Page:
    def __init__(self, judged: Judged, language: str) -> None:
        self.judged, self.language = judged, language

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def render(self) -> str:
        style = files("verify.html_report").joinpath("report.css").read_text(encoding="utf-8")
        title = self.say("会议投票核验报告", "Verification report of a meeting's ballots")
        parts: list[Html | None] = [
            element("h1", title),
            self.verdict(),
            self.meeting(),
            self.results(),
            self.follow_ups(),
            self.checks(),
            self.contests(),
            self.limits(),
            minutes_sheet(judged_contests(self.judged), self.judged, self.language),
            element("footer", identity().told().in_(self.language)),
        ]
        head = join(
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("title", title),
            Html(f"<style>\n{style}</style>"),  # our own file; it holds no `<`
        )
        body = element("body", element("main", parts))
        return f"<!doctype html>\n{element('html', element('head', head), body, lang=self.say('zh-CN', 'en'))}\n"

    # ------------------------------------------------------------------------------------------------ the first page

    def verdict(self) -> Html:
        judged = self.judged
        if judged.accepted and judged.pinned:
            kind, word = "accepted", self.say("接受", "Accepted")
            meaning = self.say(
                "公布的结果与账本中的选票相符：全部检查通过，来源已用外部凭据核对。",
                "The recorded results follow from the ballots in the ledger: every check passed, and its source was "
                "compared with what you brought along.",
            )
        elif judged.accepted:
            kind, word = "unpinned", self.say("仅前后一致，来源未核对", "Consistent in itself, source not compared")
            meaning = self.say(
                "没有提供会议指纹或账本公钥。以下只说明文件本身前后一致，不能说明它就是那次会议的账本。",
                "No fingerprint or ledger key was given. The file agrees with itself; nothing shows that it is the "
                "ledger of that meeting.",
            )
        else:
            kind, word = "refused", self.say("不接受", "Not accepted")
            failed = [one for one in judged.outcomes if one.outcome == "fail"]
            open_ = [one for one in judged.outcomes if one.outcome == "not checked"]
            meaning = self.say(
                f"{len(failed)} 项检查未通过，{len(open_)} 项未检查，见下文标出之处。",
                f"{len(failed)} checks failed, {len(open_)} were not made; see what is marked below.",
            )
        faults = [
            element("p", f"{one.check.id} {one.check.title.in_(self.language)}：{one.detail.in_(self.language)}")
            for one in judged.outcomes
            if one.outcome == "fail"
        ]
        return element(
            "section",
            element("p", self.say("结论", "Verdict"), class_="label"),
            element(
                "p",
                f"{SYMBOLS['pass' if kind == 'accepted' else 'fail' if kind == 'refused' else 'not checked']} ",
                word,
            ),
            element("p", meaning, class_="meaning"),
            faults,
            class_=f"verdict {kind}",
        )

    def meeting(self) -> Html | None:
        judged, meeting = self.judged, self.judged.meeting
        if meeting is None or judged.fingerprint is None:
            return None
        words_in = "zh" if judged.locale.lower().startswith("zh") else "en"
        fingerprint = join(
            element("div", to_words(judged.fingerprint, words_in), class_="words"),
            element("code", judged.fingerprint.hex()),
        )
        rows: list[tuple[str, Any]] = [
            (self.say("会议", "Meeting"), meeting["title"]),
            (self.say("编号", "Id"), meeting["id"]),
            (self.say("主办", "Organiser"), meeting["organiser"]),
            (self.say("时间、地点", "Date and place"), f"{meeting['date']}  {meeting['place']}"),
            (self.say("会议指纹", "Fingerprint"), fingerprint),
            (self.say("账本记录", "Entries"), judged.entries if judged.entries is not None else "?"),
            (
                self.say("账本末端（树根）", "Ledger head (root)"),
                element("code", root_of(judged)),
            ),
            (self.say("作废的投票", "Void polls"), "?" if judged.voids is None else judged.voids),
            (self.say("补发", "Replaced slips"), "?" if judged.replaced is None else judged.replaced),
            (
                self.say("进度", "State"),
                self.say("会议已结束", "closed") if judged.finished else self.say("会议未结束", "unfinished"),
            ),
        ]
        notes = [element("li", one.in_(self.language)) for one in circumstances(judged)]
        return element(
            "section",
            element("h2", self.say("哪一次会议", "Which meeting")),
            element(
                "table",
                [element("tr", element("th", name), element("td", value)) for name, value in rows],
                class_="facts",
            ),
            element("ul", notes, class_="notes") if notes else None,
        )

    def results(self) -> Html | None:
        """One line a contest: what the hall was told."""
        rows = [
            element(
                "tr",
                element("td", contest["title"]),
                element(
                    "td",
                    counts_of(
                        found["rounds"][-1], ("expected", "present", "issued", "returned", "valid"), self.language
                    ),
                )
                if found["rounds"]
                else element("td", STATES["not-polled"].in_(self.language)),
                element("td", conclusion(contest, found, self.language)),
            )
            for _item, contest, found in judged_contests(self.judged)
        ]
        if not rows:
            return None
        titles = (self.say("事项", "Contest"), self.say("票数", "Counts"), self.say("结果", "Outcome"))
        return element(
            "section",
            element("h2", self.say("结果一览", "Results at a glance")),
            element("table", element("tr", [element("th", one) for one in titles]), rows, class_="results"),
        )

    def follow_ups(self) -> Html | None:
        proposals = proposals_of_all(judged_contests(self.judged), self.judged.scores, self._scores())
        if not proposals:
            return None
        titles = (
            self.say("依据", "From"),
            self.say("建议事项", "Proposed"),
            self.say("由谁确认", "Confirmed by"),
            self.say("期限", "Due"),
        )
        rows = [
            element("tr", [element("td", cell) for cell in (source, one["text"], one["confirm"], one["due"] or "—")])
            for source, one in proposals
        ]
        return element(
            "section",
            element("h2", self.say("待确认的后续事项", "Follow-ups to confirm")),
            element("table", element("tr", [element("th", one) for one in titles]), rows),
        )

    # -------------------------------------------------------------------------------------------- checks and contests

    def checks(self) -> Html:
        rows = [
            element(
                "tr",
                element("td", one.check.id),
                element("td", one.check.title.in_(self.language)),
                element("td", f"{SYMBOLS[one.outcome]} {OUTCOMES[one.outcome].in_(self.language)}", class_="outcome"),
                element("td", one.detail.in_(self.language)),
                class_=one.outcome.replace(" ", "-"),
            )
            for one in self.judged.outcomes
        ]
        titles = ("", self.say("检查什么", "What is checked"), self.say("结果", "Outcome"), self.say("说明", "Detail"))
        return element(
            "section",
            element("h2", self.say("二十项检查", "The twenty checks")),
            element("table", element("tr", [element("th", one) for one in titles]), rows, class_="checks"),
            class_="together",
        )

    def contests(self) -> Html | None:
        found = judged_contests(self.judged)
        sections = [contest_section(item, contest, one, self.language) for item, contest, one in found]
        scores = score_section(self._scores(), self._inputs(), self.judged, self.language)
        if not sections and scores is None:
            if self.judged.meeting is None:
                return None
            told = self.say(
                "没有能够重新计票的事项，也就没有结果可以核对。",
                "No contest could be counted again: there is no result to compare.",
            )
            return element(
                "section", element("h2", self.say("逐项重新计票", "Every contest recounted")), element("p", told)
            )
        return element(
            "section",
            element("h2", self.say("逐项重新计票", "Every contest recounted")),
            sections,
            scores,
            class_="contests",
        )

    def limits(self) -> Html:
        covered = [element("li", one.in_(self.language)) for one in self.judged.uncovered]
        return element(
            "section",
            element("h2", self.say("没有检查和不能检查的", "What was not and cannot be checked")),
            element("ul", covered) if covered else None,
            element("p", NOT_SHOWN.in_(self.language)),
            class_="together",
        )

    # ------------------------------------------------------------------------------------------------------- helpers

    def _scores(self) -> dict[str, dict[str, Any]]:
        places = [self.judged.meeting or {}, *self.judged.items]
        return {one["id"]: one for place in places for one in place.get("scores", [])}

    def _inputs(self) -> dict[str, dict[str, Any]]:
        places = [self.judged.meeting or {}, *self.judged.items]
        return {one["id"]: one for place in places for one in place.get("inputs", [])}
