"""The checks, V01 to V20, one function each, in the order the report prints them.

Text: docs/protocol.md §9. The whole proof is the list `CHECKS` at the end of this file, fixed before the first check
runs. A check returns a sentence when it holds, raises Failed when it does not, and NotChecked when nobody can tell;
a check whose ground was taken away by an earlier one (`needs`) is not made, and says which one it was.

The results that a service recorded are what the *next* steps of the meeting were taken on, so V08 and V17 judge rounds
and decisions by the recorded results; that these are right is V16's business alone.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from verify.case import Case
from verify.encoding import tag
from verify.errors import Failed, Malformed, NotChecked, Unreadable
from verify.grammar import Course, Paper, Poll
from verify.ledger import (
    Checkpoint,
    Entry,
    SlipTable,
    VerifierKey,
    b64url_decode,
    b64url_encode,
    ed25519_valid,
    leaf_hash,
    parse_checkpoint,
    parse_line,
    parse_verifier_key,
    signed_by,
)
from verify.options import Receipt
from verify.prose import Prose
from verify.rules import (
    NotNow,
    RulesError,
    check_announcement,
    class_too_small_to_publish,
    encode_canonical,
    judge_quorum,
    may_decide,
    missing_step,
    nearest_quorum,
    next_round,
    padded_length,
    result_form,
    step_in_order,
    too_small,
)


@dataclass(frozen=True)
class Check:
    """One check: its number, its title in plain words, the checks it stands on, and the function that makes it."""

    id: str
    title: Prose
    needs: tuple[str, ...]
    run: Callable[[Case], Prose]


@dataclass(frozen=True)
class Outcome:
    """What a check came to: "pass", "fail" or "not checked", and why."""

    check: Check
    outcome: str
    detail: Prose


def run_checks(case: Case) -> list[Outcome]:
    """Make all checks in order. Raises: Unreadable, when the ballots in the file turn out not to be."""
    outcomes: dict[str, Outcome] = {}
    for check in CHECKS:
        blocked = next((need for need in check.needs if outcomes[need].outcome != "pass"), None)
        if blocked is not None:
            outcome, detail = "not checked", _because_of(blocked)
        else:
            try:
                outcome, detail = "pass", check.run(case)
            except Failed as error:
                outcome, detail = "fail", Prose.same(str(error))
            except NotChecked as error:
                outcome, detail = "not checked", error.args[0]
        outcomes[check.id] = Outcome(check, outcome, detail)
    return list(outcomes.values())


def _because_of(check_id: str) -> Prose:
    return Prose(f"因为 {check_id} 没有通过，未作检查", f"not checked because {check_id} did not pass")


def _not_checked(zh: str, en: str) -> NotChecked:
    return NotChecked(Prose(zh, en))


# -------------------------------------------------------------------------------------------- V01 to V06: the file


def check_file(case: Case) -> Prose:
    """V01. A file beyond the limits raised Unreadable before this; ballots are looked at here too."""
    _ = case.found
    return Prose(f"{case.scan.tree_size} 条记录", f"{case.scan.tree_size} entries")


def check_form(case: Case) -> Prose:
    """V02."""
    ballot_faults = case.found.faults.get("V02", [])
    if case.field_faults or ballot_faults:
        count = len(case.field_faults) + case.found.fault_counts["V02"]
        raise Failed(_first_of([*case.field_faults, *ballot_faults], count))
    return Prose("每行都是唯一写法，字段齐全", "every line in its one spelling, with exactly its fields")


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
        raise _not_checked(
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
    raise _not_checked(
        "没有给出指纹或账本公钥，无法确认签名者",
        "neither --fingerprint nor --ledger-key was given: anybody may have signed",
    )


def check_tree(case: Case) -> Prose:
    """V04."""
    checkpoint = case.scan.checkpoint
    assert checkpoint is not None
    if checkpoint.tree_size != case.scan.tree_size:
        raise Failed(f"the checkpoint is of {checkpoint.tree_size} entries, the file holds {case.scan.tree_size}")
    if checkpoint.root_hash != case.scan.root_hash:
        raise Failed("the root of the tree over all lines is not the one in the checkpoint")
    return Prose("全部记录的树根一致", "the root over all lines is the one signed")


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
        case.not_covered.append("V05: no fingerprint supplied")
    if not options.checkpoints:
        case.not_covered.append("V05: no earlier checkpoint supplied")
    if not options.receipts:
        case.not_covered.append("V05: no receipt supplied")
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


def check_order(case: Case) -> Prose:
    """V06. Ballots on papers of another poll are found only when they are read."""
    course = case.course
    _fail_on(case, "V06")
    return Prose(
        f"{len(course.papers)} 张选票样张，{len(course.polls)} 次投票",
        f"{len(course.papers)} papers, {len(course.polls)} polls",
    )


# ---------------------------------------------------------------------------- V07 to V09: keys, papers and slips


def check_keys(case: Case) -> Prose:
    """V07: issuer keys that cannot betray a voter, the lists that entry 0 commits to, no key in two roles."""
    moduli = case.moduli
    _check_slip_roots(case)
    _check_distinct_keys(case)
    number = sum(len(page) for pages in moduli.values() for page in pages)
    return Prose(f"{number} 把签发密钥", f"{number} issuer keys")


def check_papers(case: Case) -> Prose:
    """V08: every paper is the agenda's contest, in the round whose turn it was, with the names then left.

    A paper that was polled is judged at its `poll-open`: a decision may come after printing. One that was never
    polled only has to be of the agenda.
    """
    history = _History(case)
    for entry in case.course.entries("paper", "poll-open", "result", "decision"):
        if entry.type == "paper":
            _check_against_agenda(case, next(paper for paper in case.course.papers if paper.entry is entry))
        elif entry.type == "poll-open":
            poll = case.course.poll_of(entry)
            assert poll is not None
            for paper in poll.papers:
                _check_round(case, history, paper, f"line {entry.line}")
        else:
            history.add(entry)
    return Prose(
        f"{len(case.course.papers)} 张选票样张与议程一致", f"{len(case.course.papers)} papers as in the agenda"
    )


def check_slips(case: Case) -> Prose:
    """V09. Slips ascend by id over the whole list."""
    slips, meeting = case.scan.slips, case.meeting
    if slips.first_disorder is not None:
        raise Failed(f"line {slips.first_disorder}: slips do not ascend by id, or one comes twice")
    for one in meeting["classes"]:
        listed, spare = _count_slips(slips, one["id"])
        reserve = meeting["reserve"].get(one["id"], 0)
        if spare != reserve:
            raise Failed(f"class {one['id']}: expected {reserve} reserve slips, got {spare}")
        if listed - spare != one["expected"]:
            raise Failed(f"class {one['id']}: expected {one['expected']} slips, got {listed - spare}")
    for committed in meeting["slips"]:
        listed, _ = _count_slips(slips, committed["class"])
        if committed["count"] != listed:
            raise Failed(f"class {committed['class']}: entry 0 says {committed['count']} slips, the list has {listed}")
    unknown = set(slips.classes) - {one["id"] for one in meeting["classes"]}
    if unknown:
        raise Failed(f"slips of class {min(unknown)}, which the meeting does not have")
    people = case.people  # follows every slip
    redeemed = sum(len(entry.value["slips"]) for entry in case.course.entries("booklet"))
    return Prose(
        f"{len(slips)} 张凭条，已换选票本 {redeemed} 张，补发 {people.replaced} 次",
        f"{len(slips)} slips, {redeemed} redeemed, {people.replaced} replaced",
    )


# ---------------------------------------------------------------------------------------- V10 to V14: ballots


def check_credentials(case: Case) -> Prose:
    """V10."""
    _fail_on(case, "V10")
    return Prose(f"{case.scan.ballots} 张选票逐张核验", f"{case.scan.ballots} ballots, each verified")


def check_ballot_order(case: Case) -> Prose:
    """V11."""
    _fail_on(case, "V11")
    return Prose("没有重复，次序不含信息", "no repeats; the order carries no information")


def check_numbers(case: Case) -> Prose:
    """V12: nobody votes who is not there, and what was counted at the close is what the ledger holds."""
    people = case.people
    if people.faults:
        raise Failed(_first_of(people.faults, len(people.faults)))
    for poll in case.course.polls:
        if poll.closed is not None:
            _check_numbers_of_poll(case, poll, poll.closed)
    return Prose("各类别人数与票数相符", "people and ballots agree in every class")


def check_boxes(case: Case) -> Prose:
    """V13."""
    if case.course.opening_faults:
        raise Failed(_first_of(case.course.opening_faults, len(case.course.opening_faults)))
    opened = [poll for poll in case.course.polls if poll.opening is not None]
    for poll in opened:
        case.box_secret(poll)
    for entry in case.course.entries("objection"):
        _check_objection(case, entry)
    return Prose(f"{len(opened)} 个票箱按规定开启", f"{len(opened)} boxes opened as they may be")


def check_opening(case: Case) -> Prose:
    """V14: lengths that say nothing, and every ballot opened or counted invalid."""
    for paper in case.course.papers:
        length = padded_length(paper.contest["ballot"])
        if paper.entry.value["length"] != length:
            raise Failed(f"line {paper.entry.line}: expected length {length}, got {paper.entry.value['length']}")
    _fail_on(case, "V14")
    opened = sum(sum(plaintexts.values()) for plaintexts in case.found.opened.values())
    sealed = case.scan.ballots - opened
    return Prose(
        f"开启 {opened} 张，其中 {case.found.unopened} 张无法解开、计为无效；未开启票箱中 {sealed} 张",
        f"{opened} opened, of which {case.found.unopened} did not open and are invalid; {sealed} in boxes not opened",
    )


# ------------------------------------------------------------------------------- V15 to V20: rules and results


def check_conditions(case: Case) -> Prose:
    """V15: quorum, steps and class sizes when each poll opened.

    Fewer than min_class paper ballots of a class, unless none, are open votes: that fails here too.
    """
    meeting = case.meeting
    expected = {one["id"]: one["expected"] for one in meeting["classes"]}
    for contest in (contest for item in meeting["agenda"] for contest in item["contests"]):
        small = class_too_small_to_publish(contest, expected, meeting["min_class"])
        if small:
            raise Failed(f"contest {contest['id']}: class {small[0]} is smaller than {meeting['min_class']}")
    steps: dict[str, list[tuple[str, str | None]]] = {}
    for entry in case.course.entries("step", "poll-open", "paper-count"):
        if entry.type == "step":
            _check_step(case, entry, steps)
        elif entry.type == "paper-count":
            returned = sum(one["times"] for one in entry.value["ballots"])
            if 0 < returned < meeting["min_class"]:
                raise Failed(
                    f"line {entry.line}: {returned} paper ballots of a class, fewer than {meeting['min_class']}"
                )
        else:
            poll = case.course.poll_of(entry)
            assert poll is not None
            for paper in poll.papers:
                _check_ready(case, poll, paper, steps, f"line {entry.line}")
    return Prose("每次投票开始时条件齐备", "all conditions held when each poll opened")


def check_results(case: Case) -> Prose:
    """V16: each round recounted, and compared byte for byte with what was recorded."""
    rounds = case.rounds
    number = 0
    for poll in case.course.polls:
        if poll.result is None:
            continue
        for contest_id, recorded in poll.result.value["contests"].items():
            judged = next(one for one in rounds[contest_id] if one["poll"] == poll.id)
            recounted = result_form(judged)
            if encode_canonical(recounted) != encode_canonical(recorded):
                where = next((name for name in recounted if recounted[name] != recorded[name]), "its spelling")
                raise Failed(
                    f"line {poll.result.line}: contest {contest_id}: the recount differs from the result in {where}"
                )
            number += 1
    return Prose(f"{number} 项结果重新计算，全部一致", f"{number} results recomputed, all equal")


def check_sequence(case: Case) -> Prose:
    """V17: decisions only where a round asks for one. Bars, history and earlier ledgers come with later versions."""
    history = _History(case)
    decisions = 0
    for entry in case.course.entries("result", "decision"):
        if entry.type == "decision":
            _check_decision(case, history, entry)
            decisions += 1
        history.add(entry)
    return Prose(f"{decisions} 项决定符合规则", f"{decisions} decisions, each where the rules ask for one")


def check_scores(case: Case) -> Prose:
    """V18. No scores can be defined yet, so `closed` holds none."""
    closed = case.course.closed
    if closed is None:
        return Prose("会议尚未结束", "the meeting is not closed yet")
    if closed.value["scores"]:
        raise Failed(f"line {closed.line}: score {min(closed.value['scores'])} is not one of the meeting")
    return Prose("本次会议不计分", "the meeting has no scores")


def check_announcements(case: Case) -> Prose:
    """V19. An announcement speaks of a contest's last round; each audience is told once, in the order of the mode."""
    told: dict[str, list[str]] = {}
    counted: set[str] = set()
    announcements = 0
    for entry in case.course.entries("result", "announce"):
        if entry.type == "result":
            for contest_id in entry.value["contests"]:
                counted.add(contest_id)
                told[contest_id] = []
            continue
        announcements += 1
        for contest_id in entry.value["contests"]:
            place = f"line {entry.line}: contest {contest_id}"
            item = case.item_of(contest_id)
            if item is None:
                raise Failed(f"{place}: is not in the agenda")
            if entry.value["mode"] != item["announce"]:
                raise Failed(f"{place}: expected announce mode {item['announce']}")
            earlier = told.setdefault(contest_id, [])
            try:
                check_announcement(item["announce"], entry.value["to"], earlier=earlier, counted=contest_id in counted)
            except NotNow as error:
                raise Failed(f"{place}: {error}") from error
            earlier.append(entry.value["to"])
    return Prose(f"{announcements} 次宣布符合规定", f"{announcements} announcements, each as the rules allow")


