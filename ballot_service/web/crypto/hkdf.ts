// HKDF-SHA256. Source: RFC 5869 §2.2, §2.3.

import * as noble from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

/** `length` bytes (at most 8160) from `keyMaterial` for the one use that `info` names; no salt. */
export function derive(keyMaterial: Uint8Array, info: Uint8Array, length: number): Bytes {
  return expand(extract(new Uint8Array(0), keyMaterial), info, length);
}

/** A 32-byte pseudorandom key. An empty salt counts as 32 zero bytes. */
export function extract(salt: Uint8Array, keyMaterial: Uint8Array): Bytes {
  return noble.extract(sha256, keyMaterial, salt);
}

/** `length` bytes of output. Throws: RangeError or Error for a length HKDF cannot give. */
export function expand(key: Uint8Array, info: Uint8Array, length: number): Bytes {
  if (length < 1) throw new RangeError(`hkdf gives 1 to 8160 bytes, asked for ${length}`);
  return noble.expand(sha256, key, info, length);
}
