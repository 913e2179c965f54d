"""The organiser's page of the boxes: cards tried or not, what each box waits for; nothing of it for outsiders."""

from __future__ import annotations

from pathlib import Path

from ballot_service.app import create_app
from ballot_service.service import Service
from tests.meeting_kit import Clock, config_for, publish


def test_the_page_shows_which_cards_were_tried_and_what_a_box_waits_for(tmp_path: Path) -> None:
    clock = Clock()
    service = Service(config_for(tmp_path, "", objection_seconds=60), clock=clock)
    hall = publish(service)
    client = create_app(service).test_client()
    address = f"/meetings/{hall.id}/boxes"
    assert client.get(address).status_code == 303, "to the login"
    client.set_cookie("ballot_session", service.accounts.log_in(service.accounts.make_code()))

    def told() -> str:
        return client.get(address + "/live").text

    assert "还有 1、2、3 号卡没有验" in client.get(address).text
    hall.release(0, [1, 3])
    assert "还有 2 号卡没有验" in told()
    assert "还没有进行投票" in told()
    hall.voters()
    hall.open()
    assert "正在投票" in told()
    service.polls.close(hall.id)
    clock.pass_seconds(20)
    assert "还要等 40 秒" in told()
    clock.pass_seconds(40)
    assert "等监票人开锁，还差 2 张" in told()
    hall.release(1, [2])
    assert "还差 1 张" in told()
    hall.release(1, [3])
    assert "张数已够" in told()
    answer = client.get(address + "/live")
    again = client.get(address + "/live", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    service.boxes.open(hall.id)
    assert "已开箱" in told()
    assert client.get("/meetings/another/boxes").status_code == 404
    service.close()
