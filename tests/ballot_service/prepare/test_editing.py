"""The guided form: nothing typed is lost, mistakes stand beside their fields, and names are text."""

from __future__ import annotations

import gzip
import html
import re
from typing import Any

import pytest

from ballot_service.console.roles import Role
from ballot_service.prepare.in_words import in_words
from tests.ballot_service.prepare.browser import Clerk, Page

HOSTILE = ['"><script>alert(1)</script>', "{{7*7}}{% raw %}", "=HYPERLINK(1)", "张三😀'\"&amp;", "𠮷" * 60]
MAX_PAGE_BYTES = 150_000  # as sent, gzipped


def filled(clerk: Clerk, template: str = "one-report-two-reviews/f4", **texts: str) -> str:
    """A draft whose first page is filled in."""
    draft = clerk.begin(template)
    given = {
        "title": "会议", "organiser": "县委组织部", "place": "县委党校", "date": "2026-12-18",
        "classes-0-name": "全委会成员", "classes-0-expected": "35",
    }  # fmt: skip
    answer = clerk.send(clerk.look(f"{draft}/basics"), "/basics", {**given, **texts}, act="next")
    assert answer.status_code == 303
    return draft


def test_an_untouched_page_complains_of_nothing_and_a_sent_one_of_everything(clerk: Clerk) -> None:
    draft = clerk.begin("single-vote/f4")
    assert clerk.look(f"{draft}/basics").mistakes == []
    answer = clerk.send(clerk.look(f"{draft}/basics"), "/basics", act="next")
    assert answer.headers["Location"] == f"{draft}/basics"
    assert len(clerk.look(f"{draft}/basics").mistakes) == 5  # four names and no class


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        pytest.param("title", "县\u202e委", "看不见的格式或方向字符（U+202E）", id="a direction mark"),
        pytest.param("title", "县" * 201, "有 201 个字，最多 200 个字", id="too long"),
        pytest.param("date", "2026-02-30", "要有这一天", id="no such day"),
        pytest.param("id", "会议一", "小写字母", id="an id in Chinese"),
        pytest.param("classes-0-expected", "三十五", "整数", id="a number in words"),
        pytest.param("classes-0-expected", "", "必须填写数字", id="no number"),
        pytest.param("threshold", "4", "不能超过监票卡的张数", id="more cards than there are"),
        pytest.param("boxes", "0", "第二轮投票", id="too few boxes"),
        pytest.param("more", "quorum: [", "YAML", id="broken yaml"),
        pytest.param("more", "agenda: []", "YAML", id="a field that has its own page"),
        pytest.param("more", "- 1", "YAML", id="yaml of another form"),
    ],
)
def test_a_mistake_stands_beside_its_field_with_what_was_typed(clerk: Clerk, name: str, typed: str, said: str) -> None:
    draft = clerk.begin("single-vote/f4")
    given = {"title": "会议", "organiser": "县委", "place": "党校", "date": "2026-12-18", "classes-0-name": "常委",
             "classes-0-expected": "11", name: typed}  # fmt: skip
    clerk.send(clerk.look(f"{draft}/basics"), "/basics", given, act="save")
    page = clerk.look(f"{draft}/basics")
    assert len(page.mistakes) == 1, page.mistakes
    assert said in page.mistakes[0]
    assert page.form("/basics").values[name] == [typed]


def test_a_class_that_is_too_small_is_told_beside_the_voters(clerk: Clerk) -> None:
    draft = filled(clerk, **{"classes-0-expected": "4"})
    address = clerk.item(draft)
    clerk.send(clerk.look(address), address, {"voters": "A", "subjects-0-name": "张三"}, act="next")
    page = clerk.look(address)
    assert {one for one in page.mistakes if "不足 5 人" in one} == set(page.mistakes)
    assert page.mistakes


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_everywhere(clerk: Clerk, name: str) -> None:
    draft = filled(clerk, title=name, place=name)
    address = clerk.item(draft)
    answer = clerk.send(
        clerk.look(address), address, {"title": name, "voters": "A", "subjects-0-name": name}, act="next"
    )
    assert answer.headers["Location"] == f"{draft}/agenda", clerk.look(address).mistakes
    for path in ("basics", "agenda", "preview", "check", "publish"):
        page = clerk.look(f"{draft}/{path}").source
        assert html.escape(name, quote=False)[:20].split("'")[0].split('"')[0] in page
        assert page.count("<script") == 1
        assert "<script>alert" not in page
    told = clerk.client.get(f"{draft}/preview/ballots.json?view=0-A").get_json()
    assert told["title"] == name
    assert name in [one["subject"]["name"] for one in told["item"]["contests"] if one["subject"]]


