"""One person's whole way through a meeting of every kind of ballot, from the door to the results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from crypto import slips
from crypto.words import fingerprint_words
from tests.browser.chromium import LAN_NAME
from tests.browser.meetings.conftest import NewPhone
from tests.browser.meetings.hall import BrowserHall, Json, approval, running_server
from tests.browser.meetings.phone import Phone
from tests.browser.meetings.tls import tls_front
from tests.hostile.traces import spellings

REMARK = "望多到基层走走"
WRITTEN_IN = "欧阳小明"
KINDS: list[Json] = [
    {**approval("post", ["高黎明", "江雨桐"], max_approve=1), "title": "县财政局局长人选票决"},
    {
        "id": "grade",
        "title": "班子总体评价",
        "voters": ["A"],
        "ballot": {
            "kind": "grade",
            "grades": [{"id": "good", "name": "好"}, {"id": "fair", "name": "一般"}, {"id": "poor", "name": "差"}],
            "unknown": True,
        },
        "rules": [{"rule": "rate", "id": "well", "grades": ["good"]}],
    },
    {
        "id": "score",
        "title": "工作打分",
        "voters": ["A"],
        "ballot": {"kind": "score", "min": "0", "max": "100", "step": "0.5", "unknown": True},
        "rules": [{"rule": "mean", "id": "avg"}],
    },
    {
        "id": "pick",
        "title": "推荐后备干部",
        "voters": ["A"],
        "ballot": {
            "kind": "pick",
            "max": 2,
            "write_in": 1,
            "options": [{"id": "a", "name": "和志远"}, {"id": "b", "name": "余秋实"}, {"id": "c", "name": "杨帆"}],
        },
        "rules": [{"rule": "rank", "id": "order", "by": "picks"}],
    },
    {"id": "remarks", "title": "意见和建议", "voters": ["A"], "ballot": {"kind": "comment", "max_chars": 60}},
]
ITEM: Json = {"id": "all", "title": "干部测评与推荐", "announce": "on-spot", "contests": KINDS}


@pytest.fixture(params=["https", LAN_NAME], ids=["https", "plain-http-on-a-lan-name"])
def meeting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrowserHall]:
    fields = {"title": "县委常委会", "organiser": "县委办公室", "place": "常委会议室"}
    with tls_front(tmp_path) as front:
        name = front.url if request.param == "https" else request.param
        with running_server(tmp_path, name) as server:
            front.port = server.port
            yield BrowserHall(server, "hall", [ITEM], **fields)


def test_from_the_door_to_the_result(meeting: BrowserHall, phone: NewPhone) -> None:
    url = meeting.slips[0]
    is_plain = LAN_NAME in url.lower()
    one = phone(pictures="plain" if is_plain else "secure")
    one.context.add_cookies([{"name": "probe", "value": "1", "url": meeting.server.url}])

    one.open(url)
    one.until("welcome")
    asked = [request.url.rpartition("/")[2] for request in one.requests if request.resource_type == "fetch"]
    assert asked.count("head") == 1  # by the small script before the client, which takes the answer over
    assert one.page.evaluate("typeof crypto.subtle") == ("undefined" if is_plain else "object")
    assert one.words() == fingerprint_words(meeting.fingerprint, "zh").split()
    assert meeting.server.ask("redeemed", meeting=meeting.id) == 0  # to look spends nothing
    one.picture("1-welcome")
    one.tap("领取选票")
    one.until("waiting")
    one.picture("2-waiting")
    one.tap("English")
    expect(one.page.get_by_role("heading", name="Agenda", exact=True)).to_be_visible()
    one.tap("中文")

    other = phone()
    other.take_booklet(meeting.slips[1])
    meeting.do("attendance", present={"A": 2})
    meeting.do("open", contests=[contest["id"] for contest in KINDS])

    one.until("ballot")
    fill_every_kind(one)
    one.tap("核对选票")
    one.until("review")
    review = one.text()
    assert all(words in review for words in ("高黎明", "同意", "一般", "85.5 分", "余秋实", WRITTEN_IN, REMARK))
    one.picture("4-review")
    one.tap("投出选票")
    one.until("sending", "received")
    one.picture("5-sending")
    one.until("received")
    assert not any(words in one.text() for words in ("高黎明", "一般", "85.5", "余秋实", WRITTEN_IN, REMARK))
    one.picture("6-received")
    kept = one.kept()

    other.until("ballot")
    for _ in KINDS[1:]:
        other.tap("下一张")
    other.cast()

    assert meeting.do("close") == 2 * len(KINDS)
    one.until_text("您的选票已在票箱")
    one.picture("7-in-the-box")
    tally = meeting.do("open_box")
    meeting.do("announce", contests=[contest["id"] for contest in KINDS])
    one.until_text("结果：县财政局局长人选票决")
    one.page.get_by_text("结果：县财政局局长人选票决").tap()
    expect(one.page.locator("details[open] li").filter(has_text="高黎明")).to_contain_text("同意 1")
    one.picture("8-result")
    assert meeting.do("close_meeting") == {"accepted": True, "ballots": 2 * len(KINDS)}
    one.until("meeting-closed")
    one.picture("9-closed")

    assert tally["post"]["post-0"] == {"approve": 1, "oppose": 0, "abstain": 1}
    assert tally["post"]["post-1"] == {"approve": 0, "oppose": 1, "abstain": 1}
    assert tally["grade"] == {"good": 0, "fair": 1, "poor": 0}
    assert tally["score"] == {"85.5": 1}
    assert {name for name, count in tally["pick"].items() if count == 1} >= {"b"}

    assert_no_trace(one, url, meeting, kept)
    assert_nothing_shows_from_outside(one, other)


def fill_every_kind(one: Phone) -> None:
    one.choose("同意", "高黎明")
    one.choose("同意", "江雨桐", blocked=True)  # one 同意 too many
    expect(one.page.get_by_role("alert").filter(has_text="最多投 1 个")).to_be_visible()
    one.picture("3-ballot")
    one.choose("不同意", "江雨桐")
    one.tap("下一张")
    one.choose("一般")
    one.tap("下一张")
    one.page.get_by_label("分数").fill("85.5")
    one.tap("下一张")
    one.choose("余秋实")
    one.page.get_by_label("另推人选").fill(WRITTEN_IN)
    one.tap("下一张")
    one.page.locator("textarea").fill(REMARK)


def assert_no_trace(one: Phone, url: str, meeting: BrowserHall, kept: str) -> None:
    """Of token and choice nothing stays: no address, no cookie, no storage, no console, no log of the server."""
    slip = slips.parse_slip_url(url)
    secrets = [
        text.decode()
        for secret in (slip.secret, slips.redeem_token(slip.secret))
        for name, text in spellings(secret).items()
        if name != "raw"
    ]
    secrets.append(url.partition("#")[2].partition(".")[0])
    # The first is the slip as it was opened: what a browser sends of it ends before the fragment.
    addresses = [request.url for request in one.requests[1:]] + one.history() + [one.page.url]
    log = meeting.server.log()
    assert log
    for secret in secrets:
        assert not any(secret in address for address in addresses)
        assert secret not in kept
        assert secret not in log
    assert not any("#" in address for address in addresses)
    assert re.search(r'post-0[\\"]*:\s*[\\"]*approve', kept) is None
    for choice in (REMARK, WRITTEN_IN, "85.5"):
        assert choice not in kept
        assert choice not in log
    assert one.said == []
    assert [cookie.get("name") for cookie in one.context.cookies()] == ["probe"]
    for request in one.requests:
        response = request.response()
        assert response is None or "set-cookie" not in response.all_headers()
        if "/api/" in request.url:
            assert "cookie" not in request.all_headers()


def assert_nothing_shows_from_outside(one: Phone, other: Phone) -> None:
    """A ballot filled to the brim and an empty one look the same on the wire."""
    seen = [
        {(sealed.route, sealed.request_bytes, sealed.response_bytes) for sealed in who.sealed()} for who in (one, other)
    ]
    assert seen[0] == seen[1]
    assert {route for route, _, _ in seen[0]} == {"booklet", "ballots"}
    assert len(seen[0]) == 2
