"""Accounts as people meet them: links, passwords, sessions, and forms that only our own pages may send."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.app import create_app
from ballot_service.console import passwords
from ballot_service.console.accounts import CODE_SECONDS
from ballot_service.console.roles import Permission, Role
from ballot_service.console.sessions import CONFIRMED_SECONDS, IDLE_SECONDS
from ballot_service.console.shell import done as finished
from ballot_service.console.shell import officer_pages, read_form, require_recent
from ballot_service.errors import Refused
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import API, Hall, check_refusal
from tests.ballot_service.http.test_pages import check_page

GOOD = "三楼会议室的东门"
REAL_METHOD = passwords.METHOD
ELSEWHERE = "https://evil.example"


@pytest.fixture(scope="module", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """The real cost is tried once, below."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "METHOD", "scrypt:1024:8:1")
        patch.setattr(passwords, "_no_password", [])
        yield


@pytest.fixture(scope="module")
def office(make_hall: MakeHall) -> Hall:
    """One service for all; each test makes its own accounts."""
    return make_hall(login_limit_per_account="100000 per minute")


class Browser:
    """A browser that keeps its cookies."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.client = hall.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def csrf(self) -> str:
        return re.findall(r'name="csrf" value="([0-9a-f]+)"', self.get("/account").text)[0]

    def post(self, path: str, headers: dict[str, str] | None = None, /, **fields: str) -> TestResponse:
        """As a page's form sends it, with the token of the session."""
        return self.client.post(path, data={"csrf": self.csrf(), **fields}, headers=headers)

    def log_in(self, login: str, password: str, **headers: str) -> TestResponse:
        return self.client.post("/login", data={"login": login, "password": password}, headers=headers)

    def token(self) -> str:
        cookie = self.client.get_cookie("ballot_session")
        return cookie.value if cookie else ""

    def is_in(self) -> bool:
        return self.get("/account").status_code == 200


def person(hall: Hall, login: str, *roles: Role, name: str = "", password: str = GOOD) -> Browser:
    """Somebody who was given an account and has set a password."""
    grants = frozenset(("", role) for role in roles)
    _id, code = hall.service.accounts.create(login, name or login, grants)
    browser = Browser(hall)
    answer = browser.client.post("/setup", data={"code": code, "password": password, "again": password})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.text
    return browser


def link_on(answer: TestResponse) -> str:
    return re.findall(r"/login\?code=([a-z0-9]+)", answer.text)[0]


def test_from_the_terminals_link_to_a_colleague_who_can_log_in(make_hall: MakeHall) -> None:
    hall = make_hall()
    code = hall.service.accounts.make_code()
    organiser = Browser(hall)
    page = organiser.get(f"/login?code={code}")
    assert "设置密码" in check_page(page.text).text
    fields = {"code": code, "name": "王敏", "login": "WangMin", "password": GOOD, "again": GOOD}
    assert organiser.client.post("/setup", data=fields).status_code == 303
    assert "王敏" in organiser.get("/").text

    form = {"name": "李建国", "login": "lijianguo", "grant": f"teller@{hall.meeting_id}"}
    made = organiser.post("/accounts/new", **form)
    assert made.status_code == 200
    check_page(made.text)
    shown_once = link_on(made)
    assert shown_once not in organiser.get("/accounts").text

    colleague = Browser(hall)
    assert (
        colleague.client.post("/setup", data={"code": shown_once, "password": GOOD, "again": GOOD}).status_code == 303
    )
    again = Browser(hall)
    assert again.log_in("LIJIANGUO ", GOOD).status_code == 303  # as people type on phones
    assert hall.meeting_id in again.get("/").text
    assert again.get("/accounts").status_code == 403
    assert Browser(hall).log_in("wangmin", GOOD).status_code == 303
    assert hall.service.accounts.anyone_can_log_in() is not True or hall.service.accounts.find("organiser") is None


