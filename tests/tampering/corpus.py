"""The forged ledgers of all modules, together: what both verifiers are held to, and the places of the first."""

from typing import Any

from tests.tampering import test_forged_bars, test_forged_evidence, test_forged_ledgers, test_forged_outcomes

FORGERIES: list[Any] = [
    param
    for module in (test_forged_ledgers, test_forged_outcomes, test_forged_bars, test_forged_evidence)
    for param in module.forgery.params
]
