"""Issuing a booklet of 20 pages, against OpenSSL's raw RSA signing at the same size."""

from __future__ import annotations

import os

from crypto import blind_rsa, booklet
from tests.bench.openssl import operations_per_second
from tests.bench.table import Row, seconds_per_call

PAGES = 20
GOAL = 0.6


def measure() -> list[Row]:
    keys = [blind_rsa.generate_private_key(2048) for _page in range(PAGES)]
    request = booklet.make_request(os.urandom(32), bytes(32), "A", [[key.public_key for key in keys]])

    def issue() -> list[bytes]:
        return [
            blind_rsa.blind_sign(key, blinded, os.urandom)
            for key, blinded in zip(keys, request.blinded[0], strict=True)
        ]

    booklet.finish(request, [issue()])  # the signatures are right
    ours = PAGES / seconds_per_call(issue)
    limit = operations_per_second("rsa2048")[0]
    ratio = ours / limit
    return [
        Row(
            f"issuing a booklet of {PAGES} pages",
            f"{ours:,.0f} pages/s",
            f"{limit:,.0f} RSA-2048 signatures/s (openssl)",
            f"{ratio:.2f}",
            f"≥ {GOAL}",
            ratio >= GOAL,
        )
    ]
