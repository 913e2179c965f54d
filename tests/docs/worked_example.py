"""The worked example of docs/protocol.md §11: a whole meeting of three voters, from fixed secrets, with real numbers.

Every secret is SHA-256 of the text `worked example/NAME`, cut to its length, and the two primes of the one issuer key
are the first suitable ones after such a hash: whoever reads the page can make every byte again.

    python -m tests.docs.worked_example        writes the ledger, the verdict, the receipt and the tables of the page

Nothing here is a test; `test_worked_example.py` compares what this makes with what the documentation shows.
"""

import json
import tempfile
from dataclasses import dataclass
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import gmpy2

from crypto import ballot, blind_rsa, booklet, canonical, ed25519, hpke, merkle, shares, slips, transport
from crypto.checkpoint import Checkpoint, format_checkpoint
from crypto.encoding import b32, b64u, lp, tag
from crypto.note import ED25519, VerifierKey, sign_note
from crypto.words import fingerprint_words
from verify import rules
from verify.options import Options
from verify.verdict import judge, to_json

DOCS = Path(__file__).parents[2] / "docs"
LEDGER = DOCS / "formats" / "example.ledger"
VERDICT = DOCS / "formats" / "example.verdict.json"
RECEIPT = DOCS / "formats" / "example.receipt.json"
PROTOCOL = DOCS / "protocol.md"
BEGIN, END = "<!-- begin worked example -->\n", "<!-- end worked example -->\n"

MEETING_ID = "example"
ORIGIN = "ballot.example/example"
BASE_URL = "https://ballot.example"
CLASS = "A"
VOTERS = 3
PAGES = 1
BOXES = 2
CARDS, THRESHOLD = 3, 2
AT = "2026-12-18T01:30Z"
CHOICES = (
    {"marks": {"li-si": "oppose", "zhang-san": "approve"}},
    {"marks": {"li-si": "oppose", "zhang-san": "approve"}},
    {"marks": {"li-si": "approve", "zhang-san": "oppose"}},
)
CONTEST: dict[str, Any] = {
    "id": "finance",
    "title": "县财政局局长",
    "post": "finance-director",
    "posts": 1,
    "guard": None,
    "subject": None,
    "voters": [CLASS],
    "ballot": {
        "kind": "approval",
        "candidates": [
            {"id": "zhang-san", "name": "张三", "note": None},
            {"id": "li-si", "name": "李四", "note": None},
        ],
        "max_approve": 1,
        "labels": {"approve": "同意", "oppose": "不同意", "abstain": "弃权"},
    },
    "rules": [
        {
            "rule": "pass",
            "id": None,
            "cite": None,
            "classes": None,
            "mark": "approve",
            "over": "1/2",
            "of": "expected",
        },
        {"rule": "seats", "id": None, "cite": None, "seats": 1, "max_rounds": 2, "on_failure": "committee"},
    ],
}
ITEM: dict[str, Any] = {
    "id": "finance",
    "title": "县财政局局长人选差额票决",
    "cadre": True,
    "announce": "on-spot",
    "steps": [],
    "quorum": None,
    "show_ranks": True,
    "inputs": [],
    "scores": [],
    "contests": [CONTEST],
}


def secret(name: str, length: int = 32) -> bytes:
    """A secret of the example; `name` says which."""
    return sha256(f"worked example/{name}".encode()).digest()[:length]


def prime(name: str) -> int:
    """1024 bits of SHA-512, the two highest bits and the lowest set; then the first prime p with gcd(p − 1, e) = 1."""
    data = b"".join(sha512(f"worked example/{name}/{part}".encode()).digest() for part in (0, 1))
    number = gmpy2.mpz(int.from_bytes(data, "big") | 3 << 1022 | 1)
    while not (gmpy2.is_prime(number, 40) and gmpy2.gcd(number - 1, blind_rsa.E) == 1):
        number += 2
    return int(number)


@dataclass(frozen=True)
class Voter:
    """One phone, with everything it ever held."""

    number: int  # from 1
    slip_secret: bytes
    seed: bytes

    @property
    def token(self) -> bytes:
        return slips.redeem_token(self.slip_secret)

    @property
    def slip_id(self) -> bytes:
        return slips.slip_id(MEETING_ID, self.token)


@dataclass(frozen=True)
class Example:
    """What the page shows."""

    ledger: bytes
    verdict: dict[str, Any]
    receipt: dict[str, str]
    tables: str


