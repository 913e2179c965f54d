"""Big ledgers for the benchmarks: honest ones, with real keys, kept in `build/bench` because making them takes time."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

from crypto import blind_rsa, booklet, ed25519
from tests.ledger_builder import LedgerBuilder, contest, item

FOLDER = Path("build/bench")
VOTER_CLASS = "A"
CHOICES = ({"zhang-san": "approve", "li-si": "oppose"}, {"zhang-san": "oppose", "li-si": "approve"}, {})


class BigBuilder(LedgerBuilder):
    """Booklets of one page, signed by the issuer directly: blinding is not what is measured here."""

    booklets: list[list[booklet.Page]]

    def make_booklets(self, count: int) -> None:
        key = self.key(VOTER_CLASS, 1)
        parts = [(key.private_bytes(), self.fingerprint, size) for size in _parts(count)]
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            self.booklets = [[page] for pages in pool.starmap(_sign_pages, parts) for page in pages]

    def _make_booklet(self, voter_class: str) -> list[booklet.Page]:
        return self.booklets.pop()


def ledger_of(ballots: int) -> Path:
    """A ledger with so many ballots in one poll."""
    path = FOLDER / f"{ballots}.ledger"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_make(ballots))
    return path


def _make(ballots: int) -> bytes:
    builder = BigBuilder([item("post", [contest("post")])], {VOTER_CLASS: ballots}, pages=1, boxes=2)
    builder.make_booklets(ballots)
    builder.attendance(A=ballots)
    builder.redeem(VOTER_CLASS, ballots)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, VOTER_CLASS, *(CHOICES[number % 3] for number in range(ballots)))
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.announce("post", "hall")
    builder.close()
    return builder.ledger()


def _parts(count: int) -> list[int]:
    return [min(1000, count - start) for start in range(0, count, 1000)]


def _sign_pages(private: bytes, fingerprint: bytes, count: int) -> list[booklet.Page]:
    key = blind_rsa.PrivateKey.from_private_bytes(private)
    pages = []
    for _page in range(count):
        seed = os.urandom(32)
        public = ed25519.public_key(seed)
        message = booklet.credential_message(fingerprint, 1, VOTER_CLASS, public)
        encoded = blind_rsa.encode_pss(message, os.urandom(48), key.public_key.bits - 1)
        pages.append(booklet.Page(1, seed, public, (blind_rsa.blind_sign(key, encoded, os.urandom),)))
    return pages
