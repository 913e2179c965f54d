"""The pages behind the terminal's link: text is text, nothing runs, and the form sends a code once."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest

from ballot_service.console.shell import POLICY
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import Hall

TITLE = "<b onmouseover=\"alert('1')\">\"'&{{7*7}}</b><script>"


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def titled(make_hall: MakeHall) -> Hall:
    return make_hall(title=TITLE)


def check_page(source: str) -> Page:
    """Nothing in it runs, and nothing in it is fetched from elsewhere."""
    page = Page(source)
    known = {
        "html", "head", "meta", "title", "link", "body", "main", "h1", "h2", "p", "br", "span", "section", "a", "form",
        "input", "button", "code", "div", "header", "script", "label", "strong", "svg", "path",
    }  # fmt: skip
    assert {tag for tag, _attributes in page.tags} <= known
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "/").startswith("/")
            assert not (attributes.get(name) or "/").startswith("//")
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/officers/")
    assert source.count("<script") == source.count("></script>") == 1  # and there is nothing in it
    return page


def fields_of(page: Page, action: str) -> list[dict[str, str | None]]:
    """The inputs of the one form with this address."""
    inside, found = False, []
    for tag, attributes in page.tags:
        if tag == "form":
            inside = attributes.get("action") == action
        elif tag == "input" and inside:
            found.append(attributes)
    return found


def test_a_title_with_markup_is_shown_as_it_was_written(titled: Hall) -> None:
    answer = titled.client.get("/", headers={"Cookie": f"ballot_session={titled.token}"})
    page = check_page(answer.text)
    assert TITLE in page.text
    assert ("h2", {}) in page.tags
    assert f"/api/v1/meetings/{titled.meeting_id}/ledger" in answer.text


def test_without_a_session_the_first_page_names_no_meeting(titled: Hall) -> None:
    for headers in ({}, {"Cookie": "ballot_session=wrong"}):
        answer = titled.client.get("/", headers=headers)
        assert answer.status_code == 200
        page = check_page(answer.text)
        assert html.escape(TITLE) not in answer.text
        assert TITLE not in page.text
        assert titled.meeting_id not in answer.text


@pytest.mark.parametrize(
    "code", ['"><script>alert(1)</script>', "' onfocus=x autofocus='", "%00", "{{7*7}}", "x" * 5_000]
)
def test_a_wrong_code_is_refused_and_stands_nowhere_on_the_page(titled: Hall, code: str) -> None:
    answer = titled.client.get("/login", query_string={"code": code})
    assert code not in check_page(answer.text).text
    assert code[:100] not in [field.get("value") for field in fields_of(Page(answer.text), "/login")]
    refused = titled.client.post("/login", data={"code": code})
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers
    assert code not in check_page(refused.text).text


def test_the_form_of_the_link_logs_in(titled: Hall) -> None:
    code = titled.service.accounts.make_code()
    page = check_page(titled.client.get(f"/login?code={code}").text)
    (field,) = fields_of(page, "/login")
    answer = titled.client.post("/login", data={str(field["name"]): str(field["value"])})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert code not in str(answer.headers)


@pytest.mark.parametrize("path", ["/", "/login", "/login?code=x"])
def test_a_page_loads_its_own_style_and_nothing_else(titled: Hall, path: str) -> None:
    answer = titled.client.get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Referrer-Policy"] == "no-referrer"  # the code in the address goes nowhere
    assert "http" not in answer.text
    assert "url(" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    check_page(answer.text)


def test_forms_of_every_kind_are_no_fault(titled: Hall) -> None:
    bodies = [
        ("application/x-www-form-urlencoded", b"code=%ff%fe&code=2"),
        ("application/x-www-form-urlencoded", b"&" * 100_000),
        ("application/x-www-form-urlencoded", b"code=" + b"x" * 1_000_000),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=code\r\n\r\nx\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 5_000),
        ("multipart/form-data", b"x"),
        ("application/json", b'{"code": "x"}'),
        ("", b"\x00\xff"),
    ]
    before = titled.database()
    for content_type, body in bodies:
        answer = titled.client.post("/login", data=body, content_type=content_type)
        assert answer.status_code in (400, 403, 413)
        assert "Set-Cookie" not in answer.headers
    assert titled.database() == before
