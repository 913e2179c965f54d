// Every refusal of this folder, by name. All of them mean "someone else's input does not hold". An impossible argument
// of our own stays `RangeError` or `TypeError`. Messages give expected and got, and never a token, key or choice.

/** The base of all refusals here. `code` is for programs, and survives minifying and the way out of a worker. */
export abstract class CryptoError extends Error {
  abstract readonly code: string;
}

// Encodings and JSON

/** Not the one spelling of a byte string: alphabet, padding, trailing bits or length are wrong. */
export class MalformedEncoding extends CryptoError {
  readonly code = "malformed-encoding";
}

/** Not JSON in our strict profile (UTF-8, NFC, no fraction, no byte order mark). */
export class MalformedJson extends CryptoError {
  readonly code: string = "malformed-json";
}

/** A readable value in another spelling than its canonical one; a key twice is one of them. */
export class NotCanonical extends MalformedJson {
  override readonly code = "not-canonical";
}

/** More bytes than the caller allows. */
export class JsonTooLarge extends MalformedJson {
  override readonly code = "json-too-large";
}

/** Nested deeper than the caller allows. */
export class JsonTooDeep extends MalformedJson {
  override readonly code = "json-too-deep";
}

/** A value that has no canonical form: a fraction, a string that is not NFC, an integer out of range. */
export class NotEncodable extends CryptoError {
  readonly code = "not-encodable";
}

// Ed25519

/** Not a canonical Ed25519 point, or one of small order. */
export class BadPublicKey extends CryptoError {
  readonly code = "bad-public-key";
}

/** The Ed25519 signature does not verify. */
export class BadSignature extends CryptoError {
  readonly code = "bad-signature";
}

// Blind RSA

/** An issuer's modulus that must not be used: length, parity or a small factor. */
export class BadModulus extends CryptoError {
  readonly code = "bad-modulus";
}

/** A salt or blinding factor of the wrong length or range, or without an inverse. */
export class BadBlind extends CryptoError {
  readonly code = "bad-blind";
}

/** gcd(EM, n) is not 1: blinding would not hide this message, so nothing may be sent. */
export class EncodedMessageNotCoprime extends CryptoError {
  readonly code = "encoded-message-not-coprime";
}

/** The signer's answer does not become a valid signature. The message must never be sent again. */
export class BadBlindSignature extends CryptoError {
  readonly code = "bad-blind-signature";
}

/** The RSA signature of a credential does not verify. */
export class BadCredential extends CryptoError {
  readonly code = "bad-credential";
}

/** A booklet whose finishing failed once is not tried again. */
export class BookletAbandoned extends CryptoError {
  readonly code = "booklet-abandoned";
}

// Sealing

/** What was sealed does not open: wrong key, wrong context, changed or cut. */
export class SealBroken extends CryptoError {
  readonly code = "seal-broken";
}

/** A public key that gives an all-zero shared secret, or has the wrong length. */
export class BadRecipientKey extends CryptoError {
  readonly code = "bad-recipient-key";
}

/** Content does not fit the fixed length it has to have. */
export class BadLength extends CryptoError {
  readonly code = "bad-length";
}

// The log

/** An inclusion, consistency or range proof that does not lead to the stated root. */
export class BadProof extends CryptoError {
  readonly code = "bad-proof";
}

/** An index or size outside the tree. */
export class BadTreePosition extends CryptoError {
  readonly code = "bad-tree-position";
}

/** Not a signed note in its one spelling. */
export class MalformedNote extends CryptoError {
  readonly code = "malformed-note";
}

/** Not a verifier key `name+hash+key`, or its hash does not belong to it. */
export class MalformedVerifierKey extends CryptoError {
  readonly code = "malformed-verifier-key";
}

/** The note carries no signature of any key that was given. */
export class NoteNotSigned extends CryptoError {
  readonly code = "note-not-signed";
}

/** Not a checkpoint in its one spelling. */
export class MalformedCheckpoint extends CryptoError {
  readonly code = "malformed-checkpoint";
}

// Words and slips

/** Not one of the two word lists, as it was published. */
export class MalformedWords extends CryptoError {
  readonly code = "malformed-words";
}

/** Not the text of a slip's QR code. */
export class MalformedSlip extends CryptoError {
  readonly code = "malformed-slip";
}