def check_previous(case: Case) -> Prose:
    """V20. An earlier ledger cannot be given to this version."""
    if case.meeting["previous"] is not None:
        case.not_covered += ["V17: earlier ledgers not supplied", "V20: previous ledger named, not supplied"]
        return Prose("指明了上一次会议的账本，未提供", "a previous ledger is named, and was not supplied")
    return Prose("没有指明上一次会议的账本", "no previous ledger is named")


# ------------------------------------------------------------------------------------------------- parts of checks


def _first_of(faults: list[str], count: int) -> str:
    return faults[0] if count == 1 else f"{faults[0]} (and {count - 1} more)"


def _fail_on(case: Case, check: str) -> None:
    """Fail on what reading the ballots brought up for this check."""
    if case.found.fault_counts[check]:
        raise Failed(_first_of(case.found.faults[check], case.found.fault_counts[check]))


def _first_entry(case: Case) -> Mapping[str, Any]:
    try:
        return case.meeting
    except Failed as error:
        reason = Prose("首条记录不是会议记录，或不合格式", "the first line is no meeting entry that can be read")
        raise NotChecked(reason) from error


def _fingerprint_matches(case: Case) -> bool:
    """Words pin the first 88 bits, hexadecimal digits all 256."""
    given = case.options.fingerprint
    return given is not None and case.fingerprint[: len(given)] == given


