"""V16, V18, V19: results and scores recomputed, and what was announced of them."""

from verify.case import Case
from verify.checks.check import because_of
from verify.errors import Failed, NotChecked
from verify.prose import Prose
from verify.rules import NotNow, check_announcement, encode_canonical, input_fits, result_form


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
    """V18: every input one of the meeting and within its range, every score computed again from the recount."""
    inputs = _check_inputs(case)
    try:
        _ = case.rounds
    except Failed as error:
        raise NotChecked(because_of("V16")) from error
    scores = case.scores
    closed = case.course.closed
    if closed is None:
        return Prose(f"会议尚未结束；录入 {inputs} 次", f"the meeting is not closed yet; inputs {inputs}")
    place, recorded = f"line {closed.line}", closed.value["scores"]
    foreign, left_out = recorded.keys() - scores.keys(), scores.keys() - recorded.keys()
    if foreign:
        raise Failed(f"{place}: score {min(foreign)} is not one of the meeting")
    if left_out:
        raise Failed(f"{place}: score {min(left_out)} is left out")
    for score_id, score in scores.items():
        if recorded[score_id] != score["exact"]:
            expected, got = score["exact"] or "null", recorded[score_id] or "null"
            raise Failed(f"{place}: score {score_id}: expected {expected}, got {got}")
    if not scores and not inputs:
        return Prose("本次会议不计分", "the meeting has no scores")
    return Prose(
        f"{len(scores)} 项得分重新计算，全部一致；录入 {inputs} 次",
        f"{len(scores)} scores recomputed, all equal; inputs {inputs}",
    )


def _check_inputs(case: Case) -> int:
    """An input may be given again, and the last one counts; but each must fit when it is given. Returns how many."""
    known = {one["id"]: one for place in (case.meeting, *case.meeting["agenda"]) for one in place["inputs"]}
    given = 0
    for entry in case.course.entries("item", "input"):
        if entry.type == "item":
            known.update((one["id"], one) for one in entry.value["item"]["inputs"])
            continue
        input_id, value = entry.value["id"], entry.value["value"]
        if input_id not in known:
            raise Failed(f"line {entry.line}: input {input_id} is not one of the meeting")
        if not input_fits(known[input_id], value):
            low, high = known[input_id]["min"], known[input_id]["max"]
            raise Failed(
                f"line {entry.line}: input {input_id}: expected a number from {low or 'any'} to {high or 'any'}, "
                f"got {value}"
            )
        given += 1
    return given


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
