"""V10, V11, V13, V14: ballots, their boxes, and that each was opened or counted invalid.

The ballots themselves are read by `verify.ballots`; what it found becomes an outcome here.
"""

from verify.case import Case
from verify.checks.check import fail_on, first_of
from verify.encoding import tag
from verify.errors import Failed
from verify.ledger import Entry, b64url_decode, ed25519_valid
from verify.prose import Prose
from verify.rules import padded_length


def check_credentials(case: Case) -> Prose:
    """V10."""
    fail_on(case, "V10")
    return Prose(f"{case.scan.ballots} 张选票逐张核验", f"{case.scan.ballots} ballots, each verified")


def check_ballot_order(case: Case) -> Prose:
    """V11."""
    fail_on(case, "V11")
    return Prose("没有重复，次序不含信息", "no repeats; the order carries no information")


def check_boxes(case: Case) -> Prose:
    """V13."""
    if case.course.opening_faults:
        raise Failed(first_of(case.course.opening_faults, len(case.course.opening_faults)))
    opened = [poll for poll in case.course.polls if poll.opening is not None]
    for poll in opened:
        case.box_secret(poll)
    for entry in case.course.entries("objection"):
        _check_objection(case, entry)
    return Prose(f"{len(opened)} 个票箱按规定开启", f"{len(opened)} boxes opened as they may be")


def _check_objection(case: Case, entry: Entry) -> None:
    """An objection is a valid receipt for a ballot that is not there; anything else could be made up to stop a poll."""
    ballot = b64url_decode(entry.value["ballot"])
    receipt = b64url_decode(entry.value["receipt"])
    if not ed25519_valid(b64url_decode(case.meeting["receipt_key"]), tag("receipt") + ballot, receipt):
        raise Failed(f"line {entry.line}: an objection without a valid receipt")
    if ballot in case.found.ids:
        raise Failed(f"line {entry.line}: an objection about a ballot that the ledger holds")


def check_opening(case: Case) -> Prose:
    """V14: lengths that say nothing, and every ballot opened or counted invalid."""
    for paper in case.course.papers:
        length = padded_length(paper.contest["ballot"])
        if paper.entry.value["length"] != length:
            raise Failed(f"line {paper.entry.line}: expected length {length}, got {paper.entry.value['length']}")
    fail_on(case, "V14")
    opened = sum(sum(plaintexts.values()) for plaintexts in case.found.opened.values())
    sealed = case.scan.ballots - opened
    return Prose(
        f"开启 {opened} 张，其中 {case.found.unopened} 张无法解开、计为无效；未开启票箱中 {sealed} 张",
        f"{opened} opened, of which {case.found.unopened} did not open and are invalid; {sealed} in boxes not opened",
    )
