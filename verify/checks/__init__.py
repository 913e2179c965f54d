"""The checks, V01 to V20, one function each, in the order the report prints them.

Text: docs/protocol.md §9. The whole proof is the list `CHECKS` below, fixed before the first check runs; each module
of this package holds one group, to be read by itself. A check whose ground was taken away by an earlier one (`needs`)
is not made, and says which one it was.
"""

from verify.case import Case
from verify.checks.ballots import check_ballot_order, check_boxes, check_credentials, check_opening
from verify.checks.check import Check, Outcome, because_of
from verify.checks.file import check_file, check_form, check_order, check_tree
from verify.checks.lists import check_keys, check_slips
from verify.checks.meetings import check_previous, check_sequence
from verify.checks.outcomes import check_announcements, check_results, check_scores
from verify.checks.papers import check_papers
from verify.checks.people import check_conditions, check_numbers
from verify.checks.trust import check_checkpoint_signature, check_consistency
from verify.errors import Failed, NotChecked
from verify.prose import Prose
from verify.reasons import in_chinese

__all__ = ["CHECKS", "Check", "Outcome", "run_checks"]

CHECKS: tuple[Check, ...] = (
    Check("V01", Prose("文件完整可读，大小不超限", "the file can be read, within its limits"), (), check_file),
    Check(
        "V02", Prose("每条记录写法唯一、字段已知", "every entry in its one spelling, with known fields"), (), check_form
    ),
    Check(
        "V03",
        Prose("校验点由应有的密钥签名", "the checkpoint is signed by the key it should be"),
        (),
        check_checkpoint_signature,
    ),
    Check("V04", Prose("签名覆盖全部记录", "the signature covers all entries"), (), check_tree),
    Check(
        "V05",
        Prose("与纸上、屏上和手机里的凭据一致", "it agrees with the paper, the screen and the phones"),
        (),
        check_consistency,
    ),
    Check(
        "V06", Prose("记录次序符合会议程序", "the entries are in an order a meeting may take"), ("V02",), check_order
    ),
    Check("V07", Prose("密钥与凭条名单没有被换", "keys and slip lists are the published ones"), ("V06",), check_keys),
    Check("V08", Prose("选票与议程一字不差", "the papers are the agenda's, word for word"), ("V06",), check_papers),
    Check(
        "V09",
        Prose("凭条不多不少，每张只用一次", "as many slips as published, each used once"),
        ("V07",),
        check_slips,
    ),
    Check(
        "V10",
        Prose("每张选票都有资格、有签名", "every ballot has its credential and its signature"),
        ("V07",),
        check_credentials,
    ),
    Check("V11", Prose("没有一张选票重复", "no ballot comes twice"), ("V07",), check_ballot_order),
    Check(
        "V12",
        Prose("票数不超过发出数和到会人数", "no more ballots than were given out, and than people present"),
        ("V08", "V09"),
        check_numbers,
    ),
    Check(
        "V13",
        Prose("截止后才开箱，份额属实", "boxes were opened after the close, with true shares"),
        ("V06",),
        check_boxes,
    ),
    Check(
        "V14",
        Prose("每张选票都已解开或计为无效", "every ballot was opened or counted invalid"),
        ("V07", "V13"),
        check_opening,
    ),
    Check(
        "V15",
        Prose("人数、程序在投票开始时符合规定", "quorum and steps held when each poll opened"),
        ("V08", "V09"),
        check_conditions,
    ),
    Check(
        "V16",
        Prose("重新计票，结果一致", "the recount gives the recorded results"),
        ("V08", "V10", "V11", "V12", "V13", "V14"),
        check_results,
    ),
    Check(
        "V17",
        Prose("重投、决定和提名限制符合规则", "re-votes, decisions and bars follow the rules"),
        ("V06",),
        check_sequence,
    ),
    Check(
        "V18",
        Prose("得分重新计算，结果一致", "the scores recomputed are those recorded"),
        ("V08", "V10", "V11", "V12", "V13", "V14"),
        check_scores,
    ),
    Check(
        "V19",
        Prose("只宣布了可以宣布的结果", "only what may be announced was announced"),
        ("V06",),
        check_announcements,
    ),
    Check("V20", Prose("与上一次会议的账本相接", "it follows on the previous ledger"), ("V02",), check_previous),
)


def run_checks(case: Case) -> list[Outcome]:
    """Make all checks in order. Raises: Unreadable, when the ballots in the file turn out not to be."""
    outcomes: dict[str, Outcome] = {}
    for check in CHECKS:
        blocked = next((need for need in check.needs if outcomes[need].outcome != "pass"), None)
        if blocked is not None:
            outcome, detail = "not checked", because_of(blocked)
        else:
            try:
                outcome, detail = "pass", check.run(case)
            except Failed as error:
                outcome, detail = "fail", Prose(in_chinese(str(error)), str(error))
            except NotChecked as error:
                outcome, detail = "not checked", error.why
        outcomes[check.id] = Outcome(check, outcome, detail)
    return list(outcomes.values())
