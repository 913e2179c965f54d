"""The order of slips on paper and in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ballot_service.meetings.publish import PrintedSlip


def in_printing_order(slips: Sequence[PrintedSlip], fields: Mapping[str, Any]) -> list[PrintedSlip]:
    """Reserve slips last, classes as in the meeting file; within a class as publishing shuffled them."""
    order = {one["id"]: place for place, one in enumerate(fields["classes"])}
    return sorted(slips, key=lambda slip: (slip.reserve, order[slip.voter_class]))  # stable
