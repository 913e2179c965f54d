"""V03 and V05: who signed, and whether it agrees with what the reader brought along.

Text: docs/protocol.md §9, "V03 and V05, outcome by outcome".
"""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from verify.case import Case
from verify.checks.check import because_of, not_checked
from verify.encoding import tag
from verify.errors import Failed, Malformed, NotChecked, Unreadable
from verify.grammar import Course, Paper, Poll
from verify.ledger import (
    Checkpoint,
    VerifierKey,
    b64url_decode,
    ed25519_valid,
    leaf_hash,
    parse_checkpoint,
    parse_line,
    parse_verifier_key,
    signed_by,
)
from verify.options import Receipt
from verify.prose import Prose


def check_checkpoint_signature(case: Case) -> Prose:
    """V03. The key is pinned when it was given, or when entry 0, whose fingerprint was given, names it.

    A signature that does not verify under entry 0's own key fails, pinned or not. One that only the file's own key
    vouches for is not checked, with `--unpinned` too: what that option changes is whether the ledger is accepted so.
    """
    meeting, options = _first_entry(case), case.options
    checkpoint, key = case.scan.checkpoint, case.ledger_key
    assert checkpoint is not None
    if options.ledger_key is not None and options.ledger_key != key:
        raise Failed("entry 0 names another ledger key or origin than the key given")
    if checkpoint.origin != meeting["origin"]:
        raise Failed("the origin of the checkpoint is not that of entry 0")
    if not signed_by(checkpoint, key):
        raise Failed("the checkpoint is not signed by the ledger key")
    witnessed = _check_witnesses(case, checkpoint)
    if options.ledger_key is None and options.fingerprint is not None and not _fingerprint_matches(case):
        raise not_checked(
            "所给指纹不是本文件首条记录的指纹（见 V05），无从确认账本公钥",
            "the fingerprint given is not that of entry 0 (see V05): no key to trust",
        )
    if options.pinned:
        return Prose("由所给的密钥签名", "signed by the pinned key") + witnessed
    if options.unpinned:
        own = Prose(
            "按文件自己写明的账本公钥签名有效，来源未经核对",
            "the signature is valid under the file's own key, which nothing vouches for",
        )
        raise NotChecked(own + witnessed)
    raise not_checked(
        "没有给出指纹或账本公钥，无法确认签名者",
        "neither --fingerprint nor --ledger-key was given: anybody may have signed",
    )


def check_consistency(case: Case) -> Prose:
    """V05: the fingerprint, the checkpoints and the receipts that the reader brought along."""
    _first_entry(case)
    options = case.options
    if options.fingerprint is not None and not _fingerprint_matches(case):
        raise Failed("the fingerprint of this ledger is not the one given")
    for name, checkpoint in options.checkpoints:
        _check_earlier_checkpoint(case, name, checkpoint)
    told = Counter(_check_receipt(case, receipt) for receipt in options.receipts)
    if options.fingerprint is None:
        case.not_covered.append(Prose("V05：没有提供会议指纹", "V05: no fingerprint supplied"))
    if not options.checkpoints:
        case.not_covered.append(Prose("V05：没有提供先前保存的校验点", "V05: no earlier checkpoint supplied"))
    if not options.receipts:
        case.not_covered.append(Prose("V05：没有提供投票人的回执", "V05: no receipt supplied"))
    pins, notes, found = int(options.fingerprint is not None), len(options.checkpoints), told[_CONSISTENT]
    detail = Prose(
        f"与所给的指纹 {pins} 个、校验点 {notes} 个、回执 {found} 张一致",
        f"consistent with what was given: fingerprints {pins}, checkpoints {notes}, receipts {found}",
    )
    if told[_UNDECIDED]:
        detail += Prose(f"；暂不能判断的回执 {told[_UNDECIDED]} 张", f"; receipts undecided: {told[_UNDECIDED]}")
    if told[_NO_EVIDENCE]:
        detail += Prose(
            f"；不能作为证据的回执 {told[_NO_EVIDENCE]} 张", f"; receipts that are no evidence: {told[_NO_EVIDENCE]}"
        )
    return detail


