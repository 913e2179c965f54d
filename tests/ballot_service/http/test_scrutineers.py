"""What a scrutineer's page asks and gives: the right pad of the right box at the right time, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crypto import merkle, shares
from crypto.checkpoint import parse_checkpoint
from crypto.encoding import b64u, from_b64u
from crypto.note import parse_note
from tests.ballot_service.http.hall import Hall, check_refusal

MakeHall = Callable[..., Hall]


def pad(hall: Hall, box: int, card: int) -> str:
    secret = hall.published.cards[card - 1].secret
    return b64u(shares.share_pad(secret, hall.meeting_id, box, from_b64u(hall.meeting["boxes"][box]["key"])))


def release(hall: Hall, box: int, card: int, *, of_box: int | None = None) -> Any:
    """The answer to a pad; `of_box` spoils it."""
    body = {"box": box, "card": card, "pad": pad(hall, box if of_box is None else of_box, card)}
    return hall.client.post(hall.at("shares"), json=body)


def boxes(hall: Hall, card: int = 1) -> Any:
    return hall.client.post(hall.at("boxes"), json={"card": card, "pad": pad(hall, 0, card)})


@pytest.fixture
def hall(make_hall: MakeHall) -> Hall:
    made = make_hall(objection_seconds=60)
    made.everyone_arrives()
    return made


def test_each_card_is_tried_on_the_test_box_and_a_second_time_is_said(hall: Hall) -> None:
    assert boxes(hall).get_json()["tested"] == []
    assert release(hall, 0, 2).get_json() == {"box": 0, "released": 1, "cards": [2], "again": False}
    assert release(hall, 0, 1).get_json() == {"box": 0, "released": 2, "cards": [1, 2], "again": False}
    assert release(hall, 0, 2).get_json() == {"box": 0, "released": 2, "cards": [1, 2], "again": True}
    assert boxes(hall).get_json() == {"cards": 3, "threshold": 2, "tested": [1, 2], "closed": False, "boxes": []}


def test_a_share_is_taken_when_the_box_may_be_opened_and_not_before(hall: Hall) -> None:
    check_refusal(release(hall, 1, 1), "too-early")
    hall.open_poll("finance")
    check_refusal(release(hall, 1, 1), "too-early")
    assert [(one["phase"], one["close"]) for one in boxes(hall).get_json()["boxes"]] == [("open", None)]
    hall.post("polls/p1/close", expect=200)
    hall.clock.forward(59)
    check_refusal(release(hall, 1, 1), "too-early")
    assert boxes(hall).get_json()["boxes"][0]["wait"] == 1
    hall.clock.forward(1)
    check_refusal(release(hall, 1, 1, of_box=2), "share-wrong")
    check_refusal(release(hall, 1, 1, of_box=0), "share-wrong")
    assert release(hall, 1, 3).get_json()["cards"] == [3]
    assert release(hall, 1, 3).get_json()["again"] is True
    check_refusal(hall.post("polls/p1/open-box"), "shares-missing")
    assert release(hall, 1, 1).get_json()["cards"] == [1, 3]
    (box,) = boxes(hall).get_json()["boxes"]
    assert (box["released"], box["wait"], box["cosigned"], box["objections"]) == ([1, 3], 0, True, 0)
    hall.post("polls/p1/open-box", expect=200)
    check_refusal(release(hall, 1, 2), "poll-closed")
    (box,) = boxes(hall).get_json()["boxes"]
    assert (box["phase"], box["released"], box["close"]) == ("opened", [1, 3], None)


def test_the_close_is_proven_to_those_with_a_card(hall: Hall) -> None:
    hall.open_poll("finance")
    hall.post("polls/p1/close", expect=200)
    (box,) = boxes(hall).get_json()["boxes"]
    close = box["close"]
    shown = parse_checkpoint(parse_note(close["checkpoint"]).text)
    line = json.loads(close["line"])
    assert (line["type"], line["poll"], close["index"]) == ("poll-close", "p1", shown.tree_size - 1)
    nodes = [from_b64u(node) for node in close["inclusion"]]
    leaf = merkle.leaf_hash(close["line"].encode())
    merkle.check_inclusion(leaf, close["index"], shown.tree_size, nodes, shown.root_hash)


def test_who_has_no_card_is_told_nothing(hall: Hall) -> None:
    for body in (
        {"card": 1, "pad": b64u(bytes(32))},
        {"card": 2, "pad": pad(hall, 0, 1)},
        {"card": 1, "pad": pad(hall, 1, 1)},
    ):
        check_refusal(hall.client.post(hall.at("boxes"), json=body), "share-wrong")
    check_refusal(hall.client.post(hall.at("boxes"), json={"card": 9, "pad": b64u(bytes(32))}), "not-found")


def test_a_void_poll_takes_no_share_and_keeps_none(hall: Hall) -> None:
    hall.open_poll("finance")
    hall.post("polls/p1/close", expect=200)
    hall.clock.forward(60)
    release(hall, 1, 1)
    hall.post("polls/p1/void", {"reason": "x", "by": ["甲", "乙"]}, expect=204)
    check_refusal(release(hall, 1, 2), "poll-closed")
    (box,) = boxes(hall).get_json()["boxes"]
    assert (box["phase"], box["released"]) == ("void", [])


def test_an_objection_keeps_the_box_shut(hall: Hall) -> None:
    hall.open_poll("finance")
    hall.post("polls/p1/close", expect=200)
    hall.clock.forward(60)
    with hall.service.acts.begin(hall.meeting_id) as act:  # what a missing ballot with a receipt leads to
        act.add("objection", ballot=b64u(bytes(32)), receipt=b64u(bytes(64)))
    check_refusal(release(hall, 1, 1), "objection-open")
    assert boxes(hall).get_json()["boxes"][0]["objections"] == 1


def test_after_the_end_nothing_is_taken_and_the_page_says_so(hall: Hall) -> None:
    hall.post("close", expect=204)
    check_refusal(release(hall, 0, 1), "meeting-closed")
    assert boxes(hall).get_json()["closed"] is True


@pytest.mark.parametrize("address", ["/c/hall-2026", "/C/HALL-2026", "/c/whatever"])
def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(hall: Hall, address: str) -> None:
    answer = hall.client.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert hall.client.get(address + "/more").status_code == 404