def _check_witnesses(case: Case, checkpoint: Checkpoint) -> Prose:
    """V03: the witness quorum on the last checkpoint and on every close note, or the entry that waives it.

    `witness-waived` names no poll: it excuses every later opening, and the last checkpoint.
    """
    quorum = case.meeting["witnesses"]["quorum"]
    witnesses = []
    for text in case.meeting["witnesses"]["keys"]:
        try:
            key = parse_verifier_key(text)
        except Malformed as error:
            raise Failed(f"a witness of entry 0: {error}") from error
        if key.kind != "witness":
            raise Failed("a witness of entry 0 has no cosignature key")
        witnesses.append(key)
    if quorum == 0:
        return Prose("", "")
    try:
        course = case.course
    except Failed as error:
        raise NotChecked(_because_of("V06")) from error
    waivers = [entry.index for entry in course.entries("witness-waived")]
    for poll in course.polls:
        if poll.opening is None or poll.closed is None:
            continue
        try:
            close = parse_checkpoint(poll.opening.value["close"].encode())
        except Malformed:
            continue  # V13 says so
        waived = any(index < poll.opening.index for index in waivers)
        if not waived:
            _require_witnesses(close, witnesses, quorum, f"line {poll.opening.line}: close")
    if not waivers:
        _require_witnesses(checkpoint, witnesses, quorum, "the checkpoint")
    return Prose(f"；见证 {quorum} 家，豁免 {len(waivers)} 次", f"; {quorum} witnesses, waived {len(waivers)} times")