def _first_entry(case: Case) -> Mapping[str, Any]:
    try:
        return case.meeting
    except Failed as error:
        reason = Prose("首条记录不是会议记录，或不合格式", "the first line is no meeting entry that can be read")
        raise NotChecked(reason) from error


def _in_order(case: Case) -> Course:
    """The course of the meeting. Raises: NotChecked, where the entries have no order or, with a fault in the form of a
    ballot, V06 is not made.
    """
    if case.found.fault_counts["V02"]:
        raise NotChecked(because_of("V06"))
    try:
        return case.course
    except Failed as error:
        raise NotChecked(because_of("V06")) from error


def _fingerprint_matches(case: Case) -> bool:
    """Words pin the first 88 bits, hexadecimal digits all 256."""
    given = case.options.fingerprint
    return given is not None and case.fingerprint[: len(given)] == given


def _check_witnesses(case: Case, checkpoint: Checkpoint) -> Prose:
    """V03: the witnesses on the last checkpoint and on every close note: a quorum of those of entry 0, unless an entry
    waives it, and every one that the reader asks for, which nothing in the ledger can waive.

    `witness-waived` names no poll: it excuses every later opening, and the last checkpoint.
    """
    quorum, asked = case.meeting["witnesses"]["quorum"], case.options.witnesses
    witnesses = _witnesses_of_meeting(case)
    if quorum == 0 and not asked:
        return Prose("", "")
    course = _in_order(case)
    waivers = [entry.index for entry in course.entries("witness-waived")]
    for poll in course.polls:
        if poll.opening is None or poll.closed is None:
            continue
        try:
            close = parse_checkpoint(poll.opening.value["close"].encode())
        except Malformed:
            continue  # V13 says so
        what, waived = f"line {poll.opening.line}: close", any(index < poll.opening.index for index in waivers)
        _require_witnesses(close, witnesses, 0 if waived else quorum, what)
        _require_each(close, asked, what)
    _require_witnesses(checkpoint, witnesses, 0 if waivers else quorum, "the checkpoint")
    _require_each(checkpoint, asked, "the checkpoint")
    told = Prose("", "")
    if quorum:
        told += Prose(
            f"；见证 {quorum} 家，豁免 {len(waivers)} 次", f"; {quorum} witnesses, waived {len(waivers)} times"
        )
    if asked:
        told += Prose(f"；所要求的见证 {len(asked)} 家均已签名", f"; cosigned by the witnesses asked for: {len(asked)}")
    return told


def _witnesses_of_meeting(case: Case) -> list[VerifierKey]:
    """The witness keys of entry 0. Raises: Failed."""
    witnesses = []
    for text in case.meeting["witnesses"]["keys"]:
        try:
            key = parse_verifier_key(text)
        except Malformed as error:
            raise Failed(f"a witness of entry 0: {error}") from error
        if key.kind != "witness":
            raise Failed("a witness of entry 0 has no cosignature key")
        witnesses.append(key)
    return witnesses


def _require_witnesses(checkpoint: Checkpoint, witnesses: list[VerifierKey], quorum: int, what: str) -> None:
    signed = sum(signed_by(checkpoint, key) for key in witnesses)
    if signed < quorum:
        raise Failed(f"{what}: expected {quorum} witnesses, got {signed}")


def _require_each(checkpoint: Checkpoint, asked: tuple[VerifierKey, ...], what: str) -> None:
    for key in asked:
        if not signed_by(checkpoint, key):
            raise Failed(f"{what}: not cosigned by {key.name}, as --witness asks")