def test_a_list_is_pasted_and_a_bad_one_stays_in_its_box(clerk: Clerk) -> None:
    draft = filled(clerk)
    address = clerk.item(draft)
    lines = [f"张{one}\t县{one}局\t局长" for one in "一二三四五六七八九"]
    bad = "\n".join([*lines, "\t县十局\t局长"])
    answer = clerk.send(clerk.look(address), address, {"subjects-paste": bad, "voters": "A"}, act="paste:subjects")
    page = Page(answer.text)
    assert "第 10 行：姓名为空" in answer.text
    assert page.form(address).values["subjects-paste"] == [bad]
    answer = clerk.send(page, address, {"subjects-paste": "\n".join(lines)}, act="paste:subjects")
    page = Page(answer.text)
    assert page.form(address).values["subjects-8-name"] == ["张九"]
    answer = clerk.send(page, address, act="drop:subjects:0")
    page = clerk.look(address)
    assert page.form(address).values["subjects-0-name"] == ["张二"]
    clerk.send(page, address, act="up:subjects:1")
    assert clerk.look(address).form(address).values["subjects-0-name"] == ["张三"]


def test_the_later_save_on_an_older_version_is_told_and_overwrites_nothing(clerk: Clerk) -> None:
    draft = filled(clerk)
    first, second = clerk.look(f"{draft}/basics"), clerk.look(f"{draft}/basics")
    clerk.send(first, "/basics", {"title": "甲"}, act="save")
    answer = clerk.send(second, "/basics", {"title": "乙"}, act="save")
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.form("/basics").values["title"] == ["乙"]
    assert clerk.content(draft)["title"] == "甲"
    (version,) = [value for name, value in page.form("/basics").buttons if name == "version"]
    page.form("/basics").values["version"] = [version]
    assert clerk.send(page, "/basics").status_code == 303
    assert clerk.content(draft)["title"] == "乙"


def test_saving_while_typing_answers_with_a_word_and_the_next_version(clerk: Clerk) -> None:
    draft = filled(clerk)
    page, other = clerk.look(f"{draft}/basics"), clerk.look(f"{draft}/basics")
    before = len(audit_rows(clerk))
    for title in ("甲", "甲乙"):  # the second goes out before the answer to the first is there
        answer = clerk.send(page, "/basics", {"title": title}, **{"HX-Request": "true"})
        assert answer.status_code == 200
        assert "已自动保存" in answer.text
        assert len(answer.data) < 1000
    assert clerk.content(draft)["title"] == "甲乙"
    answer = clerk.send(other, "/basics", {"title": "丙"}, **{"HX-Request": "true"})
    assert "没有保存" in answer.text
    assert clerk.content(draft)["title"] == "甲乙"
    assert len(audit_rows(clerk)) == before


def audit_rows(clerk: Clerk) -> list[Any]:
    from sqlalchemy import select

    from ballot_service.store.tables import AuditEntry

    with clerk.service.store.read() as session:
        return list(session.scalars(select(AuditEntry.id)))


def test_items_are_added_moved_and_taken_off(clerk: Clerk) -> None:
    draft = filled(clerk)
    clerk.send(clerk.look(f"{draft}/agenda"), "/agenda", act="add:yaml")
    page = clerk.look(f"{draft}/agenda")
    first, second = [one["key"] for one in clerk.content(draft)["items"]]
    clerk.send(page, "/agenda", act=f"up:{second}")
    assert [one["key"] for one in clerk.content(draft)["items"]] == [second, first]
    assert clerk.send(clerk.look(f"{draft}/agenda"), "/agenda", act=f"drop:{first}").status_code == 303
    assert [one["key"] for one in clerk.content(draft)["items"]] == [second]
    clerk.look(f"{draft}/items/{first}", status=404)


