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
    """Pages are signed by the issuer directly: blinding is not what is measured here."""

    booklets: list[list[booklet.Page]]

    def make_booklets(self, count: int) -> None:
        by_page = []
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            for number in range(1, self.pages + 1):
                key = self.key(VOTER_CLASS, number).private_bytes()
                parts = [(key, self.fingerprint, number, size) for size in _parts(count)]
                by_page.append([page for pages in pool.starmap(_sign_pages, parts) for page in pages])
        self.booklets = [list(pages) for pages in zip(*by_page, strict=True)]

    def _make_booklet(self, voter_class: str) -> list[booklet.Page]:
        return self.booklets.pop()


def ledger_of(ballots: int) -> Path:
    """A ledger with so many ballots in one poll of ten contests: a tenth as many people with booklets of ten pages."""
    path = FOLDER / f"{ballots}.ledger"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_make(ballots))
    return path


def _make(ballots: int) -> bytes:
    contests = [f"post-{number}" for number in range(1, 11)]
    voters = ballots // len(contests)
    agenda = [item("posts", [contest(name) for name in contests])]
    builder = BigBuilder(agenda, {VOTER_CLASS: voters}, pages=len(contests), boxes=2)
    builder.make_booklets(voters)
    builder.attendance(A=voters)
    builder.redeem(VOTER_CLASS, voters)
    papers = [builder.paper(name) for name in contests]
    poll = builder.open_poll(*papers)
    for paper in papers:
        builder.cast(poll, paper, VOTER_CLASS, *(CHOICES[number % 3] for number in range(voters)))
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    return builder.ledger()


def _parts(count: int) -> list[int]:
    return [min(1000, count - start) for start in range(0, count, 1000)]


def _sign_pages(private: bytes, fingerprint: bytes, number: int, count: int) -> list[booklet.Page]:
    key = blind_rsa.PrivateKey.from_private_bytes(private)
    pages = []
    for _page in range(count):
        seed = os.urandom(32)
        public = ed25519.public_key(seed)
        message = booklet.credential_message(fingerprint, number, VOTER_CLASS, public)
        encoded = blind_rsa.encode_pss(message, os.urandom(48), key.public_key.bits - 1)
        pages.append(booklet.Page(number, seed, public, (blind_rsa.blind_sign(key, encoded, os.urandom),)))
    return pages