def _require_witnesses(checkpoint: Checkpoint, witnesses: list[VerifierKey], quorum: int, what: str) -> None:
    signed = sum(signed_by(checkpoint, key) for key in witnesses)
    if signed < quorum:
        raise Failed(f"{what}: expected {quorum} witnesses, got {signed}")


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


def _check_receipt(case: Case, receipt: Receipt) -> str:
    """A valid receipt whose ballot is not in the ledger proves that the ballot was dropped.

    Unless its poll was voided while it was open, or has not been closed yet: then no ballot of it enters the ledger.
    A line that is not the receipt's own names no poll: it excuses nothing, and makes the file no evidence of anything
    good, but what is signed still convicts.
    """
    what = f"receipt {receipt.name}"
    message = tag("receipt") + receipt.ballot
    key = b64url_decode(case.meeting["receipt_key"])
    if receipt.meeting != case.meeting["id"] or not ed25519_valid(key, message, receipt.receipt):
        case.not_covered.append(f"V05: {what} is not signed by this meeting: no evidence")
        return _NO_EVIDENCE
    remark, told = _excuse(case, receipt, what)
    if receipt.line is not None and leaf_hash(receipt.line) != receipt.ballot:
        remark, told = f"{what} holds the line of another ballot: no evidence", _NO_EVIDENCE
    if remark is not None:
        case.not_covered.append(f"V05: {remark}")
    return told


