"""Publishing: from a meeting plan to the first lines of a ledger, the slips and the cards.

After this nothing about the meeting can change unseen: entry 0 commits to every key, every slip, every question and
every rule. The QR secrets and card secrets leave through `deliver` and are kept nowhere.
Source: protocol §2, §4, §5.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ballot_service.boxes.ceremony import Box, Card, make_boxes
from ballot_service.boxes.public_part import PublicPart
from ballot_service.client import built_client
from ballot_service.config import Config
from ballot_service.errors import Refused
from ballot_service.ledger.book import Book, Head, root_of
from ballot_service.meetings.meeting_file import MeetingPlan, check_barred, contests_of
from ballot_service.meetings.past_votes import (
    OwnVote,
    check_against_own,
    merged_history,
    nominations,
    votes_of_result,
)
from ballot_service.meetings.problems import Findings
from ballot_service.meetings.working_days import known_calendar
from ballot_service.store.engine import Store
from ballot_service.store.keyring import Keyring, MeetingKeys
from ballot_service.store.tables import Installation, LedgerLine, Meeting, Slip
from crypto import blind_rsa, canonical, ed25519, hpke, merkle, slips
from crypto.encoding import b64u

log = logging.getLogger(__name__)

SLIP_SECRET_BYTES = 16
SEED_BYTES = 32
ISSUER_ID = "organiser"
Progress = Callable[[str, int, int], None]
"""Told what is being made, how many are done, and how many there are."""


@dataclass(frozen=True)
class PrintedSlip:
    """One slip as it is printed. `url` holds the secret: on paper only, in shuffled order."""

    voter_class: str
    reserve: bool
    url: str


@dataclass(frozen=True)
class HandedOut:
    """What publishing hands out once."""

    meeting_id: str
    fingerprint: bytes
    slips: list[PrintedSlip]
    cards: list[Card]  # none after an offline ceremony: it handed them out itself
    boxes: list[Box]


@dataclass(frozen=True)
class Published(HandedOut):
    """The same, once it is in the ledger."""

    head: Head


def publish(
    plan: MeetingPlan,
    *,
    config: Config,
    store: Store,
    book: Book,
    keyring: Keyring,
    random_bytes: Callable[[int], bytes],
    ceremony: PublicPart | None = None,
    prepare: Callable[[HandedOut], None] = lambda _likely: None,
    deliver: Callable[[Published], None] = lambda _published: None,
    progress: Progress = lambda _what, _done, _of: None,
    generate_key: Callable[[int], blind_rsa.PrivateKey] = blind_rsa.generate_private_key,
) -> Published:
    """Make keys, boxes and slips, and append the ledger's first lines.

    `ceremony` is the public part of an offline ceremony; without one the boxes are made here, and the ledger says so.
    `deliver` is called before the meeting exists for anyone else; when it raises (a full disk), nothing was
    published. Until it returns, nobody else can write: what takes long is for `prepare`, which is told before what
    will be handed out. Where another ledger grew meanwhile, the fingerprint is another one after all, and with it
    every slip: `deliver` compares.

    Raises: Refused (already-published, bad-meeting-file, barred-nominee).
    """
    meeting_id = plan.fields["id"]
    with store.read() as session:
        _check_new(session, meeting_id)
        _with_what_we_know(session, plan.fields)  # before anybody waits for keys; asked again when it counts

    classes = [str(voter_class["id"]) for voter_class in plan.fields["classes"]]
    total_keys = len(classes) * plan.pages
    issuer: dict[str, list[blind_rsa.PrivateKey]] = {}
    for voter_class in classes:
        issuer[voter_class] = []
        for _page in range(plan.pages):
            issuer[voter_class].append(generate_key(plan.rsa_bits))
            progress("keys", sum(map(len, issuer.values())), total_keys)
    transport = [hpke.derive_key_pair(random_bytes(SEED_BYTES)) for _box in range(plan.boxes)]
    keys = MeetingKeys(receipt=random_bytes(SEED_BYTES), transport=[pair.secret for pair in transport], issuer=issuer)
    boxes: list[Box] = []
    cards: list[Card] = []
    if ceremony is not None:
        boxes = list(ceremony.boxes)
    else:
        done_boxes = iter(range(1, plan.boxes + 1))
        boxes, cards = make_boxes(
            meeting_id,
            plan.boxes,
            plan.cards,
            plan.threshold,
            random_bytes,
            lambda: progress("boxes", next(done_boxes), plan.boxes),
        )
    secrets_by_id = {
        slips.slip_id(meeting_id, slips.redeem_token(secret)): (voter_class, reserve, secret)
        for voter_class, reserve, secret in _slip_secrets(plan, random_bytes)
    }

    key_lines = [canonical.encode(_keys_entry(voter_class, issuer[voter_class])) for voter_class in classes]
    slip_lines = {
        slip_id: canonical.encode({"type": "slip", "id": b64u(slip_id), "class": voter_class, "reserve": reserve})
        for slip_id, (voter_class, reserve, _secret) in sorted(secrets_by_id.items())
    }

    def entry_0(session: Session) -> dict[str, Any]:
        return {
            **_with_what_we_know(session, plan.fields),
            "type": "meeting",
            "origin": book.origin(meeting_id),
            "rsa_bits": plan.rsa_bits,
            "pages": plan.pages,
            "boxes": [_box_entry(box, pair.public) for box, pair in zip(boxes, transport, strict=True)],
            "scrutineers": {"cards": plan.cards, "threshold": plan.threshold},
            "ceremony": "server" if ceremony is None else "offline",
            "ledger_key": b64u(book.public_key),
            "receipt_key": b64u(ed25519.public_key(keys.receipt)),
            "issuers": [{"id": ISSUER_ID, "name": plan.fields["organiser"]}],
            "keys": [b64u(merkle.leaf_hash(line)) for line in key_lines],
            "slips": [
                _slip_list_entry(
                    voter_class,
                    [line for slip_id, line in slip_lines.items() if secrets_by_id[slip_id][0] == voter_class],
                )
                for voter_class in classes
            ],
            "witnesses": {"quorum": plan.witness_quorum, "keys": plan.witness_keys},
            "transport": plan.transport,
            "client": b64u(built_client().hash),
            "previous": _previous(session, book),
        }

    printed = _shuffled(list(secrets_by_id.values()))

    def handed_out(fingerprint: bytes) -> HandedOut:
        slip_urls = [
            PrintedSlip(
                voter_class,
                reserve,
                slips.format_slip_url(config.base_url, meeting_id, secret, voter_class, fingerprint),
            )
            for voter_class, reserve, secret in printed
        ]
        return HandedOut(meeting_id, fingerprint, slip_urls, cards, boxes)

    with store.read() as session:
        likely = canonical.encode(entry_0(session))
    prepare(handed_out(merkle.leaf_hash(likely)))

    with store.write() as session:
        store.lock_publishing(session)
        _check_new(session, meeting_id)
        meeting_line = canonical.encode(entry_0(session))

        row = Meeting(id=meeting_id, size=0, open_poll=None, poll_closed_at=None, closed=False)
        session.add(row)
        session.execute(
            insert(Slip),
            [
                {
                    "id": slip_id,
                    "meeting": meeting_id,
                    "voter_class": voter_class,
                    "reserve": reserve,
                    "active": not reserve,
                    "voided": False,
                    "listed": False,
                }
                for slip_id, (voter_class, reserve, _secret) in sorted(secrets_by_id.items())
            ],
        )
        session.merge(Installation(name="last_meeting", value=meeting_id))
        head = book.append_lines(
            session,
            row,
            [
                ("meeting", meeting_line),
                *(("keys", line) for line in key_lines),
                *(("slip", line) for line in slip_lines.values()),
            ],
        )
        published = Published(**vars(handed_out(merkle.leaf_hash(meeting_line))), head=head)
        keyring.keep(meeting_id, keys)
        deliver(published)
    try:
        book.remember(meeting_id, head, root_of(head))
    except OSError as error:  # published all the same; the next act keeps its own head
        log.error("the head of the new ledger could not be kept: %s", type(error).__name__)
    return published


def _check_new(session: Session, meeting_id: str) -> None:
    if session.get(Meeting, meeting_id) is not None:
        raise Refused(
            "already-published",
            f"meeting {meeting_id!r} is published already; give the new one another id",
            zh="同一编号的会议已经发布，请换一个编号",
        )


def _with_what_we_know(session: Session, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The file's fields, completed: failed votes in our own ledgers, and the working days from the meeting on.

    Raises: Refused (bad-meeting-file) for a failed vote at a meeting of ours whose ledger does not show it;
    (barred-nominee), when somebody is barred by what only our ledgers know.
    """
    known = _own_votes(session, fields)
    findings = Findings({})
    check_against_own(fields, known.votes, known.meetings, findings)
    _refuse_if_any("bad-meeting-file", findings)
    completed = {**fields, "history": merged_history(fields, known.votes)}
    if completed["calendar"] is None:
        completed["calendar"] = known_calendar(completed["date"])
    barred_too = {**completed, "bars": [*completed["bars"], *known.bars]}
    check_barred(barred_too, contests_of(completed), findings)
    _refuse_if_any("barred-nominee", findings)
    return completed