def _check_earlier_checkpoint(case: Case, name: str, checkpoint: Checkpoint) -> None:
    what = f"checkpoint {name}"
    if checkpoint.origin != case.meeting["origin"]:
        raise Failed(f"{what}: of another ledger")
    if not signed_by(checkpoint, case.ledger_key):
        raise Failed(f"{what}: not signed by the key of this ledger")
    if checkpoint.tree_size > case.scan.tree_size:
        raise Failed(f"{what}: of {checkpoint.tree_size} entries, this ledger holds only {case.scan.tree_size}")
    # The empty tree has a root of its own and no entries to read: it says nothing, and is compared all the same.
    if case.scan.roots.get(checkpoint.tree_size, sha256(b"").digest()) != checkpoint.root_hash:
        raise Failed(f"{what}: this ledger does not begin with what was signed then")


# What a receipt says about a ledger that it does not contradict.
_CONSISTENT, _UNDECIDED, _NO_EVIDENCE = "consistent", "undecided", "no evidence"
_V05 = Prose("V05：", "V05: ")


def _check_receipt(case: Case, receipt: Receipt) -> str:
    """A valid receipt whose ballot is not in the ledger proves that the ballot was dropped.

    Unless its poll was voided while it was open, or has not been closed yet: then no ballot of it enters the ledger.
    A line that is not the receipt's own names no poll: it excuses nothing, and makes the file no evidence of anything
    good, but what is signed still convicts.
    """
    zh, what = f"回执 {receipt.name}", f"receipt {receipt.name}"
    message = tag("receipt") + receipt.ballot
    key = b64url_decode(case.meeting["receipt_key"])
    if receipt.meeting != case.meeting["id"] or not ed25519_valid(key, message, receipt.receipt):
        unsigned = Prose(f"{zh} 不是本次会议签发的，不能作为证据", f"{what} is not signed by this meeting: no evidence")
        case.not_covered.append(_V05 + unsigned)
        return _NO_EVIDENCE
    remark, told = _excuse(case, receipt)
    if receipt.line is not None and leaf_hash(receipt.line) != receipt.ballot:
        told = _NO_EVIDENCE
        remark = Prose(f"{zh} 附的是另一张选票，不能作为证据", f"{what} holds the line of another ballot: no evidence")
    if remark is not None:
        case.not_covered.append(_V05 + remark)
    return told


def _excuse(case: Case, receipt: Receipt) -> tuple[Prose | None, str]:
    """Why the ledger need not hold the ballot of a valid receipt, and what that makes of it. Raises: Failed."""
    zh, what = f"回执 {receipt.name}", f"receipt {receipt.name}"
    if receipt.ballot in case.found.ids:
        return None, _CONSISTENT
    course = _in_order(case)
    dropped = Failed(f"{what}: dropped, proven: the service signed for a ballot that this ledger does not hold")
    paper = _paper_of_receipt(course, receipt)
    if isinstance(paper, Paper):
        if paper.poll is not None and _voided_while_open(paper.poll):
            voided = Prose(
                f"{zh} 属于投票 {paper.poll.id}，该次投票在进行中作废",
                f"{what} is of poll {paper.poll.id}, which was voided while it was open",
            )
            return voided, _CONSISTENT
        unfinished = course.closed is None and (paper.poll is None or paper.poll.closed is None)
        if not unfinished:
            raise dropped
    elif course.closed is not None and not any(_voided_while_open(poll) for poll in course.polls):
        raise dropped
    undecided = Prose(
        f"{zh} 的选票可能属于进行中作废的投票，或者尚未入账",
        f"{what} is of a ballot that may belong to a poll voided while open, or still to come",
    )
    return undecided, _UNDECIDED


def _paper_of_receipt(course: Course, receipt: Receipt) -> Paper | None:
    """The paper of the ballot line beside a receipt; None without a line that belongs to it."""
    if receipt.line is None or leaf_hash(receipt.line) != receipt.ballot:
        return None
    try:
        paper = parse_line(receipt.line, 1).get("paper")
        return course.paper_of(paper) if isinstance(paper, str) else None
    except (Malformed, Unreadable):
        return None


def _voided_while_open(poll: Poll) -> bool:
    return poll.voided is not None and poll.closed is None
