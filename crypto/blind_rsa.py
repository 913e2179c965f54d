"""Blind RSA signatures: the signer signs what it cannot see, and everyone can verify what it signed.

Text: RFC 9474, variant RSABSSA-SHA384-PSS-Deterministic (SHA-384, MGF1-SHA-384, salt 48 bytes, no randomiser: our
messages hold a fresh public key). Exponent 65537, always. Names are those of RFC 9474 §4.

Two steps that ports of the draft leave out are here on purpose: the client's gcd(EM, n) = 1, without which a modulus
with small factors marks the people it is given to, and the signer's s^e = m, without which one computing fault
publishes the key.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha384

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from crypto import openssl_rsa
from crypto.errors import (
    BadBlind,
    BadBlindedMessage,
    BadBlindSignature,
    BadCredential,
    BadModulus,
    EncodedMessageNotCoprime,
    SigningFault,
)

RandomBytes = Callable[[int], bytes]

E = 65537
SALT_BYTES = 48
_HASH_BYTES = 48
_PSS = padding.PSS(mgf=padding.MGF1(SHA384()), salt_length=SALT_BYTES)
_SMALL_PRIMES_PRODUCT = gmpy2.primorial(E - 1)
_BLINDING_USES = 32


@dataclass(frozen=True)
class PublicKey:
    """An issuer key as everyone sees it. Build it from a ledger with `from_modulus`, which checks it."""

    n: int

    @property
    def bits(self) -> int:
        """bit_len(n)."""
        return self.n.bit_length()

    @property
    def k_len(self) -> int:
        """Bytes of the modulus, and of every message and signature under it."""
        return (self.n.bit_length() + 7) // 8

    @property
    def modulus_bytes(self) -> bytes:
        """n, big-endian, exactly `k_len` bytes."""
        return self.n.to_bytes(self.k_len, "big")

    @classmethod
    def from_modulus(cls, data: bytes, bits: int) -> "PublicKey":
        """The checks of a client before it trusts an issuer key of a meeting that says `bits`.

        Raises: BadModulus. Source: docs/protocol.md §5; the small factors: `EncodedMessageNotCoprime`.
        """
        if len(data) * 8 != bits:
            raise BadModulus(f"expected {bits} bits, got {len(data)} bytes")
        n = int.from_bytes(data, "big")
        if n.bit_length() != bits:
            raise BadModulus(f"expected {bits} bits, got {n.bit_length()}")
        if n % 2 == 0:
            raise BadModulus("the modulus is even")
        if gmpy2.gcd(_SMALL_PRIMES_PRODUCT, n) != 1:
            raise BadModulus("the modulus has a prime factor below 65537")
        return cls(n)


class PrivateKey:
    """The two primes of an issuer key and what signing needs of them. Its text form shows nothing of it.

    Raises: BadModulus when the primes are equal or do not admit the exponent 65537.
    """

    __slots__ = (
        "_blind",
        "_blind_uses",
        "_dp",
        "_dq",
        "_lock",
        "_n",
        "_openssl",
        "_openssl_tried",
        "_p",
        "_q",
        "_q_inverse",
        "_unblind",
        "public_key",
    )

    def __init__(self, p: int, q: int) -> None:
        if p == q or gmpy2.gcd(E, (p - 1) * (q - 1)) != 1:
            raise BadModulus("the primes do not make a key with exponent 65537")
        self._p, self._q = gmpy2.mpz(p), gmpy2.mpz(q)
        self._n = self._p * self._q
        self._dp = gmpy2.invert(E, self._p - 1)
        self._dq = gmpy2.invert(E, self._q - 1)
        self._q_inverse = gmpy2.invert(self._q, self._p)
        self._lock = threading.Lock()
        self._openssl: openssl_rsa.RawKey | None = None
        self._openssl_tried = False
        self._blind = self._unblind = gmpy2.mpz(1)
        self._blind_uses = _BLINDING_USES  # the first use draws a fresh pair
        self.public_key = PublicKey(int(self._n))

    def __repr__(self) -> str:
        return f"PrivateKey({self.public_key.bits} bits)"

    def private_bytes(self) -> bytes:
        """p ‖ q, each half of `k_len` bytes, for the key directory."""
        half = self.public_key.k_len // 2
        return int(self._p).to_bytes(half, "big") + int(self._q).to_bytes(half, "big")

    @classmethod
    def from_private_bytes(cls, data: bytes) -> "PrivateKey":
        """The inverse of `private_bytes`."""
        half = len(data) // 2
        return cls(int.from_bytes(data[:half], "big"), int.from_bytes(data[half:], "big"))

    def _blinding_pair(self, random_bytes: RandomBytes) -> tuple["gmpy2.mpz", "gmpy2.mpz"]:
        """(r^e, r^-1) mod n, a new one for every signature.

        Drawn fresh every 32 uses and squared in between, as OpenSSL's BN_BLINDING does: whoever measures the
        exponentiation never knows what was exponentiated, and the inverse is paid once in 32 times.
        """
        with self._lock:
            if self._blind_uses >= _BLINDING_USES:
                r = _random_below(self._n, self.public_key.k_len, random_bytes)
                mask = _random_below(self._n, self.public_key.k_len, random_bytes)
                # invert() takes a time that depends on its argument: it sees r only under a mask.
                self._unblind = gmpy2.invert(r * mask % self._n, self._n) * mask % self._n
                self._blind = gmpy2.powmod(r, E, self._n)
                self._blind_uses = 0
            else:
                self._blind = self._blind * self._blind % self._n
                self._unblind = self._unblind * self._unblind % self._n
            self._blind_uses += 1
            return self._blind, self._unblind

    def _power_d(self, m: bytes, random_bytes: RandomBytes) -> bytes:
        """m^d mod n, blinded and in constant time, not checked: by OpenSSL where it is within reach, else by GMP."""
        if not self._openssl_tried:
            with self._lock:
                if not self._openssl_tried:
                    self._openssl = openssl_rsa.load(self._der())
                self._openssl_tried = True
        if self._openssl is not None:
            s = self._openssl.power_d(m)
            if s is None:
                raise SigningFault("openssl refused the private operation")
            return s
        gmpy2.get_context().allow_release_gil = True
        blinding, unblinding = self._blinding_pair(random_bytes)
        m_blinded = gmpy2.mpz(int.from_bytes(m, "big")) * blinding % self._n
        s_blinded = self._power_d_by_gmp(m_blinded)
        return int(s_blinded * unblinding % self._n).to_bytes(self.public_key.k_len, "big")

    def _power_d_by_gmp(self, m: "gmpy2.mpz") -> "gmpy2.mpz":
        """By its two halves (RFC 8017 §5.1.2), in constant time; not blinded."""
        half_p = gmpy2.powmod_sec(m % self._p, self._dp, self._p)
        half_q = gmpy2.powmod_sec(m % self._q, self._dq, self._q)
        return half_q + self._q * ((half_p - half_q) * self._q_inverse % self._p)

    def _der(self) -> bytes:
        """PKCS#1, for OpenSSL."""
        numbers = rsa.RSAPrivateNumbers(
            p=int(self._p),
            q=int(self._q),
            d=int(gmpy2.invert(E, (self._p - 1) * (self._q - 1))),
            dmp1=int(self._dp),
            dmq1=int(self._dq),
            iqmp=int(self._q_inverse),
            public_numbers=rsa.RSAPublicNumbers(E, self.public_key.n),
        )
        # Unchecked: checking costs as much as drawing a key, and every signature is checked before it leaves.
        try:
            key = numbers.private_key(unsafe_skip_rsa_key_validation=True)
        except ValueError as error:
            raise SigningFault("the parts of the issuer key do not fit together") from error
        return key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )


