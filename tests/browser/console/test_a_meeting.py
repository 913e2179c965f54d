"""One short meeting from a draft to an accepted ledger, by nothing but the pages of the console."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from crypto.words import fingerprint_words
from tests.browser.console.clerk import console
from tests.browser.console.people import Scrutineers, Voters, codes, marks
from tests.meeting_kit import Json, assert_accepted
from verify.options import Options
from verify.verdict import judge

pytestmark = pytest.mark.xdist_group("browser")


def first_is_elected(place: int, contest: Json) -> Json:
    return marks(contest, {"张三" if place < 2 else "李四": "approve"})


def test_a_newcomer_runs_a_meeting_from_the_console(browser: Browser, tmp_path: Path) -> None:
    with console(browser, tmp_path) as clerk:
        clerk.begin("差额票决")
        clerk.basics("县委常委会", [("县委常委", 3)])
        clerk.page.get_by_role("link", name="填写").click()
        clerk.voters("县委常委")
        clerk.post("县财政局局长")
        clerk.paste(["张三\t县财政局副局长", "李四\t县审计局副局长"])
        clerk.next()
        clerk.check()
        sheets = clerk.publish()
        assert set(sheets) == {"slips", "cards", "participants"}
        voters = Voters(codes(sheets["slips"])[:3])  # the last one is the spare
        scrutineers = Scrutineers(browser, codes(sheets["cards"])[:2])
        clerk.run()
        scrutineers.try_cards()

        clerk.press("登记实到人数")
        clerk.confirm()
        voters.come_in()
        clerk.press("登记：介绍")
        clerk.press("登记：酝酿")
        clerk.press("印发选票，开始投票")
        clerk.confirm()
        assert voters.vote(first_is_elected) == 3
        clerk.press("截止投票")
        clerk.confirm()
        voters.check("p1")
        scrutineers.open()
        clerk.press("开箱计票")
        clerk.confirm()
        clerk.sees("产生：张三")
        clerk.go_on()
        clerk.press("当场宣布")
        clerk.confirm()
        clerk.press("结束会议")
        clerk.confirm()
        clerk.sees("会议已结束")

        papers = clerk.papers()
        assert set(papers) == {
            "officers/count-p1", "officers/tally-p1", "officers/vote-differential-vote", "officers/record",
        }  # fmt: skip
        assert clerk.page.request.get(papers["officers/count-p1"]).body().startswith(b"%PDF-")
        ledger, words = clerk.take_the_ledger(tmp_path)
        assert words == fingerprint_words(voters.devices[0].fingerprint, "zh")
        assert_accepted(judge(ledger, Options(fingerprint=voters.devices[0].fingerprint, jobs=1)))
        scrutineers.close()
