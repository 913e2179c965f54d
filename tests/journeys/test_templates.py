"""Each template played as a whole meeting, with votes on both sides of its numbers. Each plan shows the arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from ballot_service.cli import main
from ballot_service.meetings.templates import template_names

HERE = Path(__file__).parent / "templates"


@pytest.mark.parametrize("name", template_names())
def test_a_meeting_by_template_runs_as_its_plan_expects(name: str, tmp_path: Path) -> None:
    plan = HERE / f"{name.replace('/', '-')}.yaml"
    assert f"template: {name}\n" in plan.read_text(encoding="utf-8")
    assert main(["rehearse", str(plan), "--out", str(tmp_path)]) == 0
