"""What an organiser records beside the polls: who is present, steps of the agenda, slips at the desk, decisions,
announcements, attested figures, items let in, the end of the meeting. Each becomes one line of the ledger, or is
refused and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, update

from ballot_service.errors import IN_CHINESE, Refused
from ballot_service.meetings import field_readers, meeting_file
from ballot_service.meetings.acts import Act, Acts
from ballot_service.meetings.naming import class_name, contest_title, poll_name
from ballot_service.meetings.problems import Findings
from ballot_service.meetings.state import Json, MeetingState
from ballot_service.slips.listing import check_slips_against_present, count_redeemed, list_redeemed
from ballot_service.store.keyring import Keyring
from ballot_service.store.tables import Intake, Recusal, ReleasedShare, Slip, TellerCount
from crypto import slips
from crypto.encoding import b64u
from verify import rules


class Conduct:
    """Acts of organisers, host and desk."""

    def __init__(self, acts: Acts, keyring: Keyring) -> None:
        self.acts = acts
        self.keyring = keyring

    def attendance(self, meeting_id: str, present: Mapping[str, int], by: str) -> None:
        """Record how many of each class are present; a class left out keeps its figure.

        Raises: Refused (bad-request, more-than-expected).
        """
        with self.acts.begin(meeting_id) as act:
            if not present:
                raise Refused(
                    "bad-request", "say how many are present of at least one class", zh="请至少填写一类人员的实到人数"
                )
            for voter_class, count in present.items():
                _check_class(act.state, voter_class)
                expected = act.state.expected[voter_class]
                if count > expected:
                    raise Refused(
                        "more-than-expected",
                        f"class {voter_class}: {count} present, but {expected} are expected",
                        zh=f"{class_name(act.state, voter_class)}：实到 {count} 人，多于应到 {expected} 人",
                    )
            act.add_timed("attendance", present=dict(present), by=by)

    def change_expected(self, meeting_id: str, voter_class: str, expected: int, reason: str, by: Sequence[str]) -> None:
        """Correct 应到 before the first poll. Raises: Refused (bad-request, poll-open, more-than-expected)."""
        with self.acts.begin(meeting_id) as act:
            _check_class(act.state, voter_class)
            if act.state.polls:
                raise Refused(
                    "poll-open",
                    "a poll was opened already: the number expected stays as it is",
                    zh="已经开始投票，应到人数不能再更正",
                )
            highest = act.state.highest_present[voter_class]  # it may have fallen since, and is in the ledger
            if expected < highest:
                raise Refused(
                    "more-than-expected",
                    f"class {voter_class}: {highest} were present, more than {expected}",
                    zh=f"{class_name(act.state, voter_class)}：曾登记实到 {highest} 人，应到不能少于这个数",
                )
            act.add("expected-change", **{"class": voter_class}, expected=expected, reason=reason, by=list(by))

    def step(self, meeting_id: str, item_id: str, step: str, subject: str | None) -> None:
        """Record a step of an agenda item. Raises: Refused (not-found, bad-request, step-missing)."""
        with self.acts.begin(meeting_id) as act:
            state = act.state
            item = next((item for item in state.items if item["id"] == item_id), None)
            if item is None:
                raise Refused("not-found", f"there is no item {item_id!r} on the agenda", zh="议程上没有这个事项")
            if step not in item["steps"]:
                raise Refused(
                    "bad-request",
                    f"item {item_id} has no step {step!r}; it has {', '.join(item['steps'])}",
                    zh=f"“{item['title']}”没有这个步骤",
                )
            if subject is not None and subject not in state.subjects(item):
                raise Refused(
                    "bad-request",
                    f"item {item_id} assesses nobody with the id {subject!r}",
                    zh=f"“{item['title']}”没有这名测评对象",
                )
            recorded = state.steps.get(item_id, [])
            if not rules.step_in_order(item["steps"], recorded, state.subjects(item), step, subject):
                raise Refused(
                    "step-missing",
                    f"item {item_id}: an earlier step than {step} is still to be recorded",
                    zh=f"“{item['title']}”前面还有必经步骤没有登记",
                )
            act.add_timed("step", item=item_id, step=step, subject=subject)

    def change_slip(
        self, meeting_id: str, kind: str, voter_class: str, token: bytes | None, reason: str, by: Sequence[str]
    ) -> None:
        """Activate a reserve slip, void a slip in hand, or record a replacement.

        token: the redeem token of the slip, as the desk's scanner derives it from the QR code; None only for a
        replacement of a slip that is lost. Raises: Refused (bad-request, slip-used).
        """
        with self.acts.begin(meeting_id) as act:
            _check_class(act.state, voter_class)
            slip_id = None
            if token is not None:
                slip_id = slips.slip_id(meeting_id, token)
                slip = act.session.get(Slip, slip_id)
                if slip is None or slip.meeting != meeting_id or slip.voter_class != voter_class:
                    raise Refused(
                        "slip-used",
                        f"this is no slip of class {voter_class} of this meeting",
                        zh=f"这不是本次会议{class_name(act.state, voter_class)}的凭条",
                    )
                _change_slip_row(act, slip, kind)
            elif kind != "replaced":
                raise Refused(
                    "bad-request",
                    "scan the slip: only the replacement of a lost one goes without",
                    zh="请扫描凭条；只有补发遗失的凭条可以不扫",
                )
            if kind == "replaced":
                _check_replacement(act, voter_class, slip_id)
            act.add(
                "slip-change",
                kind=kind,
                slip=None if slip_id is None else b64u(slip_id),
                **{"class": voter_class},
                reason=reason,
                by=list(by),
            )

    def waive_witnesses(self, meeting_id: str, reason: str, by: Sequence[str]) -> None:
        """Open boxes without cosignatures. Raises: Refused (bad-request)."""
        with self.acts.begin(meeting_id) as act:
            if not act.state.meeting["witnesses"]["quorum"] or act.state.witness_waived:
                raise Refused(
                    "bad-request",
                    "there is no witness left to waive in this meeting",
                    zh="本次会议没有需要免除的见证方",
                )
            act.add("witness-waived", reason=reason, by=list(by))

    def decide(self, meeting_id: str, contest_id: str, choice: str, by: str) -> None:
        """Record what the committee decided after an undecided round. Raises: Refused (nothing-to-decide)."""
        with self.acts.begin(meeting_id) as act:
            state = act.state
            found = state.find_contest(contest_id)
            if found is None:
                raise _no_contest(contest_id)
            if choice not in ("revote", "end"):
                raise Refused("bad-request", "a decision is revote or end", zh="请选择再次投票或者不再投票")
            rounds = state.rounds.get(contest_id, [])
            if not rules.may_decide(found[1], rounds, state.decisions.get(contest_id, {})):
                raise Refused(
                    "nothing-to-decide",
                    f"contest {contest_id}: its last round leaves nothing to decide",
                    zh=f"{contest_title(state, contest_id)}：上一轮结果不需要作出决定",
                )
            act.add_timed("decision", contest=contest_id, round=rounds[-1]["round"], choice=choice, by=by)

    def announce(self, meeting_id: str, contest_ids: Sequence[str], to: str | None) -> str:
        """Record that results are announced; returns to whom. `to` None means the first audience of their mode.

        Raises: Refused (bad-request, not-found, announce-not-allowed).
        """
        with self.acts.begin(meeting_id) as act:
            mode = _common_mode(act.state, contest_ids)
            audience = to if to is not None else rules.default_audience(mode)
            for contest_id in contest_ids:
                rounds = act.state.rounds.get(contest_id, [])
                last = rounds[-1]["round"] if rounds else 0
                earlier = act.state.announced.get(contest_id, {}).get(last, [])
                try:
                    rules.check_announcement(mode, audience, earlier=earlier, counted=bool(rounds))
                except rules.NotNow as refusal:
                    raise Refused(
                        refusal.code,
                        f"contest {contest_id}: {refusal}",
                        zh=f"{contest_title(act.state, contest_id)}：{IN_CHINESE[refusal.code]}",
                    ) from None
            act.add_timed("announce", contests=list(contest_ids), mode=mode, to=audience)
        return audience

    def record_input(self, meeting_id: str, input_id: str, value: object, evidence: str, by: str) -> None:
        """Record a figure that somebody attests, such as points of a department's own check; the last one counts.

        value: an integer, or a string with an integer, a decimal or a fraction. Raises: Refused (poll-open,
        input-invalid).
        """
        with self.acts.begin(meeting_id) as act:
            _check_no_poll(act.state)
            definition = act.state.find_input(input_id)
            if definition is None:
                raise Refused(
                    "input-invalid", f"there is no input {input_id!r} in this meeting", zh="本次会议没有这项数据"
                )
            exact = field_readers.exact_number()(field_readers.Place(value, (), Findings({})))
            if exact is field_readers.WRONG:
                raise Refused(
                    "input-invalid",
                    f'input {input_id}: expected an exact number, as 70, "0.5" or "2/3"',
                    zh="请填写准确的数，如 70、0.5、2/3",
                )
            if not rules.input_fits(definition, exact):
                raise Refused(
                    "input-invalid", f"input {input_id}: expected a number {_range(definition)}", zh="数值超出规定范围"
                )
            act.add_timed("input", id=input_id, value=exact, evidence=evidence, by=by)

    def add_item(self, meeting_id: str, item: object, admitted_by: str) -> Json:
        """Add an item that a motion let in (紧急议题); returns it in normal form.

        item: as in a meeting file. Raises: Refused (poll-open, bad-meeting-file, ad-hoc-cadre-item, not-admitted,
        class-too-small, ratio-too-small, barred-nominee).
        """
        with self.acts.begin(meeting_id) as act:
            state = act.state
            _check_no_poll(state)

            def check_admitted(read: Json) -> None:
                motion = state.contests.get(admitted_by)
                already = sum(entry["admitted_by"] == admitted_by for entry in state.admitted)
                try:
                    rules.may_admit(read, motion, state.rounds.get(admitted_by, []), already)
                except rules.NotNow as refusal:
                    raise Refused(refusal.code, f"item {read['id']}: {refusal}", zh=IN_CHINESE[refusal.code]) from None

            try:
                read = meeting_file.read_added_item(item, state.meeting, state.items, check_admitted, at=("item",))
            except meeting_file.Refusal as refusal:
                problems = [str(problem) for problem in refusal.problems]
                raise Refused(refusal.code, "; ".join(problems[:8]), problems=problems) from None
            act.add("item", item=read, admitted_by=admitted_by)
        return read

    def close(self, meeting_id: str) -> None:
        """End the meeting; every private key of it is destroyed.

        Raises: Refused (poll-open) while a poll is open or waits for its box; more-slips-than-present until those
        present are counted again.
        """
        with self.acts.begin(meeting_id) as act:
            unfinished = act.state.open_poll or act.state.last_closed
            if unfinished is not None:
                raise Refused(
                    "poll-open",
                    f"poll {unfinished.id} is neither opened nor void",
                    zh=f"{poll_name(unfinished.id)}还没有开箱，也没有作废",
                )
            check_slips_against_present(act.state, list_redeemed(act))
            scores = {score_id: score["exact"] for score_id, score in act.state.scores().items()}
            act.add_timed("closed", scores=scores)
            act.meeting.closed = True
            act.session.execute(
                update(Slip).where(Slip.meeting == meeting_id).values(request_hash=None, signatures=None, active=False)
            )
            for table in (Intake, Recusal, TellerCount, ReleasedShare):
                act.session.execute(delete(table).where(table.meeting == meeting_id))
            act.after_commit.append(lambda: self._forget(meeting_id))

    def _forget(self, meeting_id: str) -> None:
        self.keyring.end_meeting(meeting_id)
        self.acts.store.forget_deleted()


def _change_slip_row(act: Act, slip: Slip, kind: str) -> None:
    redeemed = slip.request_hash is not None
    if kind == "activated":
        if not slip.reserve or slip.active or slip.voided:
            raise Refused(
                "slip-used",
                "only a reserve slip that was never activated can be activated",
                zh="只有从未启用的备用凭条才能启用",
            )
        slip.active = True
    elif kind == "voided":
        if redeemed or slip.voided:
            raise Refused(
                "slip-used",
                "this slip is redeemed or void already; a redeemed booklet cannot be revoked",
                zh="这张凭条已经领票或者已经作废；领出的票不能收回",
            )
        slip.active, slip.voided = False, True
    elif kind == "replaced":
        if not redeemed:
            raise Refused(
                "slip-used",
                "this slip is not redeemed: void it and activate a reserve slip instead",
                zh="这张凭条还没有领票：请作废它，再启用一张备用凭条",
            )
    else:
        raise Refused("bad-request", "a slip is activated, voided or replaced", zh="凭条只能启用、作废或者补发")


def _check_replacement(act: Act, voter_class: str, slip_id: bytes | None) -> None:
    """Each replacement takes one off the papers issued: one too many, and a poll in which all vote cannot be closed."""
    if slip_id is not None and slip_id in act.state.replaced_slips:
        raise Refused("slip-used", "this slip is recorded as replaced already", zh="这张凭条已经登记过补发")
    redeemed = count_redeemed(act)[voter_class]
    if act.state.replaced[voter_class] >= redeemed:
        raise Refused(
            "slip-used",
            f"class {voter_class}: {redeemed} slips are redeemed and as many replaced; for a slip that was never "
            f"redeemed activate a reserve slip, and record no replacement",
            zh=f"{class_name(act.state, voter_class)}已领票 {redeemed} 张，都已登记补发；"
            "没有领过票的，请启用备用凭条，不要登记补发",
        )


def _check_no_poll(state: MeetingState) -> None:
    if state.open_poll is not None:
        raise Refused(
            "poll-open",
            f"poll {state.open_poll.id} is open: close it first",
            zh=f"{poll_name(state.open_poll.id)}正在进行，请先截止",
        )


def _range(definition: Json) -> str:
    low, high = definition["min"], definition["max"]
    if low is None or high is None:
        return f"of at least {low}" if low is not None else f"of at most {high}"
    return f"from {low} to {high}"


def _no_contest(contest_id: str) -> Refused:
    return Refused("not-found", f"there is no contest {contest_id!r} on the agenda", zh="议程上没有这个表决事项")


def _check_class(state: MeetingState, voter_class: str) -> None:
    if voter_class not in state.expected:
        raise Refused(
            "bad-request",
            f"there is no class {voter_class!r}; there are {', '.join(state.classes)}",
            zh="没有这一类人员",
        )


def _common_mode(state: MeetingState, contest_ids: Sequence[str]) -> str:
    if not contest_ids or len(set(contest_ids)) != len(contest_ids):
        raise Refused("bad-request", "name each contest to announce once", zh="同一表决事项只能选一次，至少选一项")
    modes = set()
    for contest_id in contest_ids:
        found = state.find_contest(contest_id)
        if found is None:
            raise _no_contest(contest_id)
        modes.add(str(found[0]["announce"]))
    if len(modes) > 1:
        raise Refused(
            "announce-not-allowed",
            "these contests are announced in different ways: announce them apart",
            zh="这些事项的宣布方式不同，请分别宣布",
        )
    return modes.pop()
