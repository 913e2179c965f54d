"""The voters' page is tested against values from here: they have to be what `crypto` gives today."""

from crypto import hkdf
from crypto.encoding import from_b64u, tag, u8, u16
from tests.crypto import phone_values


def test_the_values_given_to_the_page_are_those_of_today():
    assert phone_values.FILE.read_text(encoding="utf-8") == phone_values.file_text(), (
        "run: python -m tests.crypto.phone_values"
    )


def test_some_blinding_factors_needed_a_second_try_and_some_did_not():
    values = phone_values.values()["booklets"][0]
    tries = [
        int.from_bytes(hkdf.derive(bytes.fromhex(values["seed"]), tag("blind") + place, 256), "big")
        < int.from_bytes(from_b64u(modulus), "big")
        for issuer, row in enumerate(values["moduli"])
        for page, modulus in enumerate(row, start=1)
        for place in [u16(page) + u8(issuer) + u8(0)]
    ]
    assert set(tries) == {True, False}
