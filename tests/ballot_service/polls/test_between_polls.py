"""What an organiser records beside the polls: attendance, steps, corrections, decisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.meeting_kit import TWO, Hall, Json, approval, assert_accepted, item, meeting_file, refused

HallOf = Callable[[Json], Hall]


def test_a_class_left_out_keeps_its_attendance(hall_of: HallOf, tmp_path: Path) -> None:
    classes = [{"id": "A", "name": "委员", "expected": 6}, {"id": "B", "name": "列席", "expected": 4, "observer": True}]
    hall = hall_of(meeting_file(classes=classes))
    hall.service.conduct.attendance(hall.id, {"A": 5, "B": 4}, "门岗")
    hall.service.conduct.attendance(hall.id, {"A": 3}, "门岗")
    figures = hall.service.figures(hall.id)
    assert figures["present"] == {"A": 3, "B": 4}
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize(
    ("present", "code"),
    [
        pytest.param({"A": 7}, "more-than-expected", id="more than expected"),
        pytest.param({"Z": 1}, "bad-request", id="a class that does not exist"),
        pytest.param({}, "bad-request", id="nothing"),
        pytest.param({"A": 5, "Z": 1}, "bad-request", id="one right and one wrong"),
    ],
)
def test_attendance_that_cannot_be_is_refused(hall: Hall, present: dict[str, int], code: str) -> None:
    with refused(code, hall):
        hall.service.conduct.attendance(hall.id, present, "门岗")


def test_expected_is_corrected_before_the_first_poll_only(hall: Hall, tmp_path: Path) -> None:
    conduct = hall.service.conduct
    conduct.attendance(hall.id, {"A": 4}, "门岗")
    with refused("more-than-expected", hall):
        conduct.change_expected(hall.id, "A", 3, "两人调离", TWO)
    with refused("bad-request", hall):
        conduct.change_expected(hall.id, "Z", 3, "两人调离", TWO)
    conduct.change_expected(hall.id, "A", 4, "两人调离", TWO)
    with refused("more-than-expected", hall):
        conduct.attendance(hall.id, {"A": 5}, "门岗")
    hall.open()
    with refused("poll-open", hall):
        conduct.change_expected(hall.id, "A", 5, "一人回来", TWO)
    hall.service.polls.close(hall.id)
    hall.release(1)
    assert hall.service.boxes.open(hall.id)["budget"]["counts"]["total"]["expected"] == 4
    assert_accepted(hall.judged(tmp_path))


def test_steps_are_taken_in_their_order(hall_of: HallOf, tmp_path: Path) -> None:
    hall = hall_of(meeting_file(item(approval(), steps=["introduce", "deliberate"])))
    hall.voters()
    step = hall.service.conduct.step
    with refused("step-missing", hall):
        step(hall.id, "budget", "deliberate", None)
    for wrong in ("speak", "nonsense"):
        with refused("bad-request", hall):
            step(hall.id, "budget", wrong, None)
    with refused("not-found", hall):
        step(hall.id, "nope", "introduce", None)
    with refused("bad-request", hall):
        step(hall.id, "budget", "introduce", "nobody")
    step(hall.id, "budget", "introduce", None)
    with refused("step-missing", hall):
        hall.service.polls.open(hall.id, ["budget"])
    step(hall.id, "budget", "deliberate", None)
    hall.open()
    hall.service.polls.close(hall.id)
    assert_accepted(hall.judged(tmp_path))


def test_a_decided_contest_leaves_nothing_to_decide(hall: Hall) -> None:
    hall.voters()
    with refused("nothing-to-decide", hall):
        hall.service.conduct.decide(hall.id, "budget", "revote", "县委")
    with refused("not-found", hall):
        hall.service.conduct.decide(hall.id, "nope", "revote", "县委")
    with refused("bad-request", hall):
        hall.service.conduct.decide(hall.id, "budget", "toss a coin", "县委")


@pytest.mark.parametrize(
    ("kind", "redeemed", "code"),
    [
        pytest.param("activated", False, "slip-used", id="an ordinary slip is active already"),
        pytest.param("replaced", False, "slip-used", id="a slip that was not redeemed is voided, not replaced"),
        pytest.param("voided", True, "slip-used", id="a booklet cannot be revoked"),
        pytest.param("eaten", False, "bad-request", id="something else"),
    ],
)
def test_the_desk_is_told_why_a_slip_cannot_be_changed(hall: Hall, kind: str, redeemed: bool, code: str) -> None:
    (phone,) = hall.phones(1)
    if redeemed:
        hall.redeem(phone)
    with refused(code, hall):
        hall.service.conduct.change_slip(hall.id, kind, "A", phone.token, "理由", TWO)


def test_a_lost_slip_is_replaced_and_the_report_counts_it(hall_of: HallOf, tmp_path: Path) -> None:
    hall = hall_of(meeting_file(slips={"reserve": {"A": 1}}))
    (spare,) = hall.phones(1, reserve=True)
    lost = hall.phones(1)[0]
    hall.redeem(lost)
    conduct = hall.service.conduct
    with refused("bad-request", hall):
        conduct.change_slip(hall.id, "voided", "A", None, "遗失", TWO)
    conduct.change_slip(hall.id, "replaced", "A", lost.token, "手机坏了", TWO)
    conduct.change_slip(hall.id, "activated", "A", spare.token, "补发", TWO)
    hall.redeem(spare)
    conduct.attendance(hall.id, {"A": 1}, "门岗")
    poll = hall.poll(lambda _poll: [hall.line(spare)])
    hall.release(poll.box)
    assert hall.service.boxes.open(hall.id)["budget"]["counts"]["total"]["issued"] == 1
    judged = hall.judged(tmp_path)
    assert_accepted(judged)
    assert judged.replaced == 1