def _excuse(case: Case, receipt: Receipt, what: str) -> tuple[str | None, str]:
    """Why the ledger need not hold the ballot of a valid receipt, and what that makes of it. Raises: Failed."""
    if receipt.ballot in case.found.ids:
        return None, _CONSISTENT
    try:
        course = case.course
    except Failed as error:
        raise NotChecked(_because_of("V06")) from error
    dropped = Failed(f"{what}: dropped, proven: the service signed for a ballot that this ledger does not hold")
    paper = _paper_of_receipt(course, receipt)
    if isinstance(paper, Paper):
        if paper.poll is not None and _voided_while_open(paper.poll):
            return f"{what} is of poll {paper.poll.id}, which was voided while it was open", _CONSISTENT
        unfinished = course.closed is None and (paper.poll is None or paper.poll.closed is None)
        if not unfinished:
            raise dropped
    elif course.closed is not None and not any(_voided_while_open(poll) for poll in course.polls):
        raise dropped
    return f"{what} is of a ballot that may belong to a poll voided while open, or still to come", _UNDECIDED


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


def _check_slip_roots(case: Case) -> None:
    slips = case.scan.slips
    for committed in case.meeting["slips"]:
        if slips.root(committed["class"]) != b64url_decode(committed["root"]):
            raise Failed(f"class {committed['class']}: the slips are not those that entry 0 commits to")


def _check_distinct_keys(case: Case) -> None:
    meeting = case.meeting
    keys = [meeting["ledger_key"], meeting["receipt_key"]]
    for box in meeting["boxes"]:
        keys += [box["key"], box["transport"]]
    raw = [b64url_decode(key) for key in keys]
    for text in meeting["witnesses"]["keys"]:
        with suppress(Malformed):  # V03 says so
            key = parse_verifier_key(text)
            raw += [key.public_key] if key.kind == "witness" else []
    if len(set(raw)) != len(raw):
        raise Failed("entry 0 uses one public key in two roles")


def _count_slips(slips: SlipTable, voter_class: str) -> tuple[int, int]:
    """All slips of a class, and how many of them are reserve."""
    if voter_class not in slips.classes:
        return 0, 0
    index = slips.classes.index(voter_class)
    reserve = sum(1 for one, spare in zip(slips.class_of, slips.reserve, strict=True) if one == index and spare)
    return slips.class_of.count(index), reserve


