"""Figures of a voter class that do not come from the ballots: who was expected, came, was given a paper, returned one.

Text: docs/rules.md, "Counts". Whole numbers of people or ballots, per contest and class.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from verify.rules.errors import RulesError


@dataclass(frozen=True)
class ClassFigures:
    """One class in one contest. Creating an impossible one raises RulesError.

    Whether people add up (returned ≤ issued ≤ present ≤ expected) is a check of the verifier, not a condition here:
    a ledger where they do not is still counted, so that the report can show it.
    """

    expected: int  # 应到
    present: int  # 实到: the last attendance before the poll closed
    issued: int  # 发出: see `issued`
    returned: int  # 收回: ballots cast, on paper too, readable or not
    observer: bool = False  # 列席: never in the totals expected and present, nor in a quorum

    def __post_init__(self) -> None:
        if min(self.expected, self.present, self.issued, self.returned) < 0:
            raise RulesError("a figure of a class is below zero")


def issued(*, redeemed: int, replaced: int = 0, recused: int = 0, handed_out: int = 0) -> int:
    """发出: slips redeemed by the close − replaced − recused + paper ballots handed out.

    Below zero when more holders were recused than redeemed; `ClassFigures` then refuses it.

    Source: docs/rules.md, "Counts".
    """
    return redeemed - replaced - recused + handed_out


def total_figures(classes: Iterable[ClassFigures]) -> ClassFigures:
    """Add up classes. Observers never count in expected and present; what they were issued and returned counts."""
    figures = list(classes)
    return ClassFigures(
        expected=sum(one.expected for one in figures if not one.observer),
        present=sum(one.present for one in figures if not one.observer),
        issued=sum(one.issued for one in figures),
        returned=sum(one.returned for one in figures),
    )
