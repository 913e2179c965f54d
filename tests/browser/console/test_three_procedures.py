"""A whole afternoon in the console: 一报告两评议 with nine people, 述廉 of eight by three classes, 差额票决 with a tie.

Thirty phones with printed slips, three scrutineers of whom two open each box. `PICTURES=FOLDER` keeps every page as it
looked on the way, at three widths, and every paper that was made.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.console.clerk import Clerk, console
from tests.browser.console.people import Choose, Scrutineers, Voters, codes, marks
from tests.meeting_kit import Json, assert_accepted
from verify.options import Options
from verify.verdict import judge

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]

CLASSES = [("县委常委", 9), ("县委委员", 12), ("县直单位代表", 9)]
PROMOTED = ["张建国", "李秀兰", "王志强", "赵春梅", "杨永华", "和丽珍", "普文军", "余德福", "欧阳海燕"]
REPORTING = ["陈志明", "刘桂英", "周国平", "吴晓红", "郑大伟", "孙丽华", "马文龙", "段世忠"]


def reviewed(place: int, contest: Json) -> Json:
    """Something for each kind of paper, not the same from everybody."""
    ballot = contest["ballot"]
    if ballot["kind"] == "grade":
        return {"grade": ballot["grades"][(place + len(contest["id"])) % len(ballot["grades"])]["id"]}
    if ballot["kind"] == "pick":
        return {"picks": [ballot["options"][place % 5]["id"]]}
    return {"text": "=多到基层听取意见" if place % 4 == 0 else ""}


def voted(*split: int) -> Choose:
    """So many for each candidate in turn; whoever is left opposes everybody."""
    of_place = [number for number, votes in enumerate(split) for _vote in range(votes)]

    def choose(place: int, contest: Json) -> Json:
        names = [one["name"] for one in contest["ballot"]["candidates"]]
        return marks(contest, {names[of_place[place]]: "approve"} if place < len(of_place) else {})

    return choose


def prepare(clerk: Clerk) -> dict[str, bytes]:
    clerk.begin("一报告两评议")
    clerk.basics("县委全委会“一报告两评议”暨干部票决", CLASSES)
    clerk.add("述廉民主测评")
    clerk.voters(*(name for name, _expected in CLASSES))
    clerk.paste([f"{name}\t县直机关\t局长" for name in REPORTING])
    clerk.picture("item-integrity")
    clerk.next()
    clerk.add("差额票决")
    clerk.voters("县委常委")
    clerk.post("县财政局局长")
    clerk.paste(["张三\t县财政局副局长", "李四\t县审计局副局长"])
    clerk.next()
    clerk.fill_in(0)
    clerk.voters("县委常委", "县委委员")
    clerk.paste([f"{name}\t县水务局\t局长" for name in PROMOTED])
    clerk.picture("item-review")
    clerk.next()
    clerk.check()
    return clerk.publish()


class Afternoon:
    """The clerk, those in the hall, and the projector."""

    def __init__(self, clerk: Clerk, voters: Voters, scrutineers: Scrutineers, screen: Page) -> None:
        self.clerk, self.voters, self.scrutineers, self.screen = clerk, voters, scrutineers, screen

    def poll(self, name: str, poll_id: str, choose: Choose, cast: int) -> None:
        """From the printing of the papers to the result."""
        clerk = self.clerk
        clerk.press("印发选票，开始投票")
        clerk.picture(f"{name}-ask-open")
        clerk.confirm()
        assert self.voters.vote(choose) == cast
        clerk.sees("已全部收回")
        self.look(f"{name}-voting")
        clerk.press("截止投票")
        clerk.confirm()
        self.voters.check(poll_id)
        self.look(f"{name}-closed")
        self.scrutineers.open()
        clerk.picture(f"{name}-card", self.scrutineers.pages[0])
        clerk.press("开箱计票")
        clerk.confirm()
        clerk.sees("计票结果")
        clerk.picture(f"{name}-result")
        clerk.go_on()

    def look(self, name: str) -> None:
        """The run page and the hall's screen, once both have heard."""
        if self.clerk.pictures is not None:
            self.screen.wait_for_timeout(1_200)
            self.clerk.picture(f"{name}-run")
            self.clerk.picture(f"{name}-screen", self.screen)


def test_three_procedures_from_the_draft_to_the_ledger(browser: Browser, tmp_path: Path) -> None:
    with console(browser, tmp_path) as clerk:
        sheets = prepare(clerk)
        voters = Voters(codes(sheets["slips"])[:30])  # three spare ones come last
        scrutineers = Scrutineers(browser, codes(sheets["cards"]))
        clerk.run()
        screen = clerk.page.context.new_page()
        screen.goto(f"/m/{clerk.meeting}/screen")
        hall = Afternoon(clerk, voters, scrutineers, screen)
        scrutineers.try_cards()
        clerk.look_at("boxes")
        clerk.look_at("desk")
        clerk.look_at("paper")
        clerk.run()
        clerk.press("登记实到人数")
        clerk.picture("ask-attendance")
        clerk.confirm()
        voters.come_in()
        hall.look("present")

        clerk.press("登记：汇报")
        hall.poll("review", "p1", reviewed, 21 * 15)
        for name in REPORTING:
            clerk.press(f"登记：汇报：{name}")
        hall.poll("integrity", "p2", reviewed, 30 * 8)
        clerk.press("登记：介绍")
        clerk.press("登记：酝酿")
        hall.poll("tie", "p3", voted(4, 4), 9)
        clerk.press("当场宣布")
        clerk.confirm()
        hall.look("tied")
        clerk.press("作出决定")
        clerk.picture("ask-decide")
        clerk.page.get_by_role("button", name="登记：再次投票").click()
        hall.poll("second", "p4", voted(5, 3), 9)
        clerk.press("当场宣布")
        clerk.confirm()
        hall.look("decided")

        assert "committee/assessment-integrity-report-" in " ".join(clerk.papers())
        assert "subject/" not in " ".join(clerk.papers())
        for button in ("报告党委", "报告党委", "反馈本人", "在一定范围内公布"):
            clerk.run()
            clerk.page.get_by_role("link", name=button, exact=True).first.click()
            clerk.confirm()
        clerk.press("结束会议")
        clerk.picture("ask-close-meeting")
        clerk.confirm()
        clerk.sees("会议已结束")
        hall.look("ended")

        papers = clerk.papers()
        clerk.picture("documents")
        assert len([one for one in papers if one.startswith("subject/feedback-")]) == len(REPORTING)
        assert {"scope/summary-one-report-two-reviews", "officers/vote-differential-vote"} <= set(papers)
        for name, address in papers.items():
            for kind in ("pdf", "xlsx"):
                made = clerk.page.request.get(address.removesuffix("pdf") + kind)
                assert made.status == 200, name
                clerk.keep(f"{name.replace('/', '-')}.{kind}", made.body())
        ledger, _words = clerk.take_the_ledger(tmp_path)
        assert_accepted(judge(ledger, Options(fingerprint=voters.devices[0].fingerprint, jobs=1)))
        scrutineers.close()
