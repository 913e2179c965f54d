// The padding of RSA signatures: EMSA-PSS with SHA-384 and MGF1-SHA-384. Source: RFC 8017 §9.1.

import { sha384 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalBytes } from "./bytes.ts";
import { u32 } from "./encoding.ts";

export const SALT_BYTES = 48;

const HASH_BYTES = 48;
const TRAILER = 0xbc;

/**
 * The encoded message for `bits` bits (that is bit_len(n) − 1), in as many bytes as they need.
 *
 * The salt's length is what it is; only tests of other variants pass another than 48 bytes.
 * Source: RFC 8017 §9.1.1. Throws: RangeError for a modulus too short to hold a hash and a salt.
 */
export function encodePss(message: Uint8Array, salt: Uint8Array, bits: number): Bytes {
  const length = Math.ceil(bits / 8);
  const paddingBytes = length - salt.length - HASH_BYTES - 2;
  if (paddingBytes < 0) throw new RangeError(`${bits} bits are too few for this padding`);
  const messageHash = hashWithSalt(message, salt);
  const dataBlock = concat(new Uint8Array(paddingBytes), new Uint8Array([1]), salt);
  const masked = xor(dataBlock, mgf1(messageHash, dataBlock.length));
  masked[0] = (masked[0] as number) & topMask(length, bits);
  return concat(masked, messageHash, new Uint8Array([TRAILER]));
}

/** Whether `encoded` is an encoding of this message with a salt of 48 bytes. Source: RFC 8017 §9.1.2. */
export function checkPss(message: Uint8Array, encoded: Uint8Array, bits: number): boolean {
  const length = Math.ceil(bits / 8);
  const blockBytes = length - HASH_BYTES - 1;
  const paddingBytes = blockBytes - SALT_BYTES - 1;
  if (encoded.length !== length || paddingBytes < 0) return false;
  const masked = encoded.subarray(0, blockBytes);
  const messageHash = encoded.subarray(blockBytes, blockBytes + HASH_BYTES);
  if (encoded[length - 1] !== TRAILER) return false;
  if (((masked[0] as number) & ~topMask(length, bits)) !== 0) return false;
  const dataBlock = xor(masked, mgf1(messageHash, blockBytes));
  dataBlock[0] = (dataBlock[0] as number) & topMask(length, bits);
  const padding = dataBlock.subarray(0, paddingBytes);
  if (padding.some((byte) => byte !== 0) || dataBlock[paddingBytes] !== 1) return false;
  return equalBytes(hashWithSalt(message, dataBlock.subarray(paddingBytes + 1)), messageHash);
}

function hashWithSalt(message: Uint8Array, salt: Uint8Array): Bytes {
  return sha384(concat(new Uint8Array(8), sha384(message), salt));
}

/** The bits of the first byte that an encoding of `bits` bits may use. */
function topMask(length: number, bits: number): number {
  return 0xff >> (8 * length - bits);
}

function mgf1(seed: Uint8Array, length: number): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / HASH_BYTES) }, (_, counter) =>
    sha384(concat(seed, u32(counter))),
  );
  return concat(...blocks).slice(0, length);
}

function xor(left: Uint8Array, right: Uint8Array): Bytes {
  return Uint8Array.from(left, (byte, index) => byte ^ (right[index] as number));
}
