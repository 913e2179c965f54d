// What several tests share: bytes from hexadecimal, refusals by their code, randomness that repeats itself, an issuer.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { fromNumber, toNumber } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";

export const bytes = (hexadecimal: string): Uint8Array => Uint8Array.from(Buffer.from(hexadecimal, "hex"));

/** The work refuses with this code. */
export function refuses(code: string, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof CryptoError && error.code === code && error.message !== "");
}

/** A copy with one bit of one byte turned. */
export function spoil(data: Uint8Array, index = 0): Uint8Array {
  return data.map((byte, at) => (at === index ? byte ^ 1 : byte));
}

/** Different bytes at every call, the same in every run with the same seed. */
export function repeatable(seed: string): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    const hash = createHash("shake256", { outputLength: Math.max(length, 1) }).update(`${seed}/${calls++}`);
    return new Uint8Array(hash.digest()).slice(0, length);
  };
}

/** A whole number from 0 to below `end`. */
export function below(end: number, random: (length: number) => Uint8Array): number {
  return Number(toNumber(random(8)) % BigInt(end));
}

export function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n;
  for (let square = base % n, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % n) {
    if (rest & 1n) result = (result * square) % n;
  }
  return result;
}

/** The other side of blind RSA, as plain as can be: a modulus and the private operation. */
export interface Issuer {
  readonly n: bigint;
  readonly modulus: Uint8Array;
  readonly sign: (blindedMsg: Uint8Array) => Uint8Array;
}

export function issuerOf(n: bigint, d: bigint): Issuer {
  const kLen = Math.ceil(n.toString(16).length / 2);
  return {
    n,
    modulus: fromNumber(n, kLen),
    sign: (blindedMsg) => fromNumber(power(toNumber(blindedMsg), d, n), kLen),
  };
}

export function newIssuer(bits: number): Issuer {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits, publicExponent: 65537 });
  const { n, d } = privateKey.export({ format: "jwk" });
  const numberOf = (text: string | undefined) => toNumber(Buffer.from(text ?? "", "base64url"));
  return issuerOf(numberOf(n), numberOf(d));
}

/** The bytes that `draw` of tests/crypto/phone_values.py gives for a name. */
export function draw(name: string, length: number): Uint8Array {
  return new Uint8Array(createHash("shake256", { outputLength: length }).update(name).digest());
}