@dataclass
class _History:
    """Recorded results and decisions, as they came."""

    case: Case
    rounds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    decisions: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        if entry.type == "result":
            for contest_id, recorded in entry.value["contests"].items():
                self.rounds.setdefault(contest_id, []).append(recorded)
        elif entry.type == "decision":
            decided = self.decisions.setdefault(entry.value["contest"], {})
            decided[entry.value["round"]] = entry.value["choice"]

    def of(self, contest_id: str) -> tuple[list[dict[str, Any]], dict[int, str]]:
        return self.rounds.get(contest_id, []), self.decisions.get(contest_id, {})


def _check_against_agenda(case: Case, paper: Paper) -> None:
    """The paper's contest is the agenda's; only candidates may be fewer, and only in a later round."""
    place = f"line {paper.entry.line}: contest {paper.contest_id}"
    item, contest = case.item_of(paper.contest_id), case.contest_of(paper.contest_id)
    if item is None or contest is None or item["id"] != paper.entry.value["item"]:
        raise Failed(f"{place}: is not in this item of the agenda")
    printed = paper.contest
    kept = {one["id"] for one in printed["ballot"].get("candidates", [])}
    if paper.entry.value["round"] > 1 and "candidates" in contest["ballot"]:
        fewer = [one for one in contest["ballot"]["candidates"] if one["id"] in kept]
        contest = {**contest, "ballot": {**contest["ballot"], "candidates": fewer}}
    if encode_canonical(printed) != encode_canonical(contest):
        raise Failed(f"{place}: the paper is not byte-equal to the agenda")
    if sorted(paper.classes) != sorted(contest["voters"]):
        raise Failed(f"{place}: expected the classes {', '.join(contest['voters'])}")
    if not paper.entry.value["recused"].keys() <= set(paper.classes):
        raise Failed(f"{place}: somebody is recused of a class that does not vote")


def _check_round(case: Case, history: _History, paper: Paper, place: str) -> None:
    """The round and the names on a paper that is polled now are those that results and decisions lead to."""
    contest = case.contest_of(paper.contest_id)
    assert contest is not None
    rounds, decisions = history.of(paper.contest_id)
    where = f"{place}: contest {paper.contest_id}"
    try:
        number, expected = next_round(contest, rounds, decisions)
    except NotNow as error:
        raise Failed(f"{where}: {error}") from error
    if paper.entry.value["round"] != number:
        raise Failed(f"{where}: expected round {number}, got {paper.entry.value['round']}")
    if encode_canonical(paper.contest) != encode_canonical(expected):
        raise Failed(f"{where}: the names on the paper are not those left for round {number}")


def _check_numbers_of_poll(case: Case, poll: Poll, closed: Entry) -> None:
    place = f"line {closed.line}"
    figures = case.people.by_poll[poll.id]
    counted = []
    handed_out: dict[str, int] = {}
    for paper in poll.papers:
        for voter_class in paper.classes:
            where = f"{place}: contest {paper.contest_id}, class {voter_class}"
            on_paper = poll.on_paper(paper, voter_class)
            if on_paper.returned > on_paper.handed_out:
                raise Failed(f"{where}: {on_paper.returned} paper ballots of {on_paper.handed_out} handed out")
            handed_out[voter_class] = max(handed_out.get(voter_class, 0), on_paper.handed_out)
            try:
                of_class = case.class_figures(poll, paper, voter_class)
            except RulesError as error:
                raise Failed(f"{where}: {error}") from error
            if of_class.returned > of_class.issued:
                raise Failed(f"{where}: {of_class.returned} ballots returned, {of_class.issued} issued")
            if of_class.returned > figures.highest_during[voter_class]:
                present = figures.highest_during[voter_class]
                raise Failed(f"{where}: {of_class.returned} ballots returned, at most {present} present")
            counted.append(
                {
                    "paper": b64url_encode(paper.hash),
                    "class": voter_class,
                    "issued": of_class.issued - on_paper.handed_out,
                    "returned": of_class.returned - on_paper.returned,
                }
            )
    if encode_canonical(counted) != encode_canonical(closed.value["counts"]):
        raise Failed(f"{place}: the counts at the close of poll {poll.id} are not those of the ledger")
    for voter_class, on_paper_at_most in handed_out.items():
        given = figures.redeemed_at_close[voter_class] + on_paper_at_most - figures.replaced[voter_class]
        if given > figures.highest_so_far[voter_class]:
            raise Failed(
                f"{place}: class {voter_class}: {given} slips and paper ballots given out, "
                f"at most {figures.highest_so_far[voter_class]} present"
            )


