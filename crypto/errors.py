"""Every refusal of this package, by name.

All of them mean "someone else's input does not hold". A wrong type or an impossible argument of our own stays
`TypeError` or `RuntimeError`. Messages give expected and got, and never a token, key, share or choice.
"""


class CryptoError(ValueError):
    """The base of all refusals here."""


# Encodings and JSON


class MalformedEncoding(CryptoError):
    """Not the one spelling of a byte string: alphabet, padding, trailing bits or length are wrong."""


class MalformedJson(CryptoError):
    """Not JSON in our strict profile (UTF-8, NFC, no float, no duplicate key, no byte order mark)."""


class NotCanonical(MalformedJson):
    """A readable value in another spelling than its canonical one."""


class JsonTooLarge(MalformedJson):
    """More bytes than the caller allows."""


class JsonTooDeep(MalformedJson):
    """Nested deeper than the caller allows."""


class NotEncodable(CryptoError):
    """A Python value that has no canonical form: a float, a string that is not NFC, an integer out of range."""


# Ed25519


class BadPublicKey(CryptoError):
    """Not a canonical Ed25519 point, or one of small order."""


class BadSignature(CryptoError):
    """The Ed25519 signature does not verify."""


# Blind RSA


class BadModulus(CryptoError):
    """An issuer's modulus that a client must not use: length, parity or a small factor."""


class BadBlind(CryptoError):
    """A salt or blinding factor of the wrong length or range, or without an inverse."""


class EncodedMessageNotCoprime(CryptoError):
    """gcd(EM, n) is not 1: blinding would not hide this message, so nothing may be sent."""


class BadBlindedMessage(CryptoError):
    """A blinded message of the wrong length or not below n."""


class SigningFault(CryptoError):
    """The private operation gave a wrong result; nothing is answered, because a wrong answer can reveal the key."""


class BadBlindSignature(CryptoError):
    """The signer's answer does not become a valid signature. The message must never be sent again."""


class BadCredential(CryptoError):
    """The RSA signature of a credential does not verify."""


class BookletAbandoned(CryptoError):
    """A booklet whose finalize failed once is not tried again."""


# Sealing


class SealBroken(CryptoError):
    """What was sealed does not open: wrong key, wrong context, changed or cut."""


class BadRecipientKey(CryptoError):
    """A public key that gives an all-zero shared secret, or has the wrong length."""


class BadLength(CryptoError):
    """Content does not fit the fixed length it has to have."""


# The log


class BadProof(CryptoError):
    """An inclusion, consistency or range proof that does not lead to the stated root."""


class BadTreePosition(CryptoError):
    """An index or size outside the tree."""


class MalformedNote(CryptoError):
    """Not a signed note in its one spelling."""


class MalformedVerifierKey(CryptoError):
    """Not a verifier key `name+hash+key`, or its hash does not belong to it."""


class NoteNotSigned(CryptoError):
    """The note carries no signature of any key that was given."""


class MalformedCheckpoint(CryptoError):
    """Not a checkpoint in its one spelling."""


# Shares, words, slips, ballots


class BadShare(CryptoError):
    """A card number, share or threshold that cannot be."""


class TooFewShares(CryptoError):
    """Fewer shares than the threshold."""


class SharesDisagree(CryptoError):
    """More shares than needed, and they do not lie on one polynomial."""


class MalformedWords(CryptoError):
    """Not eight words of one of the two lists."""


class MalformedSlip(CryptoError):
    """Not the text of a slip's QR code."""


class MalformedBallot(CryptoError):
    """Not a `ballot` line."""