def test_a_refused_setup_does_not_spend_the_link(office: Hall) -> None:
    _id, code = office.service.accounts.create("setup", "王敏", frozenset())
    browser = Browser(office)
    for password, again in (("short", "short"), (GOOD, GOOD + "x"), ("12345678", "12345678"), ("x" * 201, "x" * 201)):
        answer = browser.client.post("/setup", data={"code": code, "password": password, "again": again})
        assert answer.status_code == 400
        assert code in answer.text
    assert browser.client.post("/setup", data={"code": code, "password": GOOD, "again": GOOD}).status_code == 303
    assert browser.client.post("/setup", data={"code": code, "password": GOOD, "again": GOOD}).status_code == 403


def test_a_link_lasts_a_week(office: Hall) -> None:
    before = office.clock.now
    _id, code = office.service.accounts.create("week", "王敏", frozenset())
    office.clock.forward(CODE_SECONDS - 1)
    assert office.service.accounts.code_account(code) is not None
    office.clock.forward(1)
    assert "设置密码" not in Browser(office).get(f"/login?code={code}").text
    answer = Browser(office).client.post("/setup", data={"code": code, "password": GOOD, "again": GOOD})
    assert answer.status_code == 403
    office.clock.now = before


@pytest.mark.parametrize(
    "name", ['"quoted" & <b>', "🗳️王敏".replace("\ufe0f", ""), "欧阳" * 20, "=HYPERLINK(1)", "O'Neill"]
)
def test_any_printable_name_comes_out_as_text(office: Hall, name: str) -> None:
    browser = person(office, name, Role.ORGANISER, name=name)
    for path in ("/", "/account", "/accounts"):
        page = check_page(browser.get(path).text)
        assert name in page.text
    assert Browser(office).log_in(name, GOOD).status_code == 303


@pytest.mark.parametrize("name", ["", "王\u202e敏", "a\nb", "x" * 41, "\u200b"])
def test_names_that_deceive_are_refused(office: Hall, name: str) -> None:
    before = office.database()
    with pytest.raises(Refused):
        office.service.accounts.create("deceives", name, frozenset())
    with pytest.raises(Refused):
        office.service.accounts.create(name, "王敏", frozenset())
    assert office.database() == before


@pytest.mark.parametrize(
    "password",
    ["12 chars long", "密码八个汉字正好", "天地玄黄宇宙洪荒" * 25, "e\u0301té à la mer", " spaces  at both ends "],
)
def test_a_password_of_any_script_works_and_no_other_does(office: Hall, password: str) -> None:
    login = f"p{abs(hash(password))}"
    person(office, login, password=password)
    assert Browser(office).log_in(login, password).status_code == 303
    assert Browser(office).log_in(login, password[:-1]).status_code == 403
    assert Browser(office).log_in(login, password + "x").status_code == 403
    assert Browser(office).log_in(login, "").status_code == 403


def test_the_real_cost_is_paid_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", REAL_METHOD)
    kept = passwords.hash_password(GOOD)
    assert kept.startswith("scrypt:32768:8:3$")
    assert len(kept) <= 200
    assert passwords.is_password(kept, GOOD)


