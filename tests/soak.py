"""A heavy test runs small with all others, and in full with those marked `soak`."""

from __future__ import annotations

from typing import Any

import pytest


def soaked(sample: int, full: int) -> list[Any]:
    """Values for `parametrize`: how many of whatever the test counts."""
    return [sample, pytest.param(full, marks=pytest.mark.soak)]