def generate_private_key(bits: int) -> PrivateKey:
    """A new issuer key; OpenSSL draws the primes, from its own generator."""
    numbers = rsa.generate_private_key(public_exponent=E, key_size=bits).private_numbers()
    return PrivateKey(numbers.p, numbers.q)


def prepare(message: bytes) -> bytes:
    """The `input_msg` of a message: itself, in the deterministic variant. Source: RFC 9474 §4.1."""
    return message


def encode_pss(message: bytes, salt: bytes, bits: int) -> bytes:
    """EMSA-PSS with SHA-384 and MGF1-SHA-384 for `bits` bits (that is bit_len(n) − 1).

    The salt's length is what it is; only tests of other variants pass another than 48 bytes.
    Source: RFC 8017 §9.1.1. Raises: RuntimeError for a modulus too short to hold a hash and a salt.
    """
    length = (bits + 7) // 8
    padding_bytes = length - len(salt) - _HASH_BYTES - 2
    if padding_bytes < 0:
        raise RuntimeError(f"{bits} bits are too few for this padding")
    message_hash = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    data_block = bytes(padding_bytes) + b"\x01" + salt
    mask = _mgf1(message_hash, len(data_block))
    masked = int.from_bytes(data_block, "big") ^ int.from_bytes(mask, "big")
    masked &= (1 << (bits - 8 * (_HASH_BYTES + 1))) - 1  # the leftmost bits of EM stay zero
    return masked.to_bytes(len(data_block), "big") + message_hash + b"\xbc"