def make() -> Example:  # a meeting is told in one piece
    """The whole meeting."""
    ledger_seed, receipt_seed = secret("ledger"), secret("receipt")
    issuer = blind_rsa.PrivateKey(prime("p"), prime("q"))
    voters = [Voter(one, secret(f"slip {one}", 16), secret(f"booklet {one}")) for one in range(1, VOTERS + 1)]
    cards = [secret(f"card {card}") for card in range(1, CARDS + 1)]
    box_seeds = [secret(f"box {box}") for box in range(BOXES)]
    box_keys = [hpke.derive_key_pair(seed) for seed in box_seeds]
    transport_keys = [hpke.derive_key_pair(secret(f"transport {box}")) for box in range(BOXES)]
    box_shares = [
        shares.split(seed, CARDS, THRESHOLD, lambda _length, box=box: secret(f"coefficient of box {box}"))
        for box, seed in enumerate(box_seeds)
    ]

    # Before the doors open: keys and slips, then the entry that commits to them.
    keys_line = canonical.encode(
        {"type": "keys", "issuer": "organiser", "class": CLASS, "n": [b64u(issuer.public_key.modulus_bytes)] * PAGES}
    )
    slip_lines = [
        canonical.encode({"type": "slip", "id": b64u(one), "class": CLASS, "reserve": False})
        for one in sorted(voter.slip_id for voter in voters)
    ]
    pads = [[shares.share_pad(card, MEETING_ID, box, key.public) for card in cards] for box, key in enumerate(box_keys)]
    commits = [
        [shares.share_commitment(MEETING_ID, box, card, share) for card, share in enumerate(given, 1)]
        for box, given in enumerate(box_shares)
    ]
    sealed = [
        [shares.xor(share, pad) for share, pad in zip(*both, strict=True)]
        for both in zip(box_shares, pads, strict=True)
    ]
    meeting = {
        "type": "meeting",
        "format": "ballot-service/meeting/1",
        "id": MEETING_ID,
        "title": "示例会议",
        "organiser": "县委组织部",
        "place": "县委党校",
        "date": "2026-12-18",
        "locale": "zh-CN",
        "classes": [{"id": CLASS, "name": "县委常委", "expected": VOTERS, "observer": False}],
        "reserve": {CLASS: 0},
        "min_class": 5,
        "quorum": {"at_least": "2/3", "of": "expected"},
        "agenda": [ITEM],
        "history": [],
        "bars": [],
        "calendar": None,
        "inputs": [],
        "scores": [],
        "origin": ORIGIN,
        "rsa_bits": 2048,
        "pages": PAGES,
        "boxes": [
            {
                "key": b64u(box_keys[box].public),
                "transport": b64u(transport_keys[box].public),
                "sealed": [b64u(one) for one in sealed[box]],
                "commit": [b64u(one) for one in commits[box]],
            }
            for box in range(BOXES)
        ],
        "scrutineers": {"cards": CARDS, "threshold": THRESHOLD},
        "ceremony": "server",
        "ledger_key": b64u(ed25519.public_key(ledger_seed)),
        "receipt_key": b64u(ed25519.public_key(receipt_seed)),
        "issuers": [{"id": "organiser", "name": "县委组织部"}],
        "keys": [b64u(merkle.leaf_hash(keys_line))],
        "slips": [
            {
                "class": CLASS,
                "count": VOTERS,
                "root": b64u(merkle.root_hash([merkle.leaf_hash(line) for line in slip_lines])),
            }
        ],
        "witnesses": {"quorum": 0, "keys": []},
        "transport": "https",
        "client": b64u(sha256(b"").digest()),
        "previous": None,
    }
    meeting_line = canonical.encode(meeting)
    fingerprint = merkle.leaf_hash(meeting_line)
    lines = [meeting_line, keys_line, *slip_lines]

    def append(kind: str, **fields: Any) -> bytes:
        lines.append(canonical.encode({"type": kind, **fields}))
        return lines[-1]

    def note() -> str:
        root = merkle.root_hash([merkle.leaf_hash(line) for line in lines])
        return sign_note(format_checkpoint(Checkpoint(ORIGIN, len(lines), root)), ORIGIN, ledger_seed)

    # The doors are open: three people come in and redeem their slips.
    append("attendance", present={CLASS: VOTERS}, by="organiser", at=AT)
    requests = [booklet.make_request(one.seed, fingerprint, CLASS, [[issuer.public_key] * PAGES]) for one in voters]
    answers = [
        [[blind_rsa.blind_sign(issuer, message, lambda length: bytes(length - 1) + b"\x02") for message in per_issuer]]
        for request in requests
        for per_issuer in request.blinded
    ]
    booklets = [booklet.finish(request, given) for request, given in zip(requests, answers, strict=True)]

    # The poll.
    length = rules.padded_length(CONTEST["ballot"])
    paper_line = append(
        "paper",
        fingerprint=b64u(fingerprint),
        item="finance",
        contest=CONTEST,
        round=1,
        page=1,
        classes=[CLASS],
        recused={},
        box=1,
        box_key=b64u(box_keys[1].public),
        length=length,
    )
    paper_hash = merkle.leaf_hash(paper_line)
    append("booklet", slips=[b64u(one.token) for one in sorted(voters, key=lambda voter: voter.slip_id)])
    append("poll-open", poll="p1", box=1, papers=[b64u(paper_hash)], small_groups=[], at=AT)
    cast = [
        ballot.make_ballot(
            pages[0].ballot_key_seed,
            paper_hash,
            CLASS,
            pages[0].credentials,
            box_public_key=box_keys[1].public,
            choice=canonical.encode(choice),
            length=length,
            ephemeral_seed=secret(f"ephemeral {number}"),
        )
        for number, (pages, choice) in enumerate(zip(booklets, CHOICES, strict=True), 1)
    ]
    lines += sorted(cast, key=lambda line: ballot.parse_ballot_line(line).key)
    append(
        "poll-close",
        poll="p1",
        counts=[{"paper": b64u(paper_hash), "class": CLASS, "issued": VOTERS, "returned": VOTERS}],
        hubs_missing=0,
        assisted=0,
        at=AT,
    )
    append(
        "box-open",
        poll="p1",
        box=1,
        shares=[{"card": card, "share": b64u(box_shares[1][card - 1])} for card in (1, 3)],
        close=note(),
        at=AT,
    )
    judged = rules.judge_round(
        contest=CONTEST,
        round_number=1,
        poll="p1",
        figures={CLASS: rules.ClassFigures(expected=VOTERS, present=VOTERS, issued=VOTERS, returned=VOTERS)},
        choices={CLASS: {canonical.encode(one): CHOICES.count(one) for one in CHOICES}},
        quorum=rules.read_quorum(meeting["quorum"]),  # type: ignore[arg-type]
        present_at_opening={CLASS: VOTERS},
        min_class=5,
        earlier=[],
    )
    append("result", poll="p1", contests={"finance": rules.result_form(judged)}, at=AT)
    append("announce", contests=["finance"], mode="on-spot", to="hall", at=AT)
    append("closed", scores={}, at=AT)
    ledger = b"".join(line + b"\n" for line in lines) + b"\n" + note().encode()

    ledger_key = VerifierKey(ORIGIN, ED25519, ed25519.public_key(ledger_seed))
    receipt = ballot.sign_receipt(receipt_seed, ballot.ballot_id(cast[0]))
    receipt_file = {
        "format": "ballot-service/receipt/1",
        "meeting": MEETING_ID,
        "ballot": b64u(ballot.ballot_id(cast[0])),
        "receipt": b64u(receipt),
        "line": cast[0].decode(),
    }

    # One phone's values, in the order in which it makes them.
    voter, request, page = voters[0], requests[0], booklets[0][0]
    first = ballot.parse_ballot_line(cast[0])
    message = booklet.credential_message(fingerprint, 1, CLASS, page.ballot_public_key)
    salt = booklet.salt(voter.seed, 1, 0)
    factor = booklet.blinding_factor(voter.seed, 1, 0, issuer.public_key.n)
    padded = ballot.pad_choice(canonical.encode(CHOICES[0]), length)
    payload = json.dumps({"token": b64u(voter.token), "blinded": [[b64u(m) for m in one] for one in request.blinded]})
    answer = json.dumps({"signatures": [[b64u(signature) for signature in one] for one in answers[0]]})
    body = transport.seal_request(
        transport_keys[0].public,
        fingerprint,
        "booklet",
        payload.encode(),
        ephemeral_seed=secret("request ephemeral"),
        answer_key=secret("answer key"),
        length=512,
    )
    tables = "".join(
        [
            _table(
                "The meeting (本次会议)",
                {
                    "fingerprint": fingerprint,
                    "fingerprint, words (zh)": fingerprint_words(fingerprint, "zh"),
                    "fingerprint, words (en)": fingerprint_words(fingerprint, "en"),
                    "ledger key, as a verifier key": str(ledger_key),
                    "leaf hash of the `keys` line": merkle.leaf_hash(keys_line),
                    "p": int(issuer._p).to_bytes(128, "big"),
                    "q": int(issuer._q).to_bytes(128, "big"),
                },
            ),
            _table(
                "A slip (入场凭条), voter 1",
                {
                    "X": voter.slip_secret,
                    "X in base32": b32(voter.slip_secret),
                    "T": voter.token,
                    "K": slips.keep_key(voter.slip_secret),
                    "slip id": voter.slip_id,
                    "QR text": slips.format_slip_url(BASE_URL, MEETING_ID, voter.slip_secret, CLASS, fingerprint),
                },
            ),
            _table(
                "A booklet (选票本), voter 1, page 1, issuer 0",
                {
                    "booklet seed": voter.seed,
                    "ballot key seed": booklet.ballot_key_seed(voter.seed, 1),
                    "ballot public key": page.ballot_public_key,
                    "credential message": message,
                    "salt": salt,
                    "r (try 0)": factor.to_bytes(256, "big"),
                    "EM": blind_rsa.encode_pss(message, salt, 2047),
                    "blinded message": request.blinded[0][0],
                    "request hash": booklet.request_hash(voter.slip_id, request.blinded),
                    "blind signature": answers[0][0][0],
                    "credential": page.credentials[0],
                },
            ),
            _table(
                "The redeeming request (换领请求), voter 1",
                {
                    "payload, before padding": payload[:60] + "…",
                    "info": transport.transport_info(fingerprint, "booklet"),
                    "ephemeral seed": secret("request ephemeral"),
                    "answer key": secret("answer key"),
                    f"SHA-256 of the body of {len(body)} bytes": sha256(body).digest(),
                    "SHA-256 of the sealed answer of 528 bytes": sha256(
                        transport.seal_answer(secret("answer key"), answer.encode(), 512)
                    ).digest(),
                },
            ),
            _table(
                "A ballot (选票), voter 1",
                {
                    "paper hash": paper_hash,
                    f"plaintext, {length} bytes": padded.decode().replace(" ", "␠"),
                    "info": ballot.seal_info(paper_hash, CLASS, first.key),
                    "ephemeral seed": secret("ephemeral 1"),
                    "enc": first.enc,
                    "ct": first.ct,
                    "signed message": ballot.ballot_message(paper_hash, CLASS, first.key, first.enc, first.ct),
                    "sig": first.sig,
                    "ballot id": ballot.ballot_id(cast[0]),
                    "receipt": receipt,
                },
            ),
            _table(
                "A share (份额), box 1, card 1",
                {
                    "box seed": box_seeds[1],
                    "box key": box_keys[1].public,
                    "box secret key": box_keys[1].secret,
                    "coefficient of x": secret("coefficient of box 1"),
                    "share": box_shares[1][0],
                    "card secret": cards[0],
                    "pad info": tag("box-share") + lp(MEETING_ID) + (1).to_bytes(2, "big") + box_keys[1].public,
                    "pad": pads[1][0],
                    "sealed": sealed[1][0],
                    "commit": commits[1][0],
                    "share of card 3": box_shares[1][2],
                },
            ),
        ]
    )
    return Example(ledger, _verdict(ledger, fingerprint), receipt_file, tables)


def _verdict(ledger: bytes, fingerprint: bytes) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.ledger"
        path.write_bytes(ledger)
        return to_json(judge(path, Options(fingerprint=fingerprint, jobs=1)), "en")


def _table(title: str, rows: dict[str, bytes | str]) -> str:
    def shown(value: bytes | str) -> str:
        return value.hex() if isinstance(value, bytes) else value

    body = "".join(f"| {name} | `{shown(value)}` |\n" for name, value in rows.items())
    return f"\n**{title}**\n\n| | |\n|---|---|\n{body}"


def between_markers(page: str) -> str:
    """The generated part of the page."""
    return page.split(BEGIN, 1)[1].split(END, 1)[0]


def main() -> None:
    example = make()
    LEDGER.write_bytes(example.ledger)
    VERDICT.write_text(json.dumps(example.verdict, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    RECEIPT.write_text(json.dumps(example.receipt, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page = PROTOCOL.read_text(encoding="utf-8")
    old = between_markers(page)
    PROTOCOL.write_text(page.replace(BEGIN + old + END, BEGIN + example.tables + END), encoding="utf-8")


if __name__ == "__main__":
    main()
