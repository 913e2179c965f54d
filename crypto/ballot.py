"""A ballot: a sealed choice, signed with the key of one page, as one line of the ledger.

Format: docs/protocol.md §7. The paper's hash, the class and the ballot key go into the seal and into the signature, so
neither serves for another question, meeting or person. All ballots for one paper have one length.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from crypto import canonical, ed25519, hpke, merkle
from crypto.encoding import b64u, from_b64u, lp, tag
from crypto.errors import BadLength, MalformedBallot, MalformedEncoding, MalformedJson

if TYPE_CHECKING:
    from crypto.canonical import JSON

HASH_BYTES = 32
_FIELDS = {"type", "paper", "class", "key", "sigs", "enc", "ct", "sig"}
_CLASS = re.compile(r"[A-Z0-9]{1,8}", re.ASCII)
_PADDING = b" "


@dataclass(frozen=True)
class Ballot:
    """The fields of a `ballot` line, decoded."""

    paper_hash: bytes  # 32 bytes, the leaf hash of the `paper` entry
    voter_class: str
    key: bytes  # 32 bytes, the ballot public key
    sigs: tuple[bytes, ...]  # the credentials, one per issuer
    enc: bytes  # 32 bytes
    ct: bytes  # the paper's length + 16 bytes
    sig: bytes  # 64 bytes


def pad_choice(choice: bytes, length: int) -> bytes:
    """The plaintext of a seal: canonical JSON, then spaces up to the paper's `length`. Raises: BadLength."""
    if len(choice) > length:
        raise BadLength(f"the choice is longer than the {length} bytes of this paper")
    return choice.ljust(length, _PADDING)


def unpad_choice(plaintext: bytes) -> bytes:
    """The choice without its padding. Canonical JSON never ends in a space, so nothing else is lost."""
    return plaintext.rstrip(_PADDING)


def seal_info(paper_hash: bytes, voter_class: str, ballot_public_key: bytes) -> bytes:
    """The context of a seal: a copy of someone's ciphertext under another key does not open."""
    return tag("seal") + paper_hash + lp(voter_class) + ballot_public_key


def ballot_message(paper_hash: bytes, voter_class: str, key: bytes, enc: bytes, ct: bytes) -> bytes:
    """What the ballot key signs."""
    return tag("ballot") + paper_hash + lp(voter_class) + key + sha256(enc + ct).digest()


def make_ballot(
    key_seed: bytes,
    paper_hash: bytes,
    voter_class: str,
    credentials: Sequence[bytes],
    *,
    box_public_key: bytes,
    choice: bytes,
    length: int,
    ephemeral_seed: bytes,
) -> bytes:
    """Client: the ballot line.

    `choice` is canonical JSON, `length` the paper's, `ephemeral_seed` 32 fresh random bytes. The device stores the line
    before it sends it, and then sends only these bytes.
    Raises: BadLength, BadRecipientKey.
    """
    key = ed25519.public_key(key_seed)
    info = seal_info(paper_hash, voter_class, key)
    enc, ct = hpke.seal(box_public_key, info, pad_choice(choice, length), ephemeral_seed)
    sig = ed25519.sign(key_seed, ballot_message(paper_hash, voter_class, key, enc, ct))
    return ballot_line(Ballot(paper_hash, voter_class, key, tuple(credentials), enc, ct, sig))


def ballot_line(ballot: Ballot) -> bytes:
    """The canonical bytes of the `ballot` entry, without a newline."""
    return canonical.encode(
        {
            "type": "ballot",
            "paper": b64u(ballot.paper_hash),
            "class": ballot.voter_class,
            "key": b64u(ballot.key),
            "sigs": [b64u(credential) for credential in ballot.sigs],
            "enc": b64u(ballot.enc),
            "ct": b64u(ballot.ct),
            "sig": b64u(ballot.sig),
        }
    )


def parse_ballot_line(line: bytes, max_bytes: int = canonical.MAX_BYTES) -> Ballot:
    """The inverse of `ballot_line`. Only the form is checked: whether it verifies and fits its paper is the caller's.

    Raises: MalformedBallot.
    """
    try:
        entry = canonical.decode_object(line, max_bytes=max_bytes, max_depth=2)
    except MalformedJson as error:
        raise MalformedBallot(f"line: {error}") from error
    if entry.keys() != _FIELDS or entry["type"] != "ballot":
        raise MalformedBallot("expected exactly the fields of a ballot")
    voter_class, sigs = entry["class"], entry["sigs"]
    if not isinstance(voter_class, str) or not _CLASS.fullmatch(voter_class):
        raise MalformedBallot("class: not a class id")
    if not isinstance(sigs, list) or not sigs:
        raise MalformedBallot("sigs: expected a list of credentials")
    return Ballot(
        paper_hash=_bytes_of("paper", entry["paper"], HASH_BYTES),
        voter_class=voter_class,
        key=_bytes_of("key", entry["key"], ed25519.PUBLIC_KEY_BYTES),
        sigs=tuple(_bytes_of("sigs", credential) for credential in sigs),
        enc=_bytes_of("enc", entry["enc"], hpke.ENC_BYTES),
        ct=_bytes_of("ct", entry["ct"]),
        sig=_bytes_of("sig", entry["sig"], ed25519.SIGNATURE_BYTES),
    )


def check_ballot_signature(ballot: Ballot) -> None:
    """The ballot key has signed this sealed choice for this paper and class. Raises: BadPublicKey, BadSignature."""
    message = ballot_message(ballot.paper_hash, ballot.voter_class, ballot.key, ballot.enc, ballot.ct)
    ed25519.verify(ballot.key, message, ballot.sig)


def ballot_id(line: bytes) -> bytes:
    """32 bytes: the leaf hash of the line, the name under which the ledger will hold it."""
    return merkle.leaf_hash(line)


def receipt_message(ballot_id: bytes) -> bytes:
    """What the receipt key signs: no time, number or node, so the same ballot always has the same receipt."""
    return tag("receipt") + ballot_id


def sign_receipt(receipt_seed: bytes, ballot_id: bytes) -> bytes:
    """Server, after COMMIT: the 64-byte promise that the closed poll will hold this ballot."""
    return ed25519.sign(receipt_seed, receipt_message(ballot_id))


def check_receipt(receipt_public_key: bytes, ballot_id: bytes, receipt: bytes) -> None:
    """Raises: BadSignature, BadPublicKey."""
    ed25519.verify(receipt_public_key, receipt_message(ballot_id), receipt)


def _bytes_of(name: str, value: "JSON", length: int | None = None) -> bytes:
    if not isinstance(value, str):
        raise MalformedBallot(f"{name}: expected text")
    try:
        return from_b64u(value, length)
    except MalformedEncoding as error:
        raise MalformedBallot(f"{name}: {error}") from error
