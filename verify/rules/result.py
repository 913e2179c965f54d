"""The round object as the ledger's `result` entry holds it: outcomes without prose.

Judgements, proposals, `working` and `display` are written for people, in words and roundings of whoever shows them.
Outside the ledger they may differ between verifiers; inside it every verifier must agree byte for byte.
"""

from collections.abc import Mapping
from typing import Any


def result_form(judged: Mapping[str, Any]) -> dict[str, Any]:
    """A round object without `judgements`, `proposals`, every `display` and every `working`.

    Taken off where they are fields; a candidate or a rule whose id is one of these words stays.

    Source: docs/formats/ledger.md, `result`.
    """
    form = {name: part for name, part in judged.items() if name not in ("judgements", "proposals")}
    if judged["quorum"] is not None:
        form["quorum"] = _without_prose(judged["quorum"])
    form["values"] = {rule_id: _without_prose(value) for rule_id, value in judged["values"].items()}
    return form


def _without_prose(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in ("display", "working")}