def _check_objection(case: Case, entry: Entry) -> None:
    """An objection is a valid receipt for a ballot that is not there; anything else could be made up to stop a poll."""
    ballot = b64url_decode(entry.value["ballot"])
    receipt = b64url_decode(entry.value["receipt"])
    if not ed25519_valid(b64url_decode(case.meeting["receipt_key"]), tag("receipt") + ballot, receipt):
        raise Failed(f"line {entry.line}: an objection without a valid receipt")
    if ballot in case.found.ids:
        raise Failed(f"line {entry.line}: an objection about a ballot that the ledger holds")


def _check_step(case: Case, entry: Entry, steps: dict[str, list[tuple[str, str | None]]]) -> None:
    item = next((item for item in case.meeting["agenda"] if item["id"] == entry.value["item"]), None)
    if item is None:
        raise Failed(f"line {entry.line}: a step of an item that is not in the agenda")
    recorded = steps.setdefault(item["id"], [])
    step, subject = entry.value["step"], entry.value["subject"]
    if not step_in_order(item["steps"], recorded, _subjects(item), step, subject):
        raise Failed(f"line {entry.line}: item {item['id']}: step {step} is out of order")
    recorded.append((step, subject))


def _subjects(item: Mapping[str, Any]) -> list[str]:
    return [contest["subject"]["id"] for contest in item["contests"] if contest["subject"] is not None]


def _check_ready(
    case: Case, poll: Poll, paper: Paper, steps: Mapping[str, list[tuple[str, str | None]]], place: str
) -> None:
    item = case.item_of(paper.contest_id)
    assert item is not None
    where = f"{place}: contest {paper.contest_id}"
    missing = missing_step(item["steps"], steps.get(item["id"], []), _subjects(item))
    if missing is not None:
        raise Failed(f"{where}: step {missing} is missing")
    figures = case.people.by_poll[poll.id]
    quorum = nearest_quorum(case.meeting["quorum"], item["quorum"], paper.contest)
    if quorum is not None:
        judged = judge_quorum(
            quorum,
            voters=paper.contest["voters"],
            present=figures.present_at_opening,
            expected=figures.expected,
            observers=[one["id"] for one in case.meeting["classes"] if one["observer"]],
        )
        if not judged["held"]:
            raise Failed(f"{where}: the quorum was not held: {judged['working']}")
    small = too_small(paper.contest, figures.redeemed_at_opening, case.meeting["min_class"], poll.small_groups)
    if small:
        raise Failed(f"{where}: class {small[0]} is too small to hide in")


def _check_decision(case: Case, history: _History, entry: Entry) -> None:
    contest_id, place = entry.value["contest"], f"line {entry.line}: contest {entry.value['contest']}"
    contest = case.contest_of(contest_id)
    if contest is None:
        raise Failed(f"{place}: is not in the agenda")
    rounds, decisions = history.of(contest_id)
    if not may_decide(contest, rounds, decisions) or rounds[-1]["round"] != entry.value["round"]:
        raise Failed(f"{place}: a decision that no round asks for")


# --------------------------------------------------------------------------------------------------- the whole proof

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
        Prose("平票、重投和决定符合规则", "ties, re-votes and decisions follow the rules"),
        ("V06",),
        check_sequence,
    ),
    Check("V18", Prose("得分重新计算，结果一致", "the scores recomputed are those recorded"), ("V06",), check_scores),
    Check(
        "V19",
        Prose("只宣布了可以宣布的结果", "only what may be announced was announced"),
        ("V06",),
        check_announcements,
    ),
    Check("V20", Prose("与上一次会议的账本相接", "it follows on the previous ledger"), ("V02",), check_previous),
)