def test_an_unknown_name_costs_the_same_work_and_gets_the_same_answer(
    office: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(office, "known")
    disabled = person(office, "disabled-one")
    account = office.service.accounts.find("disabled-one")
    assert account is not None
    office.service.accounts.change(account, name="停用", disabled=True, grants=frozenset())
    assert not disabled.is_in()
    work: list[int] = []
    real = passwords.check_password_hash
    monkeypatch.setattr(passwords, "check_password_hash", lambda kept, text: work.append(1) or real(kept, text))
    answers = {}
    for login in ("known", "nobody-at-all", "disabled-one", "x" * 300, "王敏'--"):
        work.clear()
        answers[login] = Browser(office).log_in(login, "wrong password")
        assert len(work) == 1, login
        assert answers[login].status_code == 403
    texts = {answer.text.replace(login[:500], "") for login, answer in answers.items() if len(login) < 40}
    assert len({re.sub(r'value="[^"]*"', "", text) for text in texts}) == 1
    assert Browser(office).log_in("disabled-one", GOOD).status_code == 403


def test_guesses_are_limited_for_the_name_alone(make_hall: MakeHall) -> None:
    hall = make_hall(login_limit_per_account="3 per minute")
    inside = person(hall, "guessed")
    person(hall, "neighbour")
    spellings = ("guessed", "GUESSED", " guessed", "guessed")
    codes = [Browser(hall).log_in(login, "wrong password").status_code for login in spellings]
    assert codes == [403, 403, 403, 429]
    assert Browser(hall).log_in("guessed", GOOD).status_code == 429
    assert Browser(hall).log_in("neighbour", GOOD).status_code == 303
    assert inside.is_in()
    assert inside.post("/confirm", confirm_password=GOOD, next="/").status_code == 303  # who is inside goes on
    for name in ("guessed", "organiser"):
        assert name not in str(hall.app.extensions["ballot-limits"].storage.storage)
    account = hall.service.accounts.find("guessed")
    assert account is not None
    code = hall.service.accounts.make_link_code(account)
    assert Browser(hall).client.post("/login", data={"code": code}).status_code == 303


# ── sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_logging_in_gives_a_new_token_and_ends_the_session_that_was_there(office: Hall) -> None:
    """Whoever planted a session in this browser does not share the one that begins."""
    planted = person(office, "planter").token()
    victim = Browser(office)
    victim.client.set_cookie("ballot_session", planted)
    person(office, "victim")
    victim.log_in("victim", GOOD)
    assert victim.token() != planted
    assert "victim" in victim.get("/account").text
    check_refusal(office.get("control", {"Authorization": f"Bearer {planted}"}), "not-allowed")


def test_a_new_password_ends_the_other_sessions(office: Hall) -> None:
    here = person(office, "changes")
    there = Browser(office)
    there.log_in("changes", GOOD)
    new = {"password": "另外一句话一样长", "again": "另外一句话一样长"}
    assert here.post("/account/password", confirm_password="wrong", **new).status_code == 403
    assert there.is_in()
    assert here.post("/account/password", confirm_password=GOOD, **new).status_code == 303
    assert here.is_in()
    assert not there.is_in()
    assert Browser(office).log_in("changes", GOOD).status_code == 403


def test_one_sees_and_ends_the_own_sessions_and_nobody_elses(office: Hall) -> None:
    mine, other = person(office, "ends"), person(office, "stays")
    second = Browser(office)
    second.log_in("ends", GOOD)
    page = mine.get("/account").text
    (ended,) = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    assert mine.token() not in page
    assert second.token() not in page
    other.post("/account/sessions/end", session=ended)
    assert second.is_in()
    mine.post("/account/sessions/end", session=ended)
    assert not second.is_in()
    assert mine.is_in()


def test_a_disabled_account_is_out_at_once_and_its_links_are_void(office: Hall) -> None:
    browser = person(office, "leaves")
    account = office.service.accounts.find("leaves")
    assert account is not None
    code = office.service.accounts.make_link_code(account)
    organiser = person(office, "stays-on", Role.ORGANISER)
    assert organiser.post(f"/accounts/{account}", name="走了", disabled="yes").status_code == 303
    assert not browser.is_in()
    assert Browser(office).client.post("/login", data={"code": code}).status_code == 403
    assert organiser.post(f"/accounts/{account}/link").status_code == 403
    me = office.service.accounts.find("stays-on")
    assert organiser.post(f"/accounts/{me}", name="自己", disabled="yes", grant="organiser").status_code == 403


def test_one_organiser_stays(make_hall: MakeHall) -> None:
    hall = make_hall()
    hall.token = hall.service.accounts.log_in(hall.service.accounts.make_code())
    with pytest.raises(Refused, match="has to stay"):
        hall.service.accounts.change("organiser", name="王敏", disabled=False, grants=frozenset())
    assert hall.service.accounts.officer("organiser").everywhere == {Role.ORGANISER}


def test_a_session_left_alone_ends(office: Hall) -> None:
    before = office.clock.now
    browser = person(office, "idle")
    office.clock.forward(IDLE_SECONDS - 1)
    assert browser.is_in()
    office.clock.forward(IDLE_SECONDS - 1)
    assert browser.is_in()
    office.clock.forward(IDLE_SECONDS)
    assert not browser.is_in()
    office.clock.now = before


# ── what has no way back ───────────────────────────────────────────────────────────────────────────────────────────


def announce(hall: Hall, browser: Browser) -> str:
    """What the API says to an announcement of something not counted: the act's own refusal, or that of the guard."""
    path = f"{API}/meetings/{hall.meeting_id}/announcements"
    answer = browser.client.post(path, json={"contests": ["finance"]})
    return str(answer.get_json()["code"])


def test_announcing_asks_for_the_password_again_after_five_minutes(office: Hall) -> None:
    before = office.clock.now
    browser = person(office, "announces", Role.HOST)
    assert announce(office, browser) == "announce-not-allowed"
    office.clock.forward(CONFIRMED_SECONDS)
    assert announce(office, browser) == "not-allowed"
    check_page(browser.get("/confirm?next=/audit").text)
    assert browser.post("/confirm", confirm_password="wrong", next="/").status_code == 403
    assert announce(office, browser) == "not-allowed"
    answer = browser.post("/confirm", confirm_password=GOOD, next=f"{ELSEWHERE}/x")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert announce(office, browser) == "announce-not-allowed"
    # a program's session is one that no browser's thief can hold
    stolen = {"Authorization": f"Bearer {browser.token()}"}
    office.clock.forward(CONFIRMED_SECONDS)
    path = f"{API}/meetings/{office.meeting_id}/announcements"
    answer = office.client.post(path, json={"contests": ["finance"]}, headers=stolen)
    check_refusal(answer, "not-allowed")
    office.clock.now = before


def test_a_browser_left_alone_gives_nobody_a_password(office: Hall) -> None:
    """A link for the same account, an account of one's own, a role: each would open boxes five minutes later."""
    before = office.clock.now
    browser = person(office, "left-alone", Role.ORGANISER)
    (mine,) = [one for one in office.service.accounts.everyone() if one.login == "left-alone"]
    office.clock.forward(CONFIRMED_SECONDS)
    known = office.service.accounts.everyone()
    forms = {
        f"/accounts/{mine.id}/link": {},
        f"/accounts/{mine.id}": {"name": "换了", "grant": "organiser"},
        "/accounts/new": {"login": "of-the-thief", "name": "贼", "grant": "organiser"},
    }
    for path, form in forms.items():
        asked = browser.post(path, **form)
        assert asked.status_code == 403, path
        assert "confirm_password" in asked.text
        assert "/login?code=" not in asked.text
        foreign = browser.post(path, {"Sec-Fetch-Site": "same-site"}, **form)
        assert foreign.status_code == 403
        assert "confirm_password" not in foreign.text, "nobody is asked to confirm what another site sent"
    assert office.service.accounts.everyone() == known
    assert browser.post(f"/accounts/{mine.id}/link", confirm_password=GOOD).status_code == 200
    office.clock.now = before


def test_a_session_without_a_password_is_confirmed_by_another_link(office: Hall) -> None:
    before = office.clock.now
    account, code = office.service.accounts.create("no-password", "王敏", frozenset({("", Role.HOST)}))
    browser = Browser(office)
    assert browser.client.post("/login", data={"code": code}).status_code == 303
    office.clock.forward(CONFIRMED_SECONDS)
    assert announce(office, browser) == "not-allowed"
    assert browser.post("/account/password", password=GOOD, again=GOOD).status_code == 403
    _other, foreign = office.service.accounts.create("somebody-else", "李建国", frozenset())
    for wrong in ("", "wrong", foreign):
        assert browser.post("/confirm", confirm_code=wrong, next="/").status_code in (400, 403)
    again = office.service.accounts.make_link_code(account)
    link = f"http://127.0.0.1:8000/login?code={again}"
    assert browser.post("/confirm", confirm_code=link, next="/").status_code == 303
    assert announce(office, browser) == "announce-not-allowed"
    office.clock.now = before


# ── forms from elsewhere ───────────────────────────────────────────────────────────────────────────────────────────

FORMS = {
    "/account/password": {"confirm_password": GOOD, "password": "另外一句话一样长", "again": "另外一句话一样长"},
    "/account/sessions/end": {"session": "x"},
    "/accounts/new": {"name": "x", "login": "x"},
    "/accounts/organiser": {"name": "x", "disabled": "yes"},
    "/accounts/organiser/link": {},
    "/confirm": {"confirm_password": GOOD, "next": "/"},
    "/logout": {},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_another_site_does_nothing(office: Hall, path: str) -> None:
    browser = person(office, f"form{path.replace('/', '-')}", Role.ORGANISER)
    stranger = person(office, f"stranger{path.replace('/', '-')}")
    csrf, foreign = browser.csrf(), stranger.csrf()
    before = office.database()
    for token, headers in (
        ("", {}),
        (foreign, {}),
        (csrf.upper(), {}),
        (csrf, {"Sec-Fetch-Site": "cross-site"}),
        (csrf, {"Sec-Fetch-Site": "same-site"}),
        (csrf, {"Origin": ELSEWHERE}),
        (csrf, {"Origin": "http://localhost.evil.example"}),
    ):
        answer = browser.client.post(path, data={**FORMS[path], "csrf": token}, headers=headers)
        assert answer.status_code == 403, (token, headers)
    assert office.database() == before
    assert browser.is_in()


@pytest.mark.parametrize("path", ["/login", "/setup"])
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": ELSEWHERE}], ids=str)
def test_nobody_is_logged_in_by_another_site(office: Hall, path: str, headers: dict[str, str]) -> None:
    _id, code = office.service.accounts.create(f"by-another-site{path}{len(str(headers))}", "王敏", frozenset())
    fields = {"code": code, "password": GOOD, "again": GOOD}
    answer = Browser(office).client.post(path, data=fields, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    for good in ({"Origin": "null"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}):
        assert Browser(office).client.post("/login", data={"code": "x"}, headers=good).status_code == 403
    assert Browser(office).client.post(path, data=fields).status_code == 303  # the link was not spent


def test_the_language_is_chosen_where_one_is(office: Hall) -> None:
    browser = Browser(office)
    for wanted, led in (("/login", "/login"), (ELSEWHERE, "/"), ("//evil.example", "/"), ("/\\evil.example", "/")):
        answer = browser.client.post("/language", data={"language": "en", "next": wanted})
        assert answer.headers["Location"] == led
    assert "Log in" in browser.get("/login").text


def test_a_form_that_asks_for_the_password_goes_on_as_it_was_begun(make_hall: MakeHall) -> None:
    """Nothing that was typed is lost, and the act is done once."""
    hall = make_hall()
    done: list[dict[str, str]] = []
    pages = officer_pages("probe")

    @pages.post("/probe/<id:meeting_id>")
    def act(meeting_id: str) -> AnyResponse:
        form = read_form()
        require_recent(Permission.ANNOUNCE, meeting_id)
        done.append(form.to_dict())
        return finished("/")

    hall.app = create_app(hall.service)
    hall.app.register_blueprint(pages)
    browser = person(hall, "goes-on", Role.HOST)
    path = f"/probe/{hall.meeting_id}"
    assert browser.post(path, seen="15", contest="<b>'\"").status_code == 303
    hall.clock.forward(CONFIRMED_SECONDS)
    asked = browser.post(path, seen="15", contest="<b>'\"")
    assert asked.status_code == 403
    page = check_page(asked.text)
    assert len(done) == 1
    assert ("form", {"method": "post", "action": path}) in page.tags
    hidden = [attributes for tag, attributes in page.tags if tag == "input" and attributes.get("type") == "hidden"]
    kept = {str(one["name"]): str(one["value"]) for one in hidden if one["name"] in ("csrf", "seen", "contest")}
    assert (kept["seen"], kept["contest"]) == ("15", "<b>'\"")
    wrong = browser.client.post(path, data={**kept, "confirm_password": "wrong"})
    assert wrong.status_code == 403
    forged = browser.client.post(path, data={**kept, "csrf": "0" * 64, "confirm_password": GOOD})
    assert forged.status_code == 403
    assert len(done) == 1
    assert browser.client.post(path, data={**kept, "confirm_password": GOOD}).status_code == 303
    assert done[0]["contest"] == done[1]["contest"] == "<b>'\""
    assert browser.post(path).status_code == 303  # and for five minutes it is not asked again
    assert len(done) == 3
