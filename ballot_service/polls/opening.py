"""What must hold before a poll opens, and the printing of its papers.

`PollDesk.open` tries these in the order of the meeting file's §7, so that two programs that replay a meeting stop at
the same refusal. Only `print_papers` changes anything: it appends the papers that are not printed yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ballot_service.errors import IN_CHINESE, Refused
from ballot_service.ledger.limits import MAX_LINE_BYTES
from ballot_service.meetings.acts import Act
from ballot_service.meetings.naming import class_name, class_names, contest_title, poll_name
from ballot_service.meetings.result_sizes import longest_result
from ballot_service.meetings.state import Json, MeetingState
from ballot_service.store.tables import Recusal
from crypto import merkle
from crypto.encoding import b64u
from verify import rules

Asked = tuple[Json, Json]  # item, contest


def find_contest(state: MeetingState, contest_id: str) -> Asked:
    """Raises: Refused (not-admitted)."""
    found = state.find_contest(contest_id)
    if found is None:
        raise Refused("not-admitted", f"there is no contest {contest_id!r} on the agenda", zh="议程上没有这个表决事项")
    return found


def being_polled(state: MeetingState, contest_id: str) -> bool:
    """Whether a poll of this contest is open, or waits for its box."""
    return any(
        paper.contest_id == contest_id
        for poll in state.polls.values()
        if poll.phase in ("open", "closed")
        for paper in poll.papers
    )


def check_nothing_polled(state: MeetingState, contest_ids: Sequence[str], seconds_left: int) -> None:
    """seconds_left: of the time in which phones look for a missing ballot. Raises: Refused (poll-open, too-early)."""
    if state.open_poll is not None:
        raise Refused(
            "poll-open",
            f"poll {state.open_poll.id} is open: close it first",
            zh=f"{poll_name(state.open_poll.id)}正在进行，请先截止",
        )
    for contest_id in contest_ids:
        if being_polled(state, contest_id):
            raise Refused(
                "poll-open",
                f"contest {contest_id} waits for its box to be opened",
                zh=f"{contest_title(state, contest_id)}已经投票，等待开箱",
            )
    # An objection speaks of the poll that closed last: the next poll must not take that away from the phones.
    if state.waiting_polls and seconds_left > 0:
        raise Refused(
            "too-early",
            f"phones still check the closed poll: wait {seconds_left} s",
            zh=f"各手机还在核对上一次投票，请等待 {seconds_left} 秒",
        )


def next_round(state: MeetingState, contest: Json) -> tuple[int, Json]:
    """Its number, and the contest as it is printed for it. Raises: Refused (no-decision, round-limit, …)."""
    contest_id = contest["id"]
    rounds, decisions = state.rounds.get(contest_id, []), state.decisions.get(contest_id, {})
    try:
        return rules.next_round(contest, rounds, decisions, barred=state.barred_elsewhere(contest))
    except rules.NotNow as refusal:
        raise Refused(
            refusal.code,
            f"contest {contest_id}: {refusal}",
            zh=f"{contest_title(state, contest_id)}：{IN_CHINESE[refusal.code]}",
        ) from None


def check_steps(state: MeetingState, items: Sequence[Json]) -> None:
    """Raises: Refused (step-missing)."""
    for item in items:
        missing = rules.missing_step(item["steps"], state.steps.get(item["id"], []), state.subjects(item))
        if missing is not None:
            raise Refused(
                "step-missing",
                f"item {item['id']}: step {missing} is required before the poll",
                zh=f"“{item['title']}”投票之前还有必经步骤没有登记",
            )


def check_attendance(state: MeetingState) -> None:
    """Raises: Refused (attendance-missing)."""
    if not state.attendance_taken:
        raise Refused(
            "attendance-missing",
            "record who is present before the first poll",
            zh="第一次投票之前，请先登记实到人数",
        )


def check_quorums(state: MeetingState, asked: Sequence[Asked]) -> None:
    """Raises: Refused (quorum-not-held)."""
    for item, contest in asked:
        _check_quorum(state, item, contest)


def _check_quorum(state: MeetingState, item: Json, contest: Json) -> None:
    quorum = rules.nearest_quorum(state.meeting["quorum"], item["quorum"], contest)
    if quorum is None:
        return
    judged = rules.judge_quorum(
        quorum,
        voters=contest["voters"],
        present=state.present,
        expected=state.expected,
        observers=state.observers,
    )
    if not judged["held"]:
        raise Refused(
            "quorum-not-held",
            f"contest {contest['id']}: the quorum is not held, {judged['working']}",
            zh=f"{contest_title(state, contest['id'])}：实到人数不足法定人数（{judged['working']}）",
        )


def check_small_classes(
    state: MeetingState, contests: Sequence[Json], redeemed: dict[str, int], small_groups: Sequence[str]
) -> None:
    """small_groups: classes that two officers answer for. Raises: Refused (class-too-small)."""
    for contest in contests:
        too_small = rules.too_small(contest, redeemed, state.meeting["min_class"], small_groups)
        if too_small:
            raise Refused(
                "class-too-small",
                f"contest {contest['id']}: fewer than {state.meeting['min_class']} slips of class "
                f"{', '.join(too_small)} are redeemed; their answers would not be secret",
                zh=f"{contest_title(state, contest['id'])}：{class_names(state, too_small)}已领票不足 "
                f"{state.meeting['min_class']} 张，投票结果无法保密",
            )


def print_papers(
    act: Act, asked: Sequence[Asked], rounds: Sequence[tuple[int, Json]], redeemed: dict[str, int]
) -> list[bytes]:
    """The hashes of the papers, those that were printed before among them.

    Raises: Refused (no-page-left, no-box-left, bad-request).
    """
    state = act.state
    needed = [contest["id"] for _item, contest in asked if state.prepared_paper(contest["id"]) is None]
    if state.next_page + len(needed) - 1 > state.meeting["pages"]:
        raise Refused(
            "no-page-left",
            f"the booklets have {state.meeting['pages']} pages, all are used",
            zh=f"每人 {state.meeting['pages']} 张票页已经全部用完",
        )
    if state.next_box >= len(state.meeting["boxes"]):
        raise Refused(
            "no-box-left",
            f"all {len(state.meeting['boxes']) - 1} boxes of the ceremony are used",
            zh=f"{len(state.meeting['boxes']) - 1} 个票箱已经全部用完",
        )
    papers, page = [], state.next_page
    for (item, contest), (number, printed) in zip(asked, rounds, strict=True):
        recused = {
            row.voter_class: row.count
            for row in act.session.scalars(
                select(Recusal)
                .where(Recusal.meeting == state.id, Recusal.contest == contest["id"], Recusal.count > 0)
                .order_by(Recusal.voter_class)
            )
        }
        for voter_class, count in recused.items():
            if count > redeemed[voter_class] - state.replaced[voter_class]:
                raise Refused(
                    "bad-request",
                    f"contest {contest['id']}: {count} of class {voter_class} are recused, more than have "
                    f"redeemed a slip; correct the recusal",
                    zh=f"{contest_title(state, contest['id'])}：{class_name(state, voter_class)}"
                    f"登记回避 {count} 人，多于已领票人数，请更正回避人数",
                )
        line = act.add(
            "paper",
            fingerprint=b64u(state.fingerprint),
            item=item["id"],
            contest=printed,
            round=number,
            page=page,
            classes=contest["voters"],
            recused=recused,
            box=state.next_box,
            box_key=state.meeting["boxes"][state.next_box]["key"],
            length=rules.padded_length(printed["ballot"]),
        )
        papers.append(merkle.leaf_hash(line))
        page += 1
    return papers


def check_result_fits(state: MeetingState, contests: Sequence[Json]) -> None:
    """Whether the result of a poll of these can be one line of the ledger. Raises: Refused (too-large)."""
    size = longest_result(list(contests), state.expected)
    if size > MAX_LINE_BYTES:
        raise Refused(
            "too-large",
            f"the result of these contests could have {size} bytes, more than a line of the ledger, "
            f"{MAX_LINE_BYTES}: poll fewer of them at once",
            zh="一次投票的事项过多，结果无法写入账本，请分几次投票",
        )
