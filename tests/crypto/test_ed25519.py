"""Ed25519: one rule set, counted out again in plain integers, for all 914 published edge cases."""

from hashlib import sha512
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto import ed25519
from crypto.errors import BadPublicKey, BadSignature, CryptoError
from tests.crypto import vectors

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    (x1, y1), (x2, y2) = a, b
    cross = D * x1 * x2 * y1 * y2 % P
    inverse = pow((1 + cross) * (1 - cross), -1, P)
    return (x1 * y2 + x2 * y1) * (1 - cross) * inverse % P, (y1 * y2 + x1 * x2) * (1 + cross) * inverse % P


def multiply(scalar: int, point: Point) -> Point:
    """Extended coordinates, RFC 8032 §5.1.4: affine ones would need an inverse in every step."""
    x, y = point
    total, step = (0, 1, 1, 0), (x, y, 1, x * y % P)
    while scalar:
        if scalar & 1:
            total = add_extended(total, step)
        step = add_extended(step, step)
        scalar >>= 1
    inverse = pow(total[2], -1, P)
    return total[0] * inverse % P, total[1] * inverse % P


def add_extended(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """The point, if `data` is its one canonical encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def is_good_point(data: bytes) -> bool:
    point = decode(data)
    return point is not None and multiply(8, point) != NEUTRAL


def plain_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule set of the protocol, sentence by sentence."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L or not is_good_point(key) or not is_good_point(r):
        return False
    a = decode(key)
    assert a is not None
    k = int.from_bytes(sha512(r + key + message).digest(), "little") % L
    minus_a = (P - a[0], a[1])
    return encode(add(multiply(s, BASE), multiply(k, minus_a))) == r


def base_point() -> Point:
    point = decode(bytes.fromhex("58" + "66" * 31))  # y = 4/5
    assert point is not None
    return point


BASE = base_point()


def accepts(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        ed25519.verify(key, message, signature)
    except CryptoError:
        return False
    return True


def test_all_914_edge_cases_get_the_answer_of_the_rules() -> None:
    cases: list[dict[str, Any]] = vectors.load("ed25519_edge_cases.json")
    assert len(cases) == 914
    accepted = 0
    for case in cases:
        key, signature, message = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode()
        expected = plain_verify(key, message, signature)
        assert accepts(key, message, signature) is expected, case
        accepted += expected
    assert 0 < accepted < 914


def test_keys_of_the_edge_cases_are_judged_without_a_signature() -> None:
    for key in {bytes.fromhex(case["key"]) for case in vectors.load("ed25519_edge_cases.json")}:
        try:
            ed25519.check_public_key(key)
            passed = True
        except BadPublicKey:
            passed = False
        assert passed is is_good_point(key), key.hex()


def test_every_small_order_point_is_refused() -> None:
    generator = decode(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
    assert generator is not None
    points = {multiply(factor, generator) for factor in range(8)}
    assert len(points) == 8
    for point in points:
        with pytest.raises(BadPublicKey, match="small order"):
            ed25519.check_public_key(encode(point))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(bytes(31), id="too short"),
        pytest.param(bytes(33), id="too long"),
        pytest.param((P + 3).to_bytes(32, "little"), id="y not below p"),
        pytest.param((2).to_bytes(32, "little"), id="no point of the curve"),
    ],
)
def test_a_key_that_is_none_is_refused(key: bytes) -> None:
    with pytest.raises(BadPublicKey):
        ed25519.check_public_key(key)
    with pytest.raises(BadPublicKey):
        ed25519.verify(key, b"", bytes(64))


def test_a_mixed_order_key_passes_here_as_it_does_in_verify() -> None:
    key = decode(ed25519.public_key(bytes(32)))
    order_2 = (0, P - 1)
    assert key is not None
    ed25519.check_public_key(encode(add(key, order_2)))


def test_the_first_vectors_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = ed25519.public_key(seed)
    assert key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = ed25519.sign(seed, b"")
    assert signature.hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    ed25519.verify(key, b"", signature)


def test_the_library_accepts_our_signatures_and_we_accept_its() -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    Ed25519PublicKey.from_public_bytes(ed25519.public_key(bytes(range(32)))).verify(
        ed25519.sign(bytes(range(32)), b"text"), b"text"
    )
    ed25519.verify(private_key.public_key().public_bytes_raw(), b"text", private_key.sign(b"text"))


def test_one_spoiled_thing_spoils_the_signature() -> None:
    seed, message = bytes(range(32)), b"text"
    key, signature = ed25519.public_key(seed), ed25519.sign(seed, message)
    ed25519.verify(key, message, signature)
    s_plus_l = int.from_bytes(signature[32:], "little") + L
    spoiled = [
        (key, message + b".", signature),
        (ed25519.public_key(bytes(32)), message, signature),
        (key, message, bytes([signature[0] ^ 1]) + signature[1:]),
        (key, message, signature[:32] + s_plus_l.to_bytes(32, "little")),
        (key, message, signature[:-1]),
        (key, message, signature + b"\x00"),
        (key, message, b""),
    ]
    for arguments in spoiled:
        with pytest.raises(BadSignature):
            ed25519.verify(*arguments)
