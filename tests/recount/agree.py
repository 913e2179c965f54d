"""Both countings of one meeting, compared; and where they differ, the smallest poll that still shows it."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.recount import generate, plain
from tests.recount.generate import Case, Poll
from verify.rules import (
    ClassFigures,
    barred_nominees,
    barred_people,
    check_contest,
    check_scores,
    final,
    judge_round,
    judge_scores,
    nearest_quorum,
    next_round,
    padded_length,
    post_rounds,
    result_form,
)

Json = dict[str, Any]


def check_meeting(seed: int) -> int:
    """Both countings agree on everything in the meeting of this seed; gives the number of contests in it."""
    return check_case(seed, generate.meeting_of(seed))


def check_case(seed: int, case: Case) -> int:
    check_scores(case.meeting, case.items)
    found: dict[str, list[Json]] = {}
    by_name: dict[str, Json] = {}
    for item in case.items:
        for contest in item["contests"]:
            check_contest(contest)
            found[contest["id"]], by_name[contest["id"]] = [], contest
            length = padded_length(contest["ballot"])
            same(seed, f"length of {contest['id']}", plain.padded_length(contest["ballot"]), length, contest)
            same(
                seed,
                f"barred nominees of {contest['id']}",
                plain.barred_when_published(contest, case.meeting),
                barred_nominees(contest, case.meeting),
                contest,
            )
    counted: list[tuple[str, Json]] = []
    for poll in case.polls:
        same(seed, "rounds for the post", poll.post_rounds, post_rounds(poll.paper, by_name, counted), poll)
        contest, rounds = by_name[poll.contest_id], found[poll.contest_id]
        decisions = {one["round"]: "revote" for one in rounds}
        others = [one for one in poll.post_rounds if one not in poll.earlier]
        same(seed, "people barred by other contests", set(poll.others_barred), barred_people(others), poll)
        printed = next_round(contest, rounds, decisions, barred=poll.others_barred)
        same(seed, "the paper", (poll.number, poll.paper), printed, poll)
        real = theirs(poll, case.meeting)
        if difference(poll.found, real):
            raise AssertionError(report(seed, smallest(poll, case.meeting), case.meeting))
        rounds.append(result_form(real) if seed % 2 else real)
        counted.append((poll.contest_id, poll.found))
    for name, rounds in found.items():
        same(seed, f"final of {name}", plain.final_of(case.rounds_of(name), False), final(rounds, {}), by_name[name])
    real_scores = judge_scores(case.meeting, case.items, found, case.inputs)
    assert list(real_scores) == list(case.scores), f"seed {seed}: the order of the scores"
    same(seed, "the scores", case.scores, real_scores, case)
    return len(by_name)


def theirs(poll: Poll, meeting: Json) -> Json:
    """The round as verify.rules counts it, from the same figures, less what is prose."""
    own = {"rules": [{"rule": "quorum", **poll.quorum}]} if poll.quorum else {"rules": []}
    real = judge_round(
        contest=poll.paper,
        round_number=poll.number,
        poll=poll.poll,
        figures={voters: ClassFigures(**figures) for voters, figures in poll.figures.items()},
        choices={voters: dict(papers) for voters, papers in poll.ballots.items()},
        quorum=nearest_quorum(None, None, own),
        present_at_opening=poll.present_at_opening,
        min_class=meeting["min_class"],
        earlier=poll.earlier,
        post_rounds=poll.post_rounds,
        meeting=meeting,
    )
    assert all(row["working"] for row in real["judgements"])
    return real


def difference(ours: Any, real: Any, where: str = "") -> list[str]:
    """Places where they differ. The real one says more in prose only: `working`, and the words of a bar's proposal."""
    if isinstance(ours, dict) and isinstance(real, dict):
        prose = {"working"} if "working" not in ours else set()
        if "status" in ours:
            prose |= {"text", "confirm"} - ours.keys()
        if ours.keys() != real.keys() - prose:
            return [f"{where}: has {sorted(real.keys() - prose)}, expected {sorted(ours)}"]
        return [line for key in ours for line in difference(ours[key], real[key], f"{where}.{key}")]
    if isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        return [
            line
            for place, (one, other) in enumerate(zip(ours, real, strict=True))
            for line in difference(one, other, f"{where}[{place}]")
        ]
    if type(ours) is not type(real) or ours != real:
        return [f"{where}: {real!r}, the plain recount has {ours!r}"]
    return []


def same(seed: int, what: str, ours: Any, real: Any, about: Any) -> None:
    lines = difference(ours, real)
    if lines:
        raise AssertionError(f"seed {seed}, {what}:\n" + "\n".join(lines) + f"\n{about}")


# The smallest poll that shows a difference


def smallest(poll: Poll, meeting: Json) -> Poll:
    """Take away ballots, rules, lines of history and notes, one after another, as long as the countings differ."""
    changed = True
    while changed:
        changed = False
        for smaller in simpler(poll):
            if differs(smaller, meeting):
                poll, changed = smaller, True
                break
    return poll


def differs(poll: Poll, meeting: Json) -> bool:
    """False also for a poll that only one of the two can count at all: that would be another difference."""
    try:
        poll.found = generate.recount(poll, meeting)
        return bool(difference(poll.found, theirs(poll, meeting)))
    except Exception:  # noqa: BLE001 -- a poll made by taking things away may make no sense
        return False


def simpler(poll: Poll) -> Iterator[Poll]:
    for place in range(len(poll.paper["rules"])):
        smaller = copy.deepcopy(poll)
        del smaller.paper["rules"][place]
        yield smaller
    for voters, papers in poll.ballots.items():
        for place, (text, times) in enumerate(papers):
            for kept in sorted({0, 1, times // 2} - {times}):
                smaller = copy.deepcopy(poll)
                smaller.figures[voters]["returned"] -= times - kept
                smaller.ballots[voters][place : place + 1] = [(text, kept)] if kept else []
                yield smaller
    for place in range(len(poll.post_rounds)):
        if poll.post_rounds[place] not in poll.earlier:
            smaller = copy.deepcopy(poll)
            del smaller.post_rounds[place]
            yield smaller


def report(seed: int, poll: Poll, meeting: Json) -> str:
    poll.found = generate.recount(poll, meeting)
    lines = difference(poll.found, theirs(poll, meeting))
    boxes = {
        voters: [[None if text is None else text.decode("latin-1"), times] for text, times in papers]
        for voters, papers in poll.ballots.items()
    }
    return "\n".join(
        [
            f"seed {seed}: the countings differ",
            *lines,
            f"contest: {json.dumps(poll.paper, ensure_ascii=False)}",
            f"figures: {json.dumps(poll.figures)}",
            f"ballots: {json.dumps(boxes, ensure_ascii=False)}",
            f"history: {json.dumps(meeting['history'])} on {meeting['date']}",
            f"rounds for the post: {json.dumps(poll.post_rounds, ensure_ascii=False)}",
        ]
    )