def _refuse_if_any(code: str, findings: Findings) -> None:
    if findings.problems:
        problems = [str(problem) for problem in findings.problems]
        raise Refused(code, "; ".join(problems[:8]), problems=problems)


@dataclass
class _OwnVotes:
    """What the ledgers of this installation say about the posts of a meeting."""

    meetings: set[str] = field(default_factory=set)  # all that were published here
    votes: list[OwnVote] = field(default_factory=list)
    bars: list[dict[str, Any]] = field(default_factory=list)  # as their results have them


def _own_votes(session: Session, fields: Mapping[str, Any]) -> _OwnVotes:
    own = _OwnVotes()
    posts = {post for _person, post in nominations(fields)}
    if not posts:
        return own
    first_lines = select(LedgerLine.line).where(LedgerLine.position == 0).order_by(LedgerLine.meeting)
    for line in session.scalars(first_lines).all():
        meeting: dict[str, Any] = canonical.decode_object(line)
        own.meetings.add(meeting["id"])
        if posts.isdisjoint(contest["post"] for item in meeting["agenda"] for contest in item["contests"]):
            continue
        results = (
            select(LedgerLine.line)
            .where(LedgerLine.meeting == meeting["id"], LedgerLine.type == "result")
            .order_by(LedgerLine.position)
        )
        for place, stored in enumerate(session.scalars(results)):
            result: dict[str, Any] = canonical.decode_object(stored)
            own.votes += votes_of_result(meeting, result, place)
            own.bars += [bar for judged in result["contests"].values() for bar in judged["barred"]]
    return own


