"""A booklet: from one 32-byte seed to blank pages, each a ballot key with its credentials.

Format: docs/protocol.md §5. Everything random about a booklet comes from the seed by HKDF-SHA256 (seed as key material,
no salt), so a device persists one value before its request and can always make the same request again. Pages count
from 1, issuers and tries from 0.
The server's answer is verified before anything is kept. A page whose answer does not verify ends the booklet: asking
again with the same message would let a signer that spoils chosen answers see who comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from crypto import blind_rsa, ed25519, hkdf
from crypto.encoding import lp, tag, u8, u16
from crypto.errors import BadBlindSignature, BookletAbandoned

SEED_BYTES = 32


@dataclass(frozen=True)
class Page:
    """One blank page: enough to cast one ballot."""

    number: int  # from 1
    ballot_key_seed: bytes = field(repr=False)  # 32 bytes
    ballot_public_key: bytes  # 32 bytes
    credentials: tuple[bytes, ...]  # one per issuer, in the meeting's order


@dataclass(frozen=True)
class PendingPage:
    """A page between request and answer."""

    number: int
    ballot_key_seed: bytes = field(repr=False)
    ballot_public_key: bytes
    message: bytes = field(repr=False)
    inverses: tuple[int, ...] = field(repr=False)  # one per issuer


@dataclass
class Request:
    """A booklet between request and answer: `blinded` goes to the server, the rest stays."""

    blinded: list[list[bytes]]  # per issuer, per page
    pages: tuple[PendingPage, ...] = field(repr=False)
    issuer_keys: tuple[tuple[blind_rsa.PublicKey, ...], ...] = field(repr=False)
    abandoned: bool = False


def ballot_key_seed(seed: bytes, page: int) -> bytes:
    """The Ed25519 seed of a page's ballot key, 32 bytes."""
    return _derive(seed, tag("ballot-key") + u16(page), ed25519.SEED_BYTES)


def salt(seed: bytes, page: int, issuer_index: int) -> bytes:
    """The PSS salt, 48 bytes."""
    return _derive(seed, tag("salt") + u16(page) + u8(issuer_index), blind_rsa.SALT_BYTES)


def blinding_factor(seed: bytes, page: int, issuer_index: int, n: int) -> int:
    """r, uniform in 1 ≤ r < n: k_len bytes masked to bit_len(n), the first of try 0, 1, 2 … that lies there.

    Raises: RuntimeError after 256 tries, which chance does not bring about.
    """
    bits = n.bit_length()
    for attempt in range(256):
        info = tag("blind") + u16(page) + u8(issuer_index) + u8(attempt)
        r = int.from_bytes(_derive(seed, info, (bits + 7) // 8), "big") & ((1 << bits) - 1)
        if 1 <= r < n:
            return r
    raise RuntimeError("no blinding factor in 256 tries")


def credential_message(fingerprint: bytes, page: int, voter_class: str, ballot_public_key: bytes) -> bytes:
    """What an issuer signs without seeing it: this key, for this page, class and meeting."""
    return tag("credential") + fingerprint + u16(page) + lp(voter_class) + ballot_public_key


def request_hash(slip_id: bytes, blinded: Sequence[Sequence[bytes]]) -> bytes:
    """32 bytes that decide whether a request is the same as before: issuers in order, in each the pages in order."""
    digest = sha256(tag("redeem") + slip_id)
    for per_issuer in blinded:
        for blinded_msg in per_issuer:
            digest.update(blinded_msg)
    return digest.digest()


def make_request(
    seed: bytes, fingerprint: bytes, voter_class: str, issuer_keys: Sequence[Sequence[blind_rsa.PublicKey]]
) -> Request:
    """Client: the blinded messages of all pages. `issuer_keys` per issuer, per page, from `PublicKey.from_modulus`.

    The same arguments give the same request. Raises: EncodedMessageNotCoprime, BadBlind: then send nothing.
    """
    keys = tuple(tuple(per_issuer) for per_issuer in issuer_keys)
    if len(seed) != SEED_BYTES or not keys or len({len(per_issuer) for per_issuer in keys}) != 1:
        raise RuntimeError("expected a seed of 32 bytes and as many keys from every issuer")
    blinded: list[list[bytes]] = [[] for _ in keys]
    pages = []
    for number in range(1, len(keys[0]) + 1):
        key_seed = ballot_key_seed(seed, number)
        public_key = ed25519.public_key(key_seed)
        message = blind_rsa.prepare(credential_message(fingerprint, number, voter_class, public_key))
        inverses = []
        for index, per_issuer in enumerate(keys):
            issuer_key = per_issuer[number - 1]
            r = blinding_factor(seed, number, index, issuer_key.n)
            blinded_msg, inverse = blind_rsa.blind(issuer_key, message, salt(seed, number, index), r)
            blinded[index].append(blinded_msg)
            inverses.append(inverse)
        pages.append(PendingPage(number, key_seed, public_key, message, tuple(inverses)))
    return Request(blinded, tuple(pages), keys)


def finish(request: Request, blind_signatures: Sequence[Sequence[bytes]]) -> list[Page]:
    """Client: the pages, every credential verified. `blind_signatures` per issuer, per page.

    Raises: BadBlindSignature, and from then on BookletAbandoned: tell the organiser, do not retry.
    """
    if request.abandoned:
        raise BookletAbandoned("an answer to this booklet was wrong; it is not tried again")
    try:
        return _finish(request, blind_signatures)
    except BadBlindSignature:
        request.abandoned = True
        raise


def _finish(request: Request, blind_signatures: Sequence[Sequence[bytes]]) -> list[Page]:
    expected = [len(per_issuer) for per_issuer in request.blinded]
    if [len(per_issuer) for per_issuer in blind_signatures] != expected:
        raise BadBlindSignature(f"expected {expected} signatures per issuer")
    pages = []
    for pending in request.pages:
        place = pending.number - 1
        credentials = tuple(
            blind_rsa.finalize(keys[place], pending.message, answers[place], inverse)
            for keys, answers, inverse in zip(request.issuer_keys, blind_signatures, pending.inverses, strict=True)
        )
        pages.append(Page(pending.number, pending.ballot_key_seed, pending.ballot_public_key, credentials))
    return pages


def _derive(seed: bytes, info: bytes, length: int) -> bytes:
    return hkdf.derive(seed, info, length)
