"""What a meeting's things are called when people are spoken to: titles and names instead of ids."""

from __future__ import annotations

from ballot_service.meetings.state import MeetingState


def class_name(state: MeetingState, voter_class: str) -> str:
    """`县委委员`; an id that is no class stays as it is."""
    return next((str(one["name"]) for one in state.meeting["classes"] if one["id"] == voter_class), voter_class)


def class_names(state: MeetingState, voter_classes: list[str] | tuple[str, ...]) -> str:
    """Several, as Chinese lists them."""
    return "、".join(class_name(state, one) for one in voter_classes)


def contest_title(state: MeetingState, contest_id: str) -> str:
    """`“财务报告”`; an id that is no contest stays as it is."""
    found = state.find_contest(contest_id)
    return f"“{contest_id if found is None else found[1]['title']}”"


def poll_name(poll_id: str) -> str:
    """`第 2 次投票` of `p2`."""
    return f"第 {poll_id.removeprefix('p')} 次投票"
