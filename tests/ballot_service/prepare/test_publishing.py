"""Publishing from a draft: how far it is, sheets that are handed out once, and what a restart leaves."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ballot_service.boxes.ceremony import make_boxes
from ballot_service.boxes.public_part import PublicPart, format_public_part
from ballot_service.console.accounts import Accounts
from ballot_service.errors import Refused
from ballot_service.prepare import publishing
from ballot_service.prepare.mistakes import judge
from ballot_service.prepare.publishing import DONE, Job, Publishing, Sheet
from ballot_service.service import Service
from ballot_service.store.tables import Meeting
from tests.ballot_service.prepare.browser import Clerk, Page


def ready(clerk: Clerk, meeting_id: str) -> str:
    """A small draft that can be published."""
    draft = clerk.begin("major-matter/f3")
    texts = {
        "title": "常委会", "organiser": "县委办", "place": "常委会议室", "date": "2026-12-18", "id": meeting_id,
        "classes-0-name": "县委常委", "classes-0-expected": "11", "classes-0-reserve": "1", "transport": "plain",
    }  # fmt: skip
    clerk.send(clerk.look(f"{draft}/basics"), "/basics", texts, act="next")
    address = clerk.item(draft)
    answer = clerk.send(clerk.look(address), address, {"voters": "A", "options-0-name": "供水改造方案"}, act="next")
    assert answer.headers["Location"] == f"{draft}/agenda", clerk.look(address).mistakes
    return draft


def press(clerk: Clerk, draft: str, **more: Any) -> TestResponse:
    return clerk.send(clerk.look(f"{draft}/publish"), "/publish", {"sure": "yes", **more})


def wait(clerk: Clerk, draft: str, words: str) -> Page:
    """Until the page says it."""
    for _turn in range(600):
        page = clerk.look(f"{draft}/publish")
        if words in page.source:
            return page
        if "progress max" not in page.source:
            raise AssertionError(page.source)
        time.sleep(0.05)
    raise AssertionError(words)


def published(clerk: Clerk, meeting_id: str) -> bool:
    with clerk.service.store.read() as session:
        return session.get(Meeting, meeting_id) is not None


def watch_the_lock(clerk: Clerk, patch: pytest.MonkeyPatch) -> list[str]:
    """What happens while sheets are made, in order. They take seconds: others must be able to write meanwhile."""
    real = publishing.print_sheets
    told: list[str] = []

    def write() -> None:
        with clerk.service.store.write():
            told.append("a ballot of another meeting")

    def watched(*given: Any) -> Any:
        other = threading.Thread(target=write, daemon=True)
        other.start()
        other.join(10)
        told.append("sheets")
        return real(*given)

    patch.setattr(publishing, "print_sheets", watched)
    return told


def test_a_meeting_is_published_printed_and_after_a_restart_told(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = ready(clerk, "once")
    told = watch_the_lock(clerk, monkeypatch)
    drafts = clerk.app.extensions["ballot-drafts"]
    drafts.mark_publishing(draft.rpartition("/")[2], "once")  # as it is when the service stops in the middle
    assert "服务重启了：什么都没有发布" in clerk.look(f"{draft}/publish").source

    assert press(clerk, draft).status_code == 303
    page = wait(clerk, draft, "请现在打印")
    assert told == ["a ballot of another meeting", "sheets"]
    for name in ("slips", "cards", "participants"):
        answer = clerk.client.get(f"{draft}/print/{name}.pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"
    assert clerk.client.get(f"{draft}/print/other.pdf").status_code == 404
    assert clerk.client.post(f"{draft}/publish", data={**tokens(page), "version": "9"}).status_code == 409
    assert clerk.send(clerk.look(f"{draft}/delete"), "/delete").status_code == 400  # they exist nowhere else
    assert clerk.send(page, "/printed").status_code == 400
    running = clerk.app.extensions["ballot-publishing"]
    clerk.app.extensions["ballot-publishing"] = Publishing(clerk.service, drafts)  # a new process knows of no sheets
    lost = clerk.look(f"{draft}/publish")
    assert "凭条不能补打" in lost.source
    assert "once-2" in lost.source
    assert not [form for form in lost.forms if form.action.endswith("/publish")]
    assert clerk.client.get(f"{draft}/print/slips.pdf").status_code == 404

    clerk.app.extensions["ballot-publishing"] = running
    assert clerk.send(page, "/printed", {"sure": "yes"}).status_code == 303
    assert "准备好了" in clerk.look(f"{draft}/publish").source
    assert clerk.client.get(f"{draft}/print/slips.pdf").status_code == 404
    folder = Path(clerk.service.config.data_dir)
    assert not [path for path in folder.rglob("*") if path.is_file() and b"%PDF" in path.read_bytes()]
    assert "once" in clerk.service.accounts.officer(clerk.account).meetings  # and may run it

    other = ready(clerk, "once")
    answer = press(clerk, other)
    assert answer.status_code == 409
    assert "已经发布过" in answer.text
    assert "once-2" in clerk.look(f"{other}/check").source


def tokens(page: Page) -> dict[str, str]:
    return {"csrf": page.form("/printed").values["csrf"][0]}


def test_what_was_not_ticked_or_changed_meanwhile_is_not_published(clerk: Clerk) -> None:
    draft = ready(clerk, "never")
    assert clerk.send(clerk.look(f"{draft}/publish"), "/publish").status_code == 400
    old = clerk.look(f"{draft}/publish")
    clerk.send(clerk.look(f"{draft}/basics"), "/basics", {"title": "改过"}, act="save")
    assert clerk.send(old, "/publish", {"sure": "yes"}).status_code == 409
    assert not published(clerk, "never")


def test_sheets_are_forgotten_after_their_time(clerk: Clerk) -> None:
    draft = ready(clerk, "late")
    plan = judge(clerk.content(draft)).plan
    assert plan is not None
    room: Publishing = clerk.app.extensions["ballot-publishing"]
    job = Job(draft.rpartition("/")[2], plan, state=DONE, sheets=[Sheet("slips", b"%PDF-", 1, secret=True)])
    job.until = time.monotonic() + 60
    room.keep(job)
    assert clerk.client.get(f"{draft}/print/slips.pdf").status_code == 200
    job.until = time.monotonic()
    assert clerk.client.get(f"{draft}/print/slips.pdf").status_code == 404
    assert job.sheets == []


def test_progress_is_shown_and_a_failure_says_that_nothing_was_published(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = ready(clerk, "fails")
    reached, go_on = threading.Event(), threading.Event()
    real: Callable[..., Any] = Service.publish

    def slow(self: Service, plan: Any, *, progress: Any, deliver: Any, **others: Any) -> Any:
        def watched(what: str, done: int, of: int) -> None:
            progress(what, done, of)
            reached.set()
            assert go_on.wait(30)

        def full(_published: Any) -> None:
            raise OSError(28, "no space left")

        return real(self, plan, progress=watched, deliver=full, **others)

    monkeypatch.setattr(Service, "publish", slow)
    press(clerk, draft)
    assert reached.wait(30)
    shown = clerk.client.get(f"{draft}/publish/progress")
    assert "正在生成签名密钥" in shown.text
    assert "1 / " in shown.text
    assert "HX-Redirect" not in shown.headers
    go_on.set()
    page = wait(clerk, draft, "什么都没有发布")
    assert clerk.client.get(f"{draft}/publish/progress").headers["HX-Redirect"] == f"{draft}/publish"
    assert not published(clerk, "fails")
    assert clerk.send(page, "/again").status_code == 303
    assert "勾选" not in clerk.look(f"{draft}/publish").source
    assert clerk.look(f"{draft}/publish").form("/publish")


def test_box_keys_made_elsewhere_are_taken_and_checked(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_given: object) -> None:
        raise Refused("unavailable", "the database cannot store this now")

    monkeypatch.setattr(Accounts, "grant", busy)  # once a meeting is published, its slips are not lost for anything
    draft = ready(clerk, "offline")
    plan = judge(clerk.content(draft)).plan
    assert plan is not None
    boxes, _cards = make_boxes("offline", plan.boxes, plan.cards, plan.threshold, secrets.token_bytes, lambda: None)
    part = format_public_part(PublicPart("offline", plan.cards, plan.threshold, tuple(boxes)))
    page = clerk.look(f"{draft}/publish")
    for data, status in ((part.replace(b"offline", b"another"), 422), (part, 303)):
        answer = clerk.upload(page, "/publish", {"sure": "yes"}, "ceremony", data)
        assert answer.status_code == status, answer.text
    wait(clerk, draft, "请现在打印")
    assert clerk.client.get(f"{draft}/print/cards.pdf").status_code == 404
    assert clerk.client.get(f"{draft}/print/slips.pdf").status_code == 200


@pytest.mark.soak
def test_a_rehearsal_from_the_page_is_accepted(clerk: Clerk) -> None:
    draft = ready(clerk, "rehearsed")
    clerk.send(clerk.look(f"{draft}/check"), "/rehearse")
    for _turn in range(600):
        page = clerk.look(f"{draft}/check").source
        if "演练通过" in page or "没有通过" in page:
            break
        time.sleep(0.2)
    assert "演练通过" in page
    assert not published(clerk, "rehearsed")
