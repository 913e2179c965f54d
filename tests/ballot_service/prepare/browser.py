"""A browser without a script: it sends what a page's form holds, as a clerk changed it, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.meetings.publish import Published
from ballot_service.service import Service
from tests.rsa_keys import KEYS

Values = dict[str, list[str]]


@dataclass
class Form:
    """One form of a page: what it sends when nothing is changed, and what could be changed."""

    action: str
    values: Values = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    buttons: set[tuple[str, str]] = field(default_factory=set)


class Page(HTMLParser):
    """The forms and the words of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.forms: list[Form] = []
        self.mistakes: list[str] = []
        self._select = self._textarea = ""
        self._mistake = False
        self.feed(source)

    def form(self, action: str) -> Form:
        return next(one for one in self.forms if one.action.endswith(action))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._mistake = tag == "p" and given.get("class") == "mistake"
        if tag == "form":
            self.forms.append(Form(given["action"] or ""))
        name = given.get("name") or ""
        if not self.forms or (not name and tag != "option"):
            return
        form = self.forms[-1]
        if tag == "input":
            form.inputs.add(name)
            kind = given.get("type")
            if kind != "file" and (kind not in ("checkbox", "radio") or "checked" in given):
                form.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            form.inputs.add(name)
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form.values):
            form.values[self._select] = [given.get("value") or ""]
        elif tag == "textarea":
            form.inputs.add(name)
            self._textarea = name
            form.values[name] = [""]
        elif tag == "button":
            form.buttons.add((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._textarea = ""
        if tag == "p":
            self._mistake = False

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].values[self._textarea][0] += data
        if self._mistake:
            self.mistakes.append(data)


class WithKeptKeys(Service):
    """Keys that were drawn once: what is proved here is not their making."""

    def publish(self, plan: MeetingPlan, **others: Any) -> Published:
        return super().publish(plan, **{"generate_key": KEYS.for_meeting(), **others})


class Clerk:
    """Somebody who prepares meetings."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.service = WithKeptKeys(Config(data_dir=folder, officer_limit_per_account="100000 per minute", **settings))
        self.app = create_app(self.service)
        self.client = self.app.test_client()
        code = self.service.accounts.make_code()
        assert self.client.post("/login", data={"code": code}).status_code == 303
        (self.account,) = [one.id for one in self.service.accounts.everyone()]

    def close(self) -> None:
        self.service.close()

    def look(self, address: str, status: int = 200) -> Page:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return Page(answer.text)

    def send(
        self, page: Page, action: str, changes: Mapping[str, Any] | None = None, *, act: str = "", **headers: str
    ) -> TestResponse:
        """Send a form of a page with some inputs changed; every one of them must be on the page."""
        forms = [one for one in page.forms if one.action.endswith(action)]
        form = next((one for one in forms if ("act", act) in one.buttons), forms[0])
        values = {**form.values}
        for name, value in (changes or {}).items():
            assert name in form.inputs, f"the page has no input {name}"
            values[name] = value if isinstance(value, list) else [value]
        if act:
            assert ("act", act) in form.buttons, f"the page has no button {act}"
            values["act"] = [act]
        flat = MultiDict([(name, one) for name, many in values.items() for one in many])
        return self.client.post(form.action, data=flat, content_type="multipart/form-data", headers=headers)

    def upload(self, page: Page, action: str, changes: Mapping[str, str], name: str, data: bytes) -> TestResponse:
        """Send a form with a file."""
        form = page.form(action)
        assert name in form.inputs
        sent: dict[str, Any] = {key: values[0] for key, values in form.values.items()}
        sent |= {**changes, name: (io.BytesIO(data), "file.json")}
        return self.client.post(form.action, data=sent, content_type="multipart/form-data")

    def begin(self, template: str = "") -> str:
        """A new draft; returns its address."""
        page = self.look("/drafts/new")
        assert not template or ("template", template) in page.form("/drafts/new").buttons
        answer = self.client.post(
            "/drafts/new", data={"csrf": page.form("/drafts/new").values["csrf"][0], "template": template}
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].removesuffix("/basics")

    def item(self, draft: str, number: int = 0) -> str:
        """The address of an item's page."""
        content = self.content(draft)
        return f"{draft}/items/{content['items'][number]['key']}"

    def content(self, draft: str) -> dict[str, Any]:
        drafts = self.app.extensions["ballot-drafts"]
        content: dict[str, Any] = drafts.get(self.account, draft.rpartition("/")[2]).content
        return content
