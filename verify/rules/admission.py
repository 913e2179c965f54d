"""Items that were not on the agenda (紧急议题): let in by a motion that passed, never about cadres.

Text: docs/rules.md, "Added items". 不得临时动议研究干部议题: no vote can let such an item in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from verify.rules.errors import NotNow


def may_admit(
    item: Mapping[str, Any],
    motion: Mapping[str, Any] | None,
    rounds: Sequence[Mapping[str, Any]],
    already: int,
) -> None:
    """Refuse an item that this motion does not let in.

    motion: the contest that is said to admit it, None when there is none of that id. rounds: its counted rounds.
    already: items that it let in before. Each candidate who passed in its last round lets in one item.

    Raises: NotNow `ad-hoc-cadre-item` or `not-admitted`. Source: docs/rules.md, "Added items".
    """
    if item["cadre"]:
        raise NotNow("ad-hoc-cadre-item", "an item about cadres must stand on the agenda before publishing")
    if motion is None:
        raise NotNow("not-admitted", "there is no contest of that id to admit it")
    if motion["ballot"]["kind"] != "approval" or not rounds or not rounds[-1]["passed"]:
        raise NotNow("not-admitted", "the motion that should admit it has not passed")
    passed = len(rounds[-1]["passed"])
    if already >= passed:
        raise NotNow("not-admitted", f"the motion let in {already} already, as many as passed")
