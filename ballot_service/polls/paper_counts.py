"""Paper ballots of a closed poll, counted by two tellers apart from each other; entered when they agree.

Source: protocol §4, `paper-count`; meeting file §2, "Counts".
"""

from __future__ import annotations

from typing import Any

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Acts
from ballot_service.meetings.naming import class_name, contest_title
from ballot_service.meetings.state import MeetingState, Paper, Poll
from ballot_service.polls.conduct import check_returned
from ballot_service.store.tables import TellerCount
from ballot_service.witnesses.counting import check_head
from crypto import canonical
from crypto.encoding import b64u
from crypto.errors import CryptoError
from verify import rules

Ballots = list[dict[str, Any]]
"""`[{choice or raw, times}]` as in the `paper-count` entry."""


def count_paper(
    acts: Acts,
    meeting_id: str,
    contest_id: str,
    voter_class: str,
    *,
    handed_out: int,
    ballots: Ballots,
    teller: str,
) -> bool:
    """One teller's count; returns whether it is entered now (True) or waits for the second teller (False).

    Raises: Refused (not-found, poll-closed, bad-request, class-too-small, more-slips-than-present, counts-differ).
    On counts-differ both counts are dropped: count again.
    """
    counted = _canonical_count(handed_out, ballots)
    with acts.begin(meeting_id) as act:
        state = act.state
        poll, paper = _paper_waiting(state, contest_id)
        if voter_class not in paper.classes:
            raise Refused(
                "bad-request",
                f"class {voter_class} does not vote on contest {contest_id}",
                zh=f"{class_name(state, voter_class)}不参加{contest_title(state, contest_id)}的投票",
            )
        if (paper.hash, voter_class) in poll.paper_counts:
            raise Refused(
                "bad-request",
                f"the paper ballots of contest {contest_id}, class {voter_class} are entered",
                zh=f"{contest_title(state, contest_id)}：{class_name(state, voter_class)}的纸质票已经录入",
            )
        _check_numbers(state, poll, paper, voter_class, handed_out, ballots)
        check_head(act.session, state, ["paper-count"])  # also for the first count, of which the ledger learns nothing
        name = (meeting_id, paper.hash, voter_class)
        first = act.session.get(TellerCount, name)
        if first is None:
            act.session.add(
                TellerCount(
                    meeting=meeting_id, paper=paper.hash, voter_class=voter_class, teller=teller, counted=counted
                )
            )
            return False
        if first.teller == teller:
            raise Refused(
                "bad-request", "the second count is made by another teller", zh="第二次清点必须由另一名计票人录入"
            )
        agree = first.counted == counted
        act.session.delete(first)
        if agree:
            act.add(
                "paper-count",
                paper=b64u(paper.hash),
                **{"class": voter_class},
                handed_out=handed_out,
                ballots=ballots,
                tellers=[first.teller, teller],
            )
    if not agree:
        raise Refused(
            "counts-differ",
            "the two tellers counted differently; both counts are dropped, count again",
            zh="两名计票人的数字不一致，两次都不作数，请重新清点",
        )
    return True


def _canonical_count(handed_out: int, ballots: Ballots) -> bytes:
    """Raises: Refused (bad-request) for anything that could not stand in a `paper-count` entry."""
    for one in ballots:
        if set(one) not in ({"choice", "times"}, {"raw", "times"}):
            raise Refused(
                "bad-request", "each kind of paper ballot is {choice or raw, times}", zh="纸质票的填写格式不对"
            )
        if type(one["times"]) is not int or one["times"] < 1:
            raise Refused(
                "bad-request",
                "times is how many ballots say this: a whole number from 1",
                zh="相同的票数应为 1 以上的整数",
            )
        if "raw" in one and not isinstance(one["raw"], str):
            raise Refused("bad-request", "raw is what stands on the ballot: a text")
        if "choice" in one and not isinstance(one["choice"], dict):
            raise Refused("bad-request", "choice is what the ballot says, as an object: use raw for anything else")
    try:
        keys = [canonical.encode({name: one[name] for name in one if name != "times"}) for one in ballots]
        times = {key.decode(): one["times"] for key, one in zip(keys, ballots, strict=True)}
        counted = canonical.encode({"handed_out": handed_out, "times": times})
    except (CryptoError, TypeError):
        raise Refused("bad-request", "the count holds something that is not canonical JSON") from None
    if not all(rules.is_settled(key.decode()) for key in keys):
        raise Refused("bad-request", "a ballot holds a character newer than Unicode 14, about which readers differ")
    if len(set(keys)) != len(keys):
        raise Refused(
            "bad-request", "the same paper ballot is listed twice: add the times up", zh="相同的票列了两次，请合并张数"
        )
    return counted


def _paper_waiting(state: MeetingState, contest_id: str) -> tuple[Poll, Paper]:
    if state.find_contest(contest_id) is None:
        raise Refused("not-found", f"there is no contest {contest_id!r} on the agenda", zh="议程上没有这个表决事项")
    for poll in state.waiting_polls:
        for paper in poll.papers:
            if paper.contest_id == contest_id:
                return poll, paper
    raise Refused(
        "poll-closed",
        f"contest {contest_id} has no closed poll that waits to be opened",
        zh=f"{contest_title(state, contest_id)}没有已截止而未开箱的投票",
    )


def _check_numbers(
    state: MeetingState,
    poll: Poll,
    paper: Paper,
    voter_class: str,
    handed_out: int,
    ballots: Ballots,
) -> None:
    returned = sum(one["times"] for one in ballots)
    if handed_out < returned:
        raise Refused(
            "bad-request",
            f"{returned} paper ballots came back, but {handed_out} were handed out",
            zh=f"收回纸质票 {returned} 张，多于发出的 {handed_out} 张",
        )
    minimum = state.meeting["min_class"]
    if 0 < returned < minimum:
        raise Refused(
            "class-too-small",
            f"class {voter_class}: {returned} paper ballots, fewer than {minimum}, would be open votes",
            zh=f"{class_name(state, voter_class)}的纸质票只有 {returned} 张，不足 {minimum} 张，等于公开投票",
        )
    redeemed, replaced = poll.redeemed_at_close[voter_class], poll.replaced_at_close[voter_class]
    if redeemed + handed_out - replaced > state.highest_present[voter_class]:
        raise Refused(
            "more-slips-than-present",
            f"class {voter_class}: {redeemed} slips redeemed and {handed_out} paper ballots handed out, but "
            f"{state.highest_present[voter_class]} recorded as present",
            zh=f"{class_name(state, voter_class)}已领票 {redeemed} 张，另发纸质票 {handed_out} 张，"
            f"多于登记的实到人数 {state.highest_present[voter_class]}",
        )
    issued = rules.issued(
        redeemed=redeemed,
        replaced=replaced,
        recused=paper.recused.get(voter_class, 0),
        handed_out=handed_out,
    )
    check_returned(poll, paper, voter_class, returned=poll.cast[paper.hash, voter_class] + returned, issued=issued)
