"""What a phone refuses, and what it may lose: against the real server, told lies by a connection in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from ballot_service.rehearsal import officers
from ballot_service.rehearsal.api import Connection, NoAnswer, ServiceRefused
from ballot_service.rehearsal.device import Device, DeviceRefuses, DeviceState
from ballot_service.rehearsal.player import Player
from ballot_service.store.tables import Intake
from crypto.encoding import b32, from_b64u
from tests.ballot_service.rehearsal.conftest import PlayerFor
from tests.ballot_service.rehearsal.small_plans import ROOM, meeting, plan, poll
from tests.meeting_kit import TWO

Lie = Callable[[str, Any], Any]

TWO_CLASSES = [{"id": "A", "name": "委员", "expected": 4}, {"id": "B", "name": "代表", "expected": 1}]


class Lying(Connection):
    """A server that tells this one device something else."""

    lie: Lie = staticmethod(lambda _path, answer: answer)

    def get(self, path: str, **query: int) -> Any:
        return self.lie(path, super().get(path, **query))


def lying(lie: Lie) -> Callable[[str], Connection]:
    def connect(base_url: str) -> Connection:
        connection = Lying(base_url)
        connection.lie = lie  # type: ignore[method-assign]
        return connection

    return connect


def deceived(player: Player, seat: int, lie: Lie) -> Device:
    """The phone of a seat, from now on behind that liar."""
    state = DeviceState.from_json(player.seats["A"][seat].device.state.to_json())
    return Device(state, connect=lying(lie))


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(DeviceRefuses) as refused:
        act()
    return refused.value.code


def test_a_slip_of_another_meeting_is_not_redeemed(player_for: PlayerFor) -> None:
    player = player_for(plan(ROOM))
    text = player.seats["A"][0].device.state.slip
    forged = text.rpartition(".")[0] + "." + b32(bytes(20))
    assert refusal_of(Device(DeviceState(forged)).redeem) == "wrong-meeting"
    Device(DeviceState(text)).redeem()  # the slip itself is unspent


def test_other_keys_for_one_person_are_refused(player_for: PlayerFor) -> None:
    player = player_for(plan(ROOM, meeting_file=meeting(classes=TWO_CLASSES)))
    with Connection(player.embedded.url) as connection:
        others = connection.get("/meetings/small/keys/B")["keys"]

    def swap(path: str, answer: Any) -> Any:
        return {"keys": others} if "/keys/" in path else answer

    def spoil(path: str, answer: Any) -> Any:
        if "/keys/" not in path:
            return answer
        line = json.loads(answer["keys"][0])
        line["n"][0] = line["n"][1]
        return {"keys": [json.dumps(line, separators=(",", ":"), sort_keys=True)]}

    for lie in (swap, spoil, lambda path, answer: {"keys": []} if "/keys/" in path else answer):
        device = deceived(player, 0, lie)
        assert refusal_of(device.redeem) == "wrong-keys"
        assert device.state.seed is None, "nothing was made, nothing was sent"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        pytest.param("meeting", "wrong-meeting", id="another meeting line"),
        pytest.param("checkpoint", "wrong-checkpoint", id="a checkpoint that nobody signed"),
        pytest.param("inclusion", "wrong-proof", id="a proof that leads nowhere"),
    ],
)
def test_a_head_that_does_not_fit_the_slip_is_refused(player_for: PlayerFor, part: str, code: str) -> None:
    player = player_for(plan(ROOM))

    def spoil(path: str, answer: Any) -> Any:
        if path.endswith("/head"):
            changed = {
                "meeting": answer["meeting"].replace("小会", "大会"),
                "checkpoint": answer["checkpoint"].replace("\n6\n", "\n5\n").replace("\n7\n", "\n6\n"),
                "inclusion": answer["inclusion"][:-1],
            }
            assert changed[part] != answer[part]
            return {**answer, part: changed[part]}
        return answer

    assert refusal_of(deceived(player, 0, spoil).meet) == code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"max_approve":1', '"max_approve":2', id="another rule"),
        pytest.param('"page":1', '"page":2', id="another page"),
        pytest.param("预算", "决算", id="another question"),
    ],
)
def test_a_tampered_paper_is_not_voted_on(player_for: PlayerFor, old: str, new: str) -> None:
    player = player_for(plan([*ROOM, poll(stop="open")]))
    for line in player.plan.script:
        player.play_line(line)

    def tamper(path: str, answer: Any) -> Any:
        if "/papers/" not in path:
            return answer
        assert old in answer["paper"]
        return {**answer, "paper": answer["paper"].replace(old, new)}

    device = deceived(player, 0, tamper)
    assert refusal_of(device.open_papers) == "wrong-paper"
    assert device.state.ballots == {}


URGENT = {
    "id": "flood",
    "title": "防汛",
    "contests": [{"id": "flood", "voters": ["A"], "ballot": {"kind": "comment", "max_chars": 2000}}],
}


def polled_item(player_for: PlayerFor) -> Player:
    """An item was added after all phones had met the meeting, and is being polled; no phone has looked yet."""
    player = player_for(
        plan(
            [
                *ROOM,
                poll(4),
                {"add_item": {"item": URGENT, "admitted_by": "budget"}},
                {"poll": {"contests": ["flood"], "stop": "open"}},
            ]
        )
    )
    for line in player.plan.script:
        player.play_line(line)
    return player


def test_a_ballot_of_an_added_item_is_cast_in_the_lengths_of_that_hour(player_for: PlayerFor) -> None:
    player = polled_item(player_for)
    device = player.seats["A"][0].device
    short = device.state.lengths["ballots"]["request"]
    (paper,) = device.open_papers()
    device.cast(paper, ('{"text":"' + "堤" * 2000 + '"}').encode())
    assert device.state.lengths["ballots"]["request"] > short
    player.organiser.close_poll("small", paper.poll)
    assert device.check_close(paper.poll)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("防汛", "防洪", "wrong-proof", id="another item than the ledger's"),
        pytest.param('"cadre":false', '"cadre":true', "wrong-proof", id="an item about cadres"),
        pytest.param('"type":"item"', '"type":"note"', "wrong-proof", id="a line of another type"),
    ],
)
def test_an_added_item_that_is_not_in_the_ledger_is_not_voted_on(
    player_for: PlayerFor, old: str, new: str, code: str
) -> None:
    player = polled_item(player_for)

    def tamper(path: str, answer: Any) -> Any:
        if "/items/" not in path:
            return answer
        assert old in answer["item"]
        return {**answer, "item": answer["item"].replace(old, new)}

    assert refusal_of(deceived(player, 0, tamper).open_papers) == code


def test_a_void_is_what_the_ledger_says_and_ends_the_ballots_of_the_poll(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(3, stop="open"), {"void_poll": {"reason": "停电"}}]))
    for line in player.plan.script:
        player.play_line(line)
    cast = [one for seat in player.seats["A"] for one in seat.device.state.ballots.values()]
    assert [one.fate for one in cast] == ["void"] * 3
    assert player.seats["A"][3].device.check_void("p1") == "停电"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("停电", "停水", id="another reason"),
        pytest.param('"poll":"p1"', '"poll":"p2"', id="the void of another poll"),
        pytest.param("poll-void", "poll-open", id="a line of another type"),
    ],
)
def test_a_void_that_is_not_in_the_ledger_excuses_no_ballot(player_for: PlayerFor, old: str, new: str) -> None:
    player = player_for(plan([*ROOM, poll(3, stop="open")]))
    for line in player.plan.script:
        player.play_line(line)
    player.organiser.void_poll("small", "p1", "停电", TWO)

    def tamper(path: str, answer: Any) -> Any:
        if not path.endswith("/void"):
            return answer
        assert old in answer["line"]
        return {**answer, "line": answer["line"].replace(old, new)}

    device = deceived(player, 0, tamper)
    assert refusal_of(lambda: device.check_void("p1")) == "wrong-proof"
    assert "void" not in [one.fate for one in device.state.ballots.values()]


def test_another_line_of_the_ledger_voids_no_poll(player_for: PlayerFor) -> None:
    """Proven to be in the ledger, and no void all the same: the paper itself is shown in its place."""
    player = player_for(plan([*ROOM, poll(3, stop="open")]))
    for line in player.plan.script:
        player.play_line(line)
    device = player.seats["A"][0].device
    with pytest.raises(ServiceRefused, match="too-early"):
        device.check_void("p1")
    paper = device.look()["polls"][0]["papers"][0]["paper"]
    with Connection(player.embedded.url) as connection:
        shown = connection.get(f"/meetings/small/papers/{paper}")

    def swap(path: str, answer: Any) -> Any:
        return {**shown, "line": shown["paper"]} if path.endswith("/void") else answer

    player.organiser.void_poll("small", "p1", "停电", TWO)
    assert refusal_of(lambda: deceived(player, 0, swap).check_void("p1")) == "wrong-proof"


def test_another_line_of_the_ledger_is_no_added_item(player_for: PlayerFor) -> None:
    """Proven to be in the ledger, and no item all the same: the paper itself is shown in its place."""
    player = polled_item(player_for)
    shown: dict[str, Any] = {}

    def swap(path: str, answer: Any) -> Any:
        if "/papers/" in path:
            shown.update(answer)
        return {**shown, "item": shown["paper"]} if "/items/" in path else answer

    assert refusal_of(deceived(player, 0, swap).open_papers) == "wrong-paper"


def test_a_ledger_that_turns_back_is_refused(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(stop="open")]))
    for line in player.plan.script:
        player.play_line(line)

    def rewrite(path: str, answer: Any) -> Any:
        return {"nodes": answer["nodes"][:-1]} if path.endswith("/consistency") else answer

    assert refusal_of(deceived(player, 0, rewrite).look) == "two-histories"


def test_a_device_that_is_switched_off_gets_the_same_booklet_and_receipt(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(stop="open")]))
    kept: list[str] = []
    text = player.seats["A"][0].device.state.slip
    first = Device(DeviceState(text), keep=lambda state: kept.append(state.to_json()))
    first.redeem()
    before_request = next(one for one in kept if json.loads(one)["seed"] is not None)
    again = Device(DeviceState.from_json(before_request))
    again.redeem()
    assert again.state.pages == first.state.pages
    assert again.state.seed is None, "forgotten once the booklet is complete"

    other = Device(DeviceState(text))
    with pytest.raises(ServiceRefused, match="slip-used"):
        other.redeem()  # a second phone with a photograph of the slip


def test_after_a_restart_in_the_middle_of_a_poll_every_ballot_keeps_its_receipt(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(3, 1, stop="open"), {"resume": {}}]))
    attendance, opened, resumed = player.plan.script
    player.play_line(attendance)
    player.play_line(opened)
    player.embedded.restart()
    for seat in player.seats["A"]:
        state = DeviceState.from_json(seat.device.state.to_json())
        ((paper, stored),) = state.ballots.items()
        receipt, stored.receipt = stored.receipt, None  # as if the answer had been lost
        assert Device(state).send(paper) == receipt
    player.play_line(resumed)
    assert all(one.fate == "in" for seat in player.seats["A"] for one in seat.device.state.ballots.values())


def test_a_receipt_that_was_lost_is_had_again_after_the_close(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(4, stop="closed")]))
    for line in player.plan.script:
        player.play_line(line)
    state = DeviceState.from_json(player.seats["A"][0].device.state.to_json())
    ((paper, stored),) = state.ballots.items()
    receipt, stored.receipt = stored.receipt, None
    assert Device(state).send(paper) == receipt


def test_a_ballot_that_came_too_late_is_told_so(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(3, stop="open")]))
    for line in player.plan.script:
        player.play_line(line)
    late = next(seat.device for seat in player.seats["A"] if not seat.device.state.ballots)
    (paper,) = late.open_papers()
    player.organiser.close_poll("small", "p1")
    with pytest.raises(ServiceRefused, match="poll-closed"):
        late.cast(paper, b"{}")
    assert [one.fate for one in late.state.ballots.values()] == ["not-taken"]


def test_a_missing_ballot_leads_to_an_objection_and_the_box_stays_shut(player_for: PlayerFor) -> None:
    player = player_for(
        plan(
            [
                *ROOM,
                poll(4, stop="open"),
                {"resume": {}, "refused": "objection-open"},
                {"void_poll": {"reason": "缺票"}},
            ]
        )
    )
    attendance, opened, resumed, voided = player.plan.script
    player.play_line(attendance)
    player.play_line(opened)
    store = player.embedded.service.store
    with store.write() as session:  # a server that drops a ballot for which it gave a receipt
        dropped = session.scalars(select(Intake.tag)).first()
        session.execute(delete(Intake).where(Intake.tag == dropped))
    player.play_line(resumed)
    fates = [one.fate for seat in player.seats["A"] for one in seat.device.state.ballots.values()]
    assert sorted(fates) == ["in", "in", "in", "missing"]
    player.play_line(voided)


def test_a_ballot_key_is_gone_once_the_receipt_is_there(player_for: PlayerFor) -> None:
    player = player_for(plan([*ROOM, poll(4, stop="open")]))
    for line in player.plan.script:
        player.play_line(line)
    state = player.seats["A"][0].device.state
    assert [page.key_seed is None for page in state.pages] == [True, False, False]
    state.meeting = None  # the agenda names the marks; nothing else of the device does
    assert "approve" not in state.to_json()


def test_a_scrutineer_keeps_the_pad_when_the_close_does_not_hold(
    player_for: PlayerFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = player_for(plan([*ROOM, poll(4, stop="closed")]))
    for line in player.plan.script:
        player.play_line(line)

    class Other(Connection):
        def get(self, path: str, **query: int) -> Any:
            answer = super().get(path, **query)
            return {**answer, "ids": answer["ids"][:-1]} if path.endswith("/ballot-ids") else answer

    monkeypatch.setattr(officers, "Connection", Other)
    with pytest.raises(officers.CloseNotSigned):
        player.scrutineers[0].release("p1")


def test_a_device_says_when_nobody_answers() -> None:
    text = f"HTTP://127.0.0.1:9/M/SMALL#{b32(bytes(16))}.A.{b32(bytes(20))}"
    with pytest.raises(NoAnswer):
        Device(DeviceState(text)).meet()


def test_no_two_ballots_share_a_connection(player_for: PlayerFor) -> None:
    player = player_for(plan(ROOM))
    opened: list[Connection] = []

    def connect(base_url: str) -> Connection:
        opened.append(Connection(base_url))
        return opened[-1]

    (attendance,) = player.plan.script
    player.play_line(attendance)
    device = Device(DeviceState.from_json(player.seats["A"][0].device.state.to_json()), connect=connect)
    player.organiser.open_poll("small", ["budget"])
    (paper,) = device.open_papers()
    before = len(opened)
    receipt = device.cast(paper, b"{}")
    assert len(opened) == before + 1
    assert len(from_b64u(receipt)) == 64