def test_a_copy_begins_a_meeting_of_its_own(clerk: Clerk) -> None:
    draft = filled(clerk, title="第一次")
    page = clerk.look("/drafts")
    answer = clerk.send(page, f"{draft}/copy")
    copied = answer.headers["Location"].removesuffix("/basics")
    assert copied != draft
    assert clerk.content(copied)["title"] == "第一次"
    assert clerk.content(copied)["date"] == ""
    assert clerk.send(clerk.look(f"{copied}/delete"), "/delete").status_code == 303
    clerk.look(f"{copied}/basics", status=404)
    clerk.look(f"{draft}/basics")


def test_drafts_are_their_owners_and_nobodys_without_the_permission(clerk: Clerk) -> None:
    draft = filled(clerk)
    for grants, status in (({("", Role.ORGANISER)}, 404), ({("", Role.HOST)}, 403)):
        login = f"somebody-{status}"
        _account, code = clerk.service.accounts.create(login, "某人", frozenset(grants))
        other = clerk.app.test_client()
        assert other.post("/login", data={"code": code}).status_code == 303
        for path in ("basics", "agenda", "preview", "preview/phone", "preview/ballots.json", "check", "publish",
                     "publish/progress", "rehearsal", "meeting.yaml", "print/slips.pdf", "delete"):  # fmt: skip
            assert other.get(f"{draft}/{path}").status_code == status, path
        for path in ("basics", "agenda", "rehearse", "publish", "printed", "again", "copy", "delete"):
            assert other.post(f"{draft}/{path}").status_code in (403, status), path
        assert other.get("/drafts").status_code == (200 if status == 404 else 403)
    assert clerk.app.test_client().get(f"{draft}/basics").status_code == 303  # to the login


def test_a_form_of_another_site_is_refused(clerk: Clerk) -> None:
    draft = filled(clerk)
    for path in ("basics", "agenda", "publish", "delete", "copy", "rehearse", "printed", "again"):
        assert clerk.client.post(f"{draft}/{path}", data={"title": "x"}).status_code == 403
    assert clerk.client.post("/drafts/new", data={"template": ""}).status_code == 403
    assert clerk.content(draft)["title"] == "会议"


def test_pages_stay_small_with_a_hundred_people(clerk: Clerk) -> None:
    draft = filled(clerk)
    address = clerk.item(draft)
    lines = "\n".join(f"张{number}\t县水务局\t局长" for number in range(100))
    answer = clerk.send(clerk.look(address), address, {"subjects-paste": lines, "voters": "A"}, act="paste:subjects")
    assert "第 1 行" not in "".join(Page(answer.text).mistakes)
    for path in (address, f"{draft}/basics", f"{draft}/agenda", f"{draft}/check", "/drafts", "/drafts/new"):
        assert len(gzip.compress(clerk.client.get(path).data)) < MAX_PAGE_BYTES, path
    answer = clerk.send(clerk.look(address), address, {"subjects-99-name": "最后一个"}, act="save")
    assert answer.status_code == 303
    assert clerk.content(draft)["items"][0]["fields"]["subjects"]["rows"][99]["name"] == "最后一个"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"over": "1/2", "of": "expected"}, "超过应到人数的 1/2"),
        ({"at_least": "2/3", "of": "present"}, "实到人数的 2/3 以上（含）"),
        ({"at_most": "70"}, "70 以下（含）"),
        ({"max_rounds": 2, "on_failure": "committee"}, "最多 2 轮，仍未通过的由常委会决定"),
        (["introduce", "deliberate"], "介绍情况 → 酝酿"),
        ([{"id": "a", "name": "好"}, {"id": "b", "name": "差"}], "好、差"),
        ("valid", "有效票"),
        ({"answers": {"working_days": 7}}, "answers: {working_days: 7}"),
        (None, ""),
    ],
)
def test_what_the_document_says_is_said_in_words(value: Any, said: str) -> None:
    assert in_words(value) == said


def test_the_list_of_drafts_counts_their_items(clerk: Clerk) -> None:
    filled(clerk, title="数一数")
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", clerk.look("/drafts").source))
    assert "数一数 2026-12-18 · 1 个议题" in text
