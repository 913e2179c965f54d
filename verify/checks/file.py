"""V01, V02, V04, V06: the file, its lines, its tree and the order of its entries.

Most of it was found out when the file was read (`verify.case`); here it becomes an outcome.
"""

from verify.case import Case
from verify.checks.check import fail_on, first_of
from verify.errors import Failed
from verify.prose import Prose


def check_file(case: Case) -> Prose:
    """V01. A file beyond the limits raised Unreadable before this; ballots are looked at here too."""
    _ = case.found
    return Prose(f"{case.scan.tree_size} 条记录", f"{case.scan.tree_size} entries")


def check_form(case: Case) -> Prose:
    """V02."""
    ballot_faults = case.found.faults.get("V02", [])
    if case.field_faults or ballot_faults:
        count = len(case.field_faults) + case.found.fault_counts["V02"]
        raise Failed(first_of([*case.field_faults, *ballot_faults], count))
    return Prose("每行都是唯一写法，字段齐全", "every line in its one spelling, with exactly its fields")


def check_tree(case: Case) -> Prose:
    """V04."""
    checkpoint = case.scan.checkpoint
    assert checkpoint is not None
    if checkpoint.tree_size != case.scan.tree_size:
        raise Failed(f"the checkpoint is of {checkpoint.tree_size} entries, the file holds {case.scan.tree_size}")
    if checkpoint.root_hash != case.scan.root_hash:
        raise Failed("the root of the tree over all lines is not the one in the checkpoint")
    return Prose("全部记录的树根一致", "the root over all lines is the one signed")


def check_order(case: Case) -> Prose:
    """V06. Ballots on papers of another poll are found only when they are read."""
    course = case.course
    fail_on(case, "V06")
    return Prose(
        f"{len(course.papers)} 张选票样张，{len(course.polls)} 次投票",
        f"{len(course.papers)} papers, {len(course.polls)} polls",
    )
