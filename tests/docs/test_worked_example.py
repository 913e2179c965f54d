"""The worked example of docs/protocol.md §11 and its three files: every number is what the code makes today."""

import json

from tests.docs import worked_example
from verify.options import Options, read_fingerprint, read_receipt
from verify.verdict import judge

EXAMPLE = worked_example.make()


def test_the_tables_are_what_the_code_makes():
    shown = worked_example.between_markers(worked_example.PROTOCOL.read_text(encoding="utf-8"))
    assert shown == EXAMPLE.tables, "run: python -m tests.docs.worked_example"


def test_the_ledger_is_what_the_code_makes():
    assert worked_example.LEDGER.read_bytes() == EXAMPLE.ledger


def test_the_verdict_is_what_the_verifier_says():
    assert json.loads(worked_example.VERDICT.read_text(encoding="utf-8")) == EXAMPLE.verdict
    assert EXAMPLE.verdict["accepted"]
    assert EXAMPLE.verdict["pinned"]
    assert EXAMPLE.verdict["contests"]["finance"]["final"]["elected"] == ["zhang-san"]


def test_the_receipt_is_found_in_the_ledger():
    assert json.loads(worked_example.RECEIPT.read_text(encoding="utf-8")) == EXAMPLE.receipt
    judged = judge(
        worked_example.LEDGER, Options(unpinned=True, receipts=(read_receipt(worked_example.RECEIPT),), jobs=1)
    )
    assert judged.accepted
    assert "V05: no receipt supplied" not in judged.not_covered


def test_the_same_meeting_is_made_twice():
    assert worked_example.make() == EXAMPLE


def test_the_fingerprint_in_words_pins_the_example():
    words = "僚质牙尘坏鼻渐饼"
    assert judge(worked_example.LEDGER, Options(fingerprint=read_fingerprint(words), jobs=1)).accepted
    assert not judge(worked_example.LEDGER, Options(fingerprint=bytes(11), jobs=1)).accepted


def test_numbers_quoted_in_the_text_are_those_of_the_example():
    protocol = worked_example.PROTOCOL.read_text(encoding="utf-8").split(worked_example.BEGIN)[0]
    ledger = EXAMPLE.ledger.decode()
    for quoted in ("5DTRI1d1Xi6c3_-geqUqL4Gn", "OWp1UVV9dxrWCOfA", "bU3ho0mS"):
        assert quoted in protocol
        assert quoted in ledger
    for name in ("HTTPS://BALLOT.EXAMPLE/M/EXAMPLE#TTY7E66N67ZXQTAYGH23JLFHII.A.2KRGFNSIEUF4QWMPO77OBDAIKF4UC3Q7",):
        assert name in protocol
        assert name in EXAMPLE.tables
        assert name in (worked_example.DOCS / "api.md").read_text(encoding="utf-8")
    for line in EXAMPLE.ledger.decode().splitlines()[-5:]:
        assert (
            line in (worked_example.DOCS / "formats" / "ledger.md").read_text(encoding="utf-8")
            or "—" in line
            or line.isdigit()
        )
