// Ed25519 under one rule set, the same in intake, verifier and page.
//
// Rules (docs/protocol.md §3): A and R canonically encoded and not of small order, S < L, no cofactor: encode(S·B − k·A)
// equals R byte for byte. The library's own `verify` multiplies by the cofactor, with and without `zip215`, so it is not
// used: its points are. Source: RFC 8032 §5.1; "Taming the many EdDSAs", IACR ePrint 2020/1244.

import * as noble from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalBytes, toNumberLittleEndian } from "./bytes.ts";
import { BadPublicKey, BadSignature } from "./errors.ts";

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

noble.hashes.sha512 = sha512; // what `getPublicKey` and `sign` hash with
const { Point } = noble;
const L = Point.CURVE().n;
const ORDER_BITS = 253;

/** The 32-byte public key of a 32-byte secret seed. */
export function publicKey(seed: Uint8Array): Bytes {
  return noble.getPublicKey(seed);
}

/** The 64-byte signature; deterministic (RFC 8032 §5.1.6). */
export function sign(seed: Uint8Array, message: Uint8Array): Bytes {
  return noble.sign(message, seed);
}

/** Check one signature. Throws: BadSignature, BadPublicKey. */
export function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
  const a = pointOf(key);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new BadSignature(`expected ${SIGNATURE_BYTES} bytes, got ${signature.length}`);
  }
  const r = signature.subarray(0, 32);
  const s = toNumberLittleEndian(signature.subarray(32));
  if (s >= L) throw new BadSignature("the signature does not verify");
  const k = toNumberLittleEndian(sha512(concat(r, key, message))) % L;
  const expected = sumOfMultiples(s, Point.BASE, k, a.negate());
  // Equal bytes also say that R is canonically encoded: `toBytes` knows no other spelling.
  if (!equalBytes(expected.toBytes(), r) || expected.isSmallOrder()) {
    throw new BadSignature("the signature does not verify");
  }
}

/**
 * s·P + k·Q, doubling both at once; its time depends on all four, and nothing of them is secret.
 *
 * The library would first make its table of multiples of B, for which a slow phone needs a third of a second. The first
 * screen waits for one signature to be checked. Source: E. G. Straus, American Mathematical Monthly 71 (1964), 806.
 */
function sumOfMultiples(s: bigint, p: noble.Point, k: bigint, q: noble.Point): noble.Point {
  const both = p.add(q);
  const [inS, inK] = [s, k].map((one) => one.toString(2).padStart(ORDER_BITS, "0")) as [string, string];
  let sum = Point.ZERO;
  for (let place = 0; place < ORDER_BITS; place++) {
    sum = sum.double();
    if (inS[place] === "1") sum = sum.add(inK[place] === "1" ? both : p);
    else if (inK[place] === "1") sum = sum.add(q);
  }
  return sum;
}

/** Make the library's table of multiples of B before somebody waits for a signature. */
export function prepareToSign(): void {
  noble.getPublicKey(new Uint8Array(SEED_BYTES));
}

/**
 * Refuse what is no key, before there is a signature to check. Throws: BadPublicKey.
 *
 * A point with a component of small order beside its large one passes, as it does in `verify`: one rule set.
 */
export function checkPublicKey(key: Uint8Array): void {
  pointOf(key);
}

function pointOf(key: Uint8Array) {
  if (key.length !== PUBLIC_KEY_BYTES) {
    throw new BadPublicKey(`expected ${PUBLIC_KEY_BYTES} bytes, got ${key.length}`);
  }
  const point = decodePoint(key);
  if (point.isSmallOrder()) throw new BadPublicKey("the point has small order");
  return point;
}

function decodePoint(key: Uint8Array) {
  try {
    return Point.fromBytes(key, false); // false: y < p only
  } catch {
    throw new BadPublicKey("the bytes are no canonically encoded point of the curve");
  }
}
