// Sealing to a public key: HPKE base mode, one message per seal, empty aad.
//
// Text: RFC 9180; DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The context of a seal goes into `info`.
// The ephemeral key comes from a 32-byte seed, so that the same ballot is the same bytes in every implementation.
// Written on the library's curve and cipher, because pages on plain HTTP have no `crypto.subtle`. Nothing is opened here.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { type Bytes, concat, utf8 } from "./bytes.ts";
import { u16 } from "./encoding.ts";
import { BadRecipientKey } from "./errors.ts";
import * as hkdf from "./hkdf.ts";
import { inverse } from "./modular.ts";

export const KEY_BYTES = 32;
export const ENC_BYTES = 32;
export const TAG_BYTES = 16;

const P = 2n ** 255n - 19n;
/** The library's ladder without its Edwards curves, which double what a phone downloads. Source: RFC 7748 §5. */
const x25519 = montgomery({
  P,
  type: "x25519",
  adjustScalarBytes: clamped,
  powPminus2: (x) => inverse(x, P) ?? 0n, // Fermat: x^(P-2) is 1/x, and 0 of 0
});

const NOTHING = new Uint8Array(0);
const VERSION = utf8("HPKE-v1");
const KEM_ID = u16(0x0020); // DHKEM(X25519, HKDF-SHA256)
const KEM_SUITE = concat(utf8("KEM"), KEM_ID);
const HPKE_SUITE = concat(utf8("HPKE"), KEM_ID, u16(0x0001), u16(0x0003));
const MODE_BASE = new Uint8Array([0]);

/** An X25519 key pair, 32 bytes each. */
export interface KeyPair {
  readonly secret: Bytes;
  readonly public: Bytes;
}

/** What `seal` gives: `enc` of 32 bytes, `ct` 16 bytes longer than the plaintext. */
export interface Sealed {
  readonly enc: Bytes;
  readonly ct: Bytes;
}

/** The key pair of a 32-byte seed. Source: RFC 9180 §7.1.3. */
export function deriveKeyPair(seed: Uint8Array): KeyPair {
  if (seed.length !== KEY_BYTES) throw new RangeError(`expected a seed of ${KEY_BYTES} bytes, got ${seed.length}`);
  const prk = labeledExtract(KEM_SUITE, NOTHING, "dkp_prk", seed);
  const secret = labeledExpand(KEM_SUITE, prk, "sk", NOTHING, KEY_BYTES);
  return { secret, public: x25519.getPublicKey(secret) };
}

/**
 * Seal one message. `ephemeralSeed` is 32 fresh random bytes, for this one seal.
 *
 * Throws: BadRecipientKey. Source: RFC 9180 §6.1.
 */
export function seal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
  ephemeralSeed: Uint8Array,
): Sealed {
  const { enc, sharedSecret } = encapsulate(publicKey, ephemeralSeed);
  const { key, baseNonce } = keySchedule(sharedSecret, info);
  return { enc, ct: chacha20poly1305(key, baseNonce).encrypt(plaintext) as Bytes };
}

/** DHKEM Encap with its ephemeral key from a seed; for `seal` and its tests. Source: RFC 9180 §4.1. */
export function encapsulate(
  publicKey: Uint8Array,
  ephemeralSeed: Uint8Array,
): { readonly enc: Bytes; readonly sharedSecret: Bytes } {
  if (publicKey.length !== KEY_BYTES) {
    throw new BadRecipientKey(`expected ${KEY_BYTES} bytes, got ${publicKey.length}`);
  }
  const ephemeral = deriveKeyPair(ephemeralSeed);
  const prk = labeledExtract(KEM_SUITE, NOTHING, "eae_prk", exchange(ephemeral.secret, publicKey));
  const context = concat(ephemeral.public, publicKey);
  return { enc: ephemeral.public, sharedSecret: labeledExpand(KEM_SUITE, prk, "shared_secret", context, 32) };
}

/** Key (32 bytes) and base nonce (12) of mode base, no psk; for `seal` and its tests. Source: RFC 9180 §5.1. */
export function keySchedule(
  sharedSecret: Uint8Array,
  info: Uint8Array,
): { readonly key: Bytes; readonly baseNonce: Bytes } {
  const pskIdHash = labeledExtract(HPKE_SUITE, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = labeledExtract(HPKE_SUITE, NOTHING, "info_hash", info);
  const context = concat(MODE_BASE, pskIdHash, infoHash);
  const secret = labeledExtract(HPKE_SUITE, sharedSecret, "secret", NOTHING);
  return {
    key: labeledExpand(HPKE_SUITE, secret, "key", context, 32),
    baseNonce: labeledExpand(HPKE_SUITE, secret, "base_nonce", context, 12),
  };
}

/** X25519; the library refuses an all-zero result by itself (RFC 7748 §6.1). */
function exchange(secret: Uint8Array, publicKey: Uint8Array): Bytes {
  try {
    return x25519.getSharedSecret(secret, publicKey) as Bytes;
  } catch {
    throw new BadRecipientKey("the public key has small order");
  }
}

/** decodeScalar25519. Source: RFC 7748 §5. */
function clamped(scalar: Uint8Array): Bytes {
  const bytes = Uint8Array.from(scalar);
  bytes[0] = (bytes[0] as number) & 0b1111_1000;
  bytes[31] = ((bytes[31] as number) & 0b0111_1111) | 0b0100_0000;
  return bytes;
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, keyMaterial: Uint8Array): Bytes {
  return hkdf.extract(salt, concat(VERSION, suite, utf8(label), keyMaterial));
}

function labeledExpand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number): Bytes {
  return hkdf.expand(prk, concat(u16(length), VERSION, suite, utf8(label), info), length);
}
