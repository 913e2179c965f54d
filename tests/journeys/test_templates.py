"""Each template played as a whole meeting, with votes on both sides of its numbers. Each plan shows the arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from ballot_service.meetings.templates import template_names
from ballot_service.rehearsal.plan import read_plan_file
from ballot_service.rehearsal.rehearse import RAN, rehearse
from ballot_service.rehearsal.telling import Telling
from tests.rsa_keys import KEYS

HERE = Path(__file__).parent / "templates"


@pytest.mark.parametrize("name", template_names())
def test_a_meeting_by_template_runs_as_its_plan_expects(name: str, tmp_path: Path) -> None:
    plan = HERE / f"{name.replace('/', '-')}.yaml"
    assert f"template: {name}\n" in plan.read_text(encoding="utf-8")
    telling = Telling(Console(highlight=False), "zh")
    assert rehearse(read_plan_file(plan), tmp_path, telling, generate_key=KEYS.for_meeting()) == RAN