def _slip_secrets(plan: MeetingPlan, random_bytes: Callable[[int], bytes]) -> list[tuple[str, bool, bytes]]:
    """(class, reserve, QR secret) for everyone expected and every spare slip."""
    return [
        (voter_class["id"], reserve, random_bytes(SLIP_SECRET_BYTES))
        for voter_class in plan.fields["classes"]
        for reserve, count in ((False, voter_class["expected"]), (True, plan.fields["reserve"][voter_class["id"]]))
        for _slip in range(count)
    ]


def _shuffled(rows: list[tuple[str, bool, bytes]]) -> list[tuple[str, bool, bytes]]:
    """Sheet order says nothing of slip ids: shuffled by the system's generator, kinds and classes kept together."""
    shuffled = random.SystemRandom().sample(rows, len(rows))
    return sorted(shuffled, key=lambda row: (row[1], row[0]))


def _keys_entry(voter_class: str, pages: list[blind_rsa.PrivateKey]) -> dict[str, Any]:
    return {
        "type": "keys",
        "issuer": ISSUER_ID,
        "class": voter_class,
        "n": [b64u(page.public_key.modulus_bytes) for page in pages],
    }


def _box_entry(box: Box, transport: bytes) -> dict[str, Any]:
    return {
        "key": b64u(box.key),
        "transport": b64u(transport),
        "sealed": [b64u(share) for share in box.sealed],
        "commit": [b64u(commitment) for commitment in box.commit],
    }


def _slip_list_entry(voter_class: str, lines: list[bytes]) -> dict[str, Any]:
    root = merkle.root_hash([merkle.leaf_hash(line) for line in lines])
    return {"class": voter_class, "count": len(lines), "root": b64u(root)}


def _previous(session: Session, book: Book) -> dict[str, Any] | None:
    """The head of the ledger published here before this one."""
    last = session.get(Installation, "last_meeting")
    if last is None:
        return None
    head = book.head(session, last.value)
    return {"origin": book.origin(last.value), "size": head.size, "root": b64u(root_of(head))}
