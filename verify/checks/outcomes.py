"""V16, V18, V19: results and scores recomputed, and what was announced of them."""

from verify.case import Case
from verify.errors import Failed
from verify.prose import Prose
from verify.rules import NotNow, check_announcement, encode_canonical, result_form


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
