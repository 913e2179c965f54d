"""What a projector gets of a meeting that is run."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ballot_service.app import create_app
from ballot_service.screen.progress import TICK_SECONDS
from tests.meeting_kit import Hall, Json


class Projector:
    """Asks as the screen's script does; `later` is when the next answer is due."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.app = create_app(hall.service)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.now = 0.0
        self.app.extensions["ballot-screens"].now = lambda: self.now
        self.app.extensions["ballot-screens"].__post_init__()  # ticks by this clock

    def answer(self, **headers: str) -> TestResponse:
        return self.client.get(f"/m/{self.hall.id}/screen/data", headers=headers)

    def look(self) -> Json:
        """The scene after the next tick."""
        self.now += TICK_SECONDS
        answer = self.answer()
        assert answer.status_code == 200, answer.text
        found: Json = answer.get_json()
        return found

    def text(self) -> str:
        return json.dumps(self.look(), ensure_ascii=False)


def rows(scene: Json) -> list[dict[str, Any]]:
    return [row for table in scene["tables"] for row in table["rows"]]
