"""The one place where outcomes are judged: pure rules, exact arithmetic, standard library only.

The verifier recounts with it, and the service computes what it announces with it. Imports nothing outside itself; no
files, network, clock or randomness. Text: docs/rules.md.

A new ballot kind is one file in `choices/` and one line in its registry; a new rule likewise in `judging/`.
"""

from verify.rules.admission import may_admit
from verify.rules.announce import AUDIENCES, Announced, check_announcement, default_audience, voters_may_see
from verify.rules.barring import barred_nominees, barred_people, counts_for_bars, post_rounds
from verify.rules.canonical import decode_canonical, encode_canonical
from verify.rules.choices import Choice, pad_plaintext, padded_length, read_choice
from verify.rules.choices.characters import is_settled
from verify.rules.classes import class_too_small_to_publish, too_small
from verify.rules.days import due_date
from verify.rules.errors import CanonicalError, MalformedNumber, NotNow, RulesError
from verify.rules.exact import display_number, display_percent, format_decimal, format_exact, read_computed, read_exact
from verify.rules.figures import ClassFigures, issued, total_figures
from verify.rules.judging.quorum import Quorum, judge_quorum, nearest_quorum, read_quorum
from verify.rules.proposals import proposals_of
from verify.rules.result import result_form
from verify.rules.round import check_contest, judge_round
from verify.rules.rounds import final, may_decide, next_round
from verify.rules.scores import check_scores, input_fits, judge_scores
from verify.rules.steps import missing_step, step_in_order

__all__ = [
    "AUDIENCES",
    "Announced",
    "CanonicalError",
    "Choice",
    "ClassFigures",
    "MalformedNumber",
    "NotNow",
    "Quorum",
    "RulesError",
    "barred_nominees",
    "barred_people",
    "check_announcement",
    "check_contest",
    "check_scores",
    "class_too_small_to_publish",
    "counts_for_bars",
    "decode_canonical",
    "default_audience",
    "display_number",
    "display_percent",
    "due_date",
    "encode_canonical",
    "final",
    "format_decimal",
    "format_exact",
    "input_fits",
    "is_settled",
    "issued",
    "judge_quorum",
    "judge_round",
    "judge_scores",
    "may_admit",
    "may_decide",
    "missing_step",
    "nearest_quorum",
    "next_round",
    "pad_plaintext",
    "padded_length",
    "post_rounds",
    "proposals_of",
    "read_choice",
    "read_computed",
    "read_exact",
    "read_quorum",
    "result_form",
    "step_in_order",
    "too_small",
    "total_figures",
    "voters_may_see",
]
