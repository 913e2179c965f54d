"""A venue hub as the service meets it: a program that types a code, reports, and is asked for its ballots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ballot_service.hubs.codes import spell_code
from ballot_service.service import Service

API = "/api/v1"
HEALTHY: dict[str, Any] = {
    "waiting": {},
    "delivered": [],
    "assisted": {},
    "lost": {},
    "terminals": [{"name": "1", "state": "idle", "camera": "ok"}],
    "disk_free": 20_000_000_000,
}


@dataclass
class Venue:
    """One paired hub."""

    client: FlaskClient
    meeting_id: str
    id: str
    name: str
    token: str

    def report(self, *, meeting_id: str | None = None, **fields: Any) -> TestResponse:
        return self.client.post(
            f"{API}/meetings/{meeting_id or self.meeting_id}/hub",
            json={**HEALTHY, **fields},
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def says(self, **fields: Any) -> dict[str, Any]:
        """What it is told in return."""
        answer = self.report(**fields)
        assert answer.status_code == 200, answer.get_json()
        told: dict[str, Any] = answer.get_json()
        return told


def pair(client: FlaskClient, code: str) -> TestResponse:
    return client.post(f"{API}/hubs", json={"code": code})


def paired(service: Service, client: FlaskClient, meeting_id: str, name: str = "一楼会议室") -> Venue:
    answer = pair(client, spell_code(service.hubs.make_code(meeting_id, name)))
    assert answer.status_code == 201, answer.get_json()
    told = answer.get_json()
    assert told.keys() == {"hub", "meeting", "name", "token"}
    assert (told["meeting"], told["name"]) == (meeting_id, name)
    return Venue(client, meeting_id, told["hub"], name, told["token"])
