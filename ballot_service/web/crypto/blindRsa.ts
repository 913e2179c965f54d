// Blind RSA signatures, the client's side: the signer signs what it cannot see, and everyone can verify what it signed.
//
// Text: RFC 9474, variant RSABSSA-SHA384-PSS-Deterministic (SHA-384, MGF1-SHA-384, salt 48 bytes, prepare is the
// identity: our messages hold a fresh public key). Exponent 65537, always. Names are those of RFC 9474 §4.
//
// One step that ports of the draft leave out is here on purpose: gcd(EM, n) = 1, without which a modulus with small
// factors marks the people it is given to. BigInt does not run in constant time: who could measure it holds the phone.

import { fromNumber, toNumber } from "./bytes.ts";
import {
  BadBlind,
  BadBlindSignature,
  BadCredential,
  BadModulus,
  type CryptoError,
  EncodedMessageNotCoprime,
} from "./errors.ts";
import { bitLength, hasSmallFactor, inverse, power65537 } from "./modular.ts";
import { checkPss, encodePss, SALT_BYTES } from "./pss.ts";

export { SALT_BYTES };
export const E = 65537;

/** An issuer key as everyone sees it. Build it from a ledger with `fromModulus`, which checks it. */
export class PublicKey {
  readonly n: bigint;
  /** bit_len(n). */
  readonly bits: number;
  /** Bytes of the modulus, and of every message and signature under it. */
  readonly kLen: number;

  constructor(n: bigint) {
    this.n = n;
    this.bits = bitLength(n);
    this.kLen = Math.ceil(this.bits / 8);
  }

  /**
   * The checks of a client before it trusts an issuer key of a meeting that says `bits`.
   *
   * Throws: BadModulus. Source: docs/protocol.md §5; the small factors: `EncodedMessageNotCoprime`.
   */
  static fromModulus(data: Uint8Array, bits: number): PublicKey {
    if (data.length * 8 !== bits) throw new BadModulus(`expected ${bits} bits, got ${data.length} bytes`);
    const key = new PublicKey(toNumber(data));
    if (key.bits !== bits) throw new BadModulus(`expected ${bits} bits, got ${key.bits}`);
    if (key.n % 2n === 0n) throw new BadModulus("the modulus is even");
    if (hasSmallFactor(key.n)) throw new BadModulus("the modulus has a prime factor below 65537");
    return key;
  }
}

/** What `blind` gives: `blindedMsg` (kLen bytes) to send, and `inv` to keep for `finalize`. */
export interface Blinded {
  readonly blindedMsg: Uint8Array;
  readonly inv: bigint;
}

/**
 * Hide `inputMsg` from the signer. `salt` is 48 fresh random bytes, `r` uniform in 1 ≤ r < n; neither serves twice.
 *
 * Throws: BadBlind, EncodedMessageNotCoprime (then send nothing and do not trust this key). Source: RFC 9474 §4.2.
 */
export function blind(publicKey: PublicKey, inputMsg: Uint8Array, salt: Uint8Array, r: bigint): Blinded {
  if (salt.length !== SALT_BYTES) throw new BadBlind(`expected a salt of ${SALT_BYTES} bytes, got ${salt.length}`);
  return blindEncoded(publicKey, encodePss(inputMsg, salt, publicKey.bits - 1), r);
}

/** `blind` after the padding; for tests of the other variants too. Throws: as `blind`. */
export function blindEncoded(publicKey: PublicKey, encodedMsg: Uint8Array, r: bigint): Blinded {
  const { n, kLen } = publicKey;
  const m = toNumber(encodedMsg);
  if (inverse(m, n) === undefined) {
    throw new EncodedMessageNotCoprime("the encoded message has a factor in common with the modulus");
  }
  if (r < 1n || r >= n) throw new BadBlind("the blinding factor lies outside 1 ≤ r < n");
  const inv = inverse(r, n);
  if (inv === undefined) throw new BadBlind("the blinding factor has no inverse: the modulus cannot be trusted");
  return { blindedMsg: fromNumber((m * power65537(r, n)) % n, kLen), inv };
}

/**
 * The signature on `inputMsg`, kLen bytes, verified.
 *
 * Throws: BadBlindSignature. Then this message is never blinded and sent again: a signer that spoils some answers and
 * watches who comes back would learn whom it marked. Source: RFC 9474 §4.4.
 */
export function finalize(publicKey: PublicKey, inputMsg: Uint8Array, blindSig: Uint8Array, inv: bigint): Uint8Array {
  const z = representative(blindSig, publicKey, BadBlindSignature);
  const sig = fromNumber((z * inv) % publicKey.n, publicKey.kLen);
  try {
    verify(publicKey, inputMsg, sig);
  } catch (error) {
    if (error instanceof BadCredential) {
      throw new BadBlindSignature("the signer's answer is no signature of this message");
    }
    throw error;
  }
  return sig;
}

/**
 * Check a finished signature: exactly kLen bytes, below n, salt exactly 48 bytes.
 *
 * Throws: BadCredential. Source: RFC 8017 §8.1.2.
 */
export function verify(publicKey: PublicKey, message: Uint8Array, sig: Uint8Array): void {
  const s = representative(sig, publicKey, BadCredential);
  const m = power65537(s, publicKey.n);
  const emBits = publicKey.bits - 1;
  if (bitLength(m) > emBits || !checkPss(message, fromNumber(m, Math.ceil(emBits / 8)), emBits)) {
    throw new BadCredential("the signature does not verify under this key");
  }
}

function representative(data: Uint8Array, publicKey: PublicKey, Refusal: new (message: string) => CryptoError): bigint {
  if (data.length !== publicKey.kLen) throw new Refusal(`expected ${publicKey.kLen} bytes, got ${data.length}`);
  const number = toNumber(data);
  if (number >= publicKey.n) throw new Refusal("expected a number below the modulus");
  return number;
}
