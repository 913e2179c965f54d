"""The rules of a contest, evaluated in order: one judgement per file, one registry line each.

Text: docs/rules.md, "Rules". A rule reads the count and what earlier rules found, and adds to `state.Judging`.
"""

from verify.rules.judging import bands, bar, flag, mean, pass_line, quorum, rank, rate, seats
from verify.rules.judging.state import Judging, Rule

RULES: dict[str, Rule] = {
    "quorum": quorum.judge,
    "pass": pass_line.judge,
    "seats": seats.judge,
    "bar": bar.judge,
    "rate": rate.judge,
    "mean": mean.judge,
    "bands": bands.judge,
    "flag": flag.judge,
    "rank": rank.judge,
}

__all__ = ["RULES", "Judging", "Rule"]
