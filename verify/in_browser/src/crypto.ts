// Signatures and seals, to the letter of docs/protocol.md §§3, 5, 6, 7. Curves, hashes and ciphers come from libraries;
// which inputs are accepted is decided here.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concat, equalBytes, toBytes, toNumber, u16, utf8 } from "./bytes.ts";
import { gcd } from "./fraction.ts";

const Point = ed25519.Point;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;

type EdwardsPoint = InstanceType<typeof Point>;

/** A canonically encoded point that has no small order, or null. */
function readPoint(data: Uint8Array): EdwardsPoint | null {
  const y = littleEndian(data) & ((1n << 255n) - 1n);
  if (y >= P) return null;
  try {
    const point = Point.fromBytes(data);
    return point.isSmallOrder() ? null : point;
  } catch {
    return null; // not on the curve
  }
}

function littleEndian(data: Uint8Array): bigint {
  return toNumber(Uint8Array.from(data).reverse());
}

/** Ed25519 by the rule set of §3: no cofactor, no small order, one encoding. Lengths: 64, any, 32. */
export function ed25519Holds(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  if (signature.length !== 64 || key.length !== 32) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  const a = readPoint(key);
  if (a === null || readPoint(r) === null) return false;
  const k = littleEndian(sha512(concat(r, key, message))) % L;
  const expected = Point.BASE.multiplyUnsafe(s).add(a.multiplyUnsafe(k).negate());
  return equalBytes(expected.toBytes(), r);
}

/** base^exponent mod modulus. Everything here is public. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

const SALT_LENGTH = 48;
const HASH_LENGTH = 48;

function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(length / HASH_LENGTH) * HASH_LENGTH);
  for (let counter = 0; counter * HASH_LENGTH < length; counter++) {
    out.set(sha384(concat(seed, Uint8Array.of(0, 0, counter >>> 8, counter & 255))), counter * HASH_LENGTH);
  }
  return out.subarray(0, length);
}

/** RSASSA-PSS with SHA-384, MGF1-SHA-384, salt of 48 bytes and e = 65537 (RFC 8017 §8.1.2). */
export function credentialHolds(credential: Uint8Array, message: Uint8Array, n: bigint, bytes: number): boolean {
  const s = toNumber(credential);
  if (credential.length !== bytes || s >= n) return false;
  const emBits = n.toString(2).length - 1;
  const emLength = Math.ceil(emBits / 8);
  const m = power(s, 65537n, n);
  if (m >> BigInt(8 * emLength) !== 0n) return false;
  const em = toBytes(m, emLength);
  const dbLength = emLength - HASH_LENGTH - 1;
  if (dbLength < SALT_LENGTH + 1 || em[emLength - 1] !== 0xbc) return false;
  const masked = em.subarray(0, dbLength);
  const h = em.subarray(dbLength, emLength - 1);
  const unused = 8 * emLength - emBits;
  if ((masked[0] as number) >>> (8 - unused) !== 0) return false;
  const mask = mgf1(h, dbLength);
  const db = masked.map((byte, index) => byte ^ (mask[index] as number));
  db[0] = (db[0] as number) & (0xff >>> unused);
  const padding = dbLength - SALT_LENGTH - 1;
  if (db.subarray(0, padding).some((byte) => byte !== 0) || db[padding] !== 1) return false;
  const salt = db.subarray(padding + 1);
  return equalBytes(sha384(concat(new Uint8Array(8), sha384(message), salt)), h);
}

let smallPrimes: bigint | null = null;

/** The product of all primes below 65537. */
function productOfSmallPrimes(): bigint {
  if (smallPrimes !== null) return smallPrimes;
  const composite = new Uint8Array(65537);
  let factors: bigint[] = [];
  for (let candidate = 2; candidate < 65537; candidate++) {
    if (composite[candidate] === 1) continue;
    factors.push(BigInt(candidate));
    for (let multiple = candidate * candidate; multiple < 65537; multiple += candidate) composite[multiple] = 1;
  }
  while (factors.length > 1) {
    factors = factors.flatMap((value, at) => (at % 2 === 0 ? [value * (factors[at + 1] ?? 1n)] : []));
  }
  return (smallPrimes = factors[0] as bigint);
}

export function hasSmallFactor(n: bigint): boolean {
  return gcd(productOfSmallPrimes() % n, n) !== 1n;
}

const KEM = concat(utf8("KEM"), u16(0x0020));
const SUITE = concat(utf8("HPKE"), u16(0x0020), u16(0x0001), u16(0x0003));

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, material: Uint8Array): Uint8Array {
  return extract(sha256, concat(utf8("HPKE-v1"), suite, utf8(label), material), salt);
}

function labeledExpand(
  suite: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(sha256, key, concat(u16(length), utf8("HPKE-v1"), suite, utf8(label), info), length);
}

const EMPTY = new Uint8Array(0);

/** DeriveKeyPair of DHKEM(X25519, HKDF-SHA256), RFC 9180 §7.1.3. */
export function deriveKeyPair(seed: Uint8Array): { secret: Uint8Array; publicKey: Uint8Array } {
  const secret = labeledExpand(KEM, labeledExtract(KEM, EMPTY, "dkp_prk", seed), "sk", EMPTY, 32);
  return { secret, publicKey: x25519.getPublicKey(secret) };
}

/** HPKE base mode, single shot, empty aad (RFC 9180 §6.1); null when the seal does not open. */
export function openSeal(
  enc: Uint8Array,
  ct: Uint8Array,
  secret: Uint8Array,
  publicKey: Uint8Array,
  info: Uint8Array,
): Uint8Array | null {
  let dh: Uint8Array;
  try {
    dh = x25519.getSharedSecret(secret, enc);
  } catch {
    return null; // the all-zero result of a point of small order
  }
  const shared = labeledExpand(
    KEM,
    labeledExtract(KEM, EMPTY, "eae_prk", dh),
    "shared_secret",
    concat(enc, publicKey),
    32,
  );
  const context = concat(
    Uint8Array.of(0),
    labeledExtract(SUITE, EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(SUITE, EMPTY, "info_hash", info),
  );
  const secretOfSchedule = labeledExtract(SUITE, shared, "secret", EMPTY);
  const key = labeledExpand(SUITE, secretOfSchedule, "key", context, 32);
  const nonce = labeledExpand(SUITE, secretOfSchedule, "base_nonce", context, 12);
  try {
    return chacha20poly1305(key, nonce).decrypt(ct);
  } catch {
    return null;
  }
}

/** a·b in GF(2^8) with x^8 + x^4 + x^3 + x + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((b >>> bit) & 1) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit--) {
    if ((product >>> bit) & 1) product ^= 0x11b << (bit - 8);
  }
  return product;
}

function inverse(a: number): number {
  let result = 1;
  for (let step = 0; step < 254; step++) result = multiply(result, a); // a^254 = a^-1
  return result;
}

/** Shamir over GF(2^8): the value at 0, by Lagrange. Cards are distinct and not 0. */
export function combineShares(shares: readonly { readonly card: number; readonly share: Uint8Array }[]): Uint8Array {
  const seed = new Uint8Array(32);
  for (const one of shares) {
    let weight = 1;
    for (const other of shares) {
      if (other.card !== one.card) weight = multiply(weight, multiply(other.card, inverse(other.card ^ one.card)));
    }
    one.share.forEach((byte, index) => (seed[index] = (seed[index] as number) ^ multiply(byte, weight)));
  }
  return seed;
}