def blind(public_key: PublicKey, input_msg: bytes, salt: bytes, r: int) -> tuple[bytes, int]:
    """Client: hide `input_msg` from the signer. Gives `blinded_msg` (k_len bytes) and `inv`, to be kept for `finalize`.

    `salt` is 48 fresh random bytes, `r` uniform in 1 ≤ r < n; neither serves twice.
    Raises: BadBlind, EncodedMessageNotCoprime (then send nothing and do not trust this key). Source: RFC 9474 §4.2.
    """
    if len(salt) != SALT_BYTES:
        raise BadBlind(f"expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    return _blind_encoded(public_key, encode_pss(input_msg, salt, public_key.bits - 1), r)


def blind_sign(private_key: PrivateKey, blinded_msg: bytes, random_bytes: RandomBytes) -> bytes:
    """Signer: `blind_sig` (k_len bytes) for one blinded message. Safe to call from several threads.

    Base blinding, constant-time exponentiation, and the result is checked before it leaves. Lets other threads
    run meanwhile (GMP's way to it is `allow_release_gil` in the calling thread's gmpy2 context). `random_bytes` feeds
    the blinding where OpenSSL, which blinds from its own generator, is not in use; the answer never depends on it.
    Raises: BadBlindedMessage; SigningFault, and then there is no answer. Source: RFC 9474 §4.3.
    """
    m = _representative(blinded_msg, private_key.public_key, BadBlindedMessage)
    s = private_key._power_d(blinded_msg, random_bytes)
    if gmpy2.powmod(gmpy2.mpz(int.from_bytes(s, "big")), E, private_key._n) != m:
        raise SigningFault("the private operation gave a wrong result; check this machine's memory")
    return s


def finalize(public_key: PublicKey, input_msg: bytes, blind_sig: bytes, inv: int) -> bytes:
    """Client: the signature on `input_msg`, verified.

    Raises: BadBlindSignature. Then this message is never blinded and sent again: a signer that spoils some answers
    and watches who comes back would learn whom it marked. Source: RFC 9474 §4.4.
    """
    z = _representative(blind_sig, public_key, BadBlindSignature)
    sig = int(z * inv % public_key.n).to_bytes(public_key.k_len, "big")
    try:
        verify(public_key, input_msg, sig)
    except BadCredential as error:
        raise BadBlindSignature("the signer's answer is no signature of this message") from error
    return sig


def verify(public_key: PublicKey, message: bytes, sig: bytes) -> None:
    """Anyone: check a finished signature. Exactly k_len bytes, below n, salt exactly 48 bytes.

    Raises: BadCredential. Source: RFC 8017 §8.1.2.
    """
    _representative(sig, public_key, BadCredential)
    try:
        _verifying_key(public_key.n).verify(sig, message, _PSS, SHA384())
    except InvalidSignature as error:
        raise BadCredential("the signature does not verify under this key") from error


def _blind_encoded(public_key: PublicKey, encoded_msg: bytes, r: int) -> tuple[bytes, int]:
    n = public_key.n
    m = gmpy2.mpz(int.from_bytes(encoded_msg, "big"))
    if gmpy2.gcd(m, n) != 1:
        raise EncodedMessageNotCoprime("the encoded message has a factor in common with the modulus")
    if not 1 <= r < n:
        raise BadBlind("the blinding factor lies outside 1 ≤ r < n")
    try:
        inv = gmpy2.invert(r, n)
    except ZeroDivisionError as error:
        raise BadBlind("the blinding factor has no inverse: the modulus cannot be trusted") from error
    blinded = m * gmpy2.powmod(r, E, n) % n
    return int(blinded).to_bytes(public_key.k_len, "big"), int(inv)


def _representative(data: bytes, public_key: PublicKey, refusal: type[Exception]) -> "gmpy2.mpz":
    if len(data) != public_key.k_len:
        raise refusal(f"expected {public_key.k_len} bytes, got {len(data)}")
    number = gmpy2.mpz(int.from_bytes(data, "big"))
    if number >= public_key.n:
        raise refusal("expected a number below the modulus")
    return number


@lru_cache(maxsize=4096)  # a meeting has classes × pages of them; loading one costs more than using it
def _verifying_key(n: int) -> rsa.RSAPublicKey:
    try:
        return rsa.RSAPublicNumbers(E, n).public_key()
    except ValueError as error:
        raise BadModulus("the modulus makes no rsa key") from error


def _mgf1(seed: bytes, length: int) -> bytes:
    blocks = -(-length // _HASH_BYTES)
    return b"".join(sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(blocks))[:length]


def _random_below(n: "gmpy2.mpz", k_len: int, random_bytes: RandomBytes) -> "gmpy2.mpz":
    """Uniform in 1 ≤ r < n with an inverse: 64 bits more than n has make the remainder even to 2^-64."""
    while True:
        r = gmpy2.mpz(int.from_bytes(random_bytes(k_len + 8), "big")) % n
        if gmpy2.gcd(r, n) == 1:
            return r
