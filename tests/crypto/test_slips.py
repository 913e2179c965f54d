"""Slips: what leaves the paper, and the text of the QR code."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto import slips
from crypto.errors import MalformedSlip

SECRET, FINGERPRINT = bytes(range(16)), bytes(range(100, 132))
URL = slips.format_slip_url("https://ballot.example", "lushui-2026-12", SECRET, "A", FINGERPRINT)


def test_token_and_keep_key_are_separate_derivations() -> None:
    token, keep = slips.redeem_token(SECRET), slips.keep_key(SECRET)
    assert token == HKDF(SHA256(), 16, None, b"ballot-service/v1/redeem\x00").derive(SECRET)
    assert keep == HKDF(SHA256(), 32, None, b"ballot-service/v1/keep\x00").derive(SECRET)
    assert token not in (SECRET, keep[:16])


def test_a_slip_id_belongs_to_one_meeting() -> None:
    token = slips.redeem_token(SECRET)
    assert len(slips.slip_id("a", token)) == 32
    assert slips.slip_id("a", token) != slips.slip_id("b", token)


def test_the_qr_text_is_upper_case_and_hides_the_secret_behind_the_hash_sign() -> None:
    assert URL == (
        "HTTPS://BALLOT.EXAMPLE/M/LUSHUI-2026-12#AAAQEAYEAUDAOCAJBIFQYDIOB4.A.MRSWMZ3INFVGW3DNNZXXA4LSON2HK5TX"
    )
    assert URL.upper() == URL


@pytest.mark.parametrize(
    "base_url",
    [
        "https://ballot.example",
        "http://192.168.1.5:8080",
        "https://ballot.example/",
        "HTTPS://Ballot.Example",
        "http://[fe80::1]:80",
    ],
)
def test_the_qr_text_reads_back(base_url: str) -> None:
    code = slips.parse_slip_url(slips.format_slip_url(base_url, "m-1", SECRET, "B2", FINGERPRINT))
    assert code == slips.SlipCode(base_url.lower().rstrip("/"), "m-1", SECRET, "B2", FINGERPRINT[:20])


def test_a_browser_that_lowers_scheme_and_host_does_no_harm() -> None:
    lowered = URL.replace("HTTPS://BALLOT.EXAMPLE", "https://ballot.example")
    assert slips.parse_slip_url(lowered) == slips.parse_slip_url(URL)


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param("", id="nothing"),
        pytest.param(URL.replace("HTTPS", "FTP"), id="another scheme"),
        pytest.param(URL.replace("BALLOT.EXAMPLE", "USER@BALLOT.EXAMPLE"), id="a user before the host"),
        pytest.param(URL.replace("BALLOT.EXAMPLE", ""), id="no host"),
        pytest.param(URL.replace("/M/", "/X/"), id="another path"),
        pytest.param(URL.replace("/M/", "/M/A/"), id="a longer path"),
        pytest.param(URL.replace("#", "?"), id="no fragment"),
        pytest.param(URL.replace("LUSHUI", "LU_SHUI"), id="another meeting id"),
        pytest.param(URL.replace(".A.", ".."), id="no class"),
        pytest.param(URL.replace(".A.", ".a."), id="a class in lower case"),
        pytest.param(URL.replace(".A.", ".A.B."), id="a part too many"),
        pytest.param(URL[:-1], id="a cut fingerprint"),
        pytest.param(URL.replace("#AAA", "#AA"), id="a cut secret"),
        pytest.param(URL.replace("#AAA", "#aaa"), id="a secret in lower case"),
        pytest.param(URL.replace("DIOB4", "DIOB5"), id="a bit after the last byte"),
        pytest.param(URL + "\n", id="a newline"),
        pytest.param(URL.replace("K", "\u212a"), id="a Kelvin sign"),
        pytest.param("HTTPS://" + "A" * 600, id="too long"),
    ],
)
def test_what_is_no_slip_is_refused(spoiled: str) -> None:
    slips.parse_slip_url(URL)
    with pytest.raises(MalformedSlip) as caught:
        slips.parse_slip_url(spoiled)
    assert "EAYEAUDA" not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "meeting_id", "voter_class", "fingerprint"),
    [
        pytest.param("https://ballot.example/path", "m", "A", FINGERPRINT, id="a path, which upper case would break"),
        pytest.param("ballot.example", "m", "A", FINGERPRINT, id="no scheme"),
        pytest.param("https://ballot.example", "M", "A", FINGERPRINT, id="a meeting id in upper case"),
        pytest.param("https://ballot.example", "m", "a", FINGERPRINT, id="a class in lower case"),
        pytest.param("https://ballot.example", "m", "A", bytes(19), id="a short fingerprint"),
    ],
)
def test_what_makes_no_slip_is_not_printed(
    base_url: str, meeting_id: str, voter_class: str, fingerprint: bytes
) -> None:
    with pytest.raises(MalformedSlip):
        slips.format_slip_url(base_url, meeting_id, SECRET, voter_class, fingerprint)


def test_a_secret_of_another_length_is_our_own_mistake_and_none_is_printed() -> None:
    for function in (slips.redeem_token, slips.keep_key):
        with pytest.raises(RuntimeError):
            function(bytes(15))
    assert "secret" not in repr(slips.parse_slip_url(URL))
