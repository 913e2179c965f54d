// A booklet as it lies at the hub: sealed under the slip's K, so that whoever has the hub's disk and not the slip learns
// nothing of it, nor which slip of the ledger it is. Every version under its own name and number: an older one put in the
// place of a newer does not open.
//
// Format: docs/kiosk.md. `b64u(nonce 12 ‖ ChaCha20-Poly1305(key, JSON padded with spaces to whole blocks))`.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, concat, padWithSpaces, readUtf8, utf8, withoutPadding } from "../crypto/bytes.ts";
import { b64u, fromB64u, tag, u32 } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import * as hkdf from "../crypto/hkdf.ts";
import { DamagedStorage } from "../voting/store.ts";

export const NONCE_BYTES = 12;
/** What a page more or less changes stays inside one block most of the time. */
const BLOCK_BYTES = 4096;

/** 32 bytes from K (slips.ts `keepKey`); it never leaves the terminal either. */
export function recordKey(keepKey: Uint8Array): Bytes {
  return hkdf.derive(keepKey, tag("booklet-at-hub"), 32);
}

/** Where a record belongs. */
export interface Place {
  /** `sessionName`: 43 characters. */
  readonly name: string;
  /** 1 for the first that is written. */
  readonly version: number;
}

/** nonce: 12 fresh random bytes for every version. */
export function sealRecord(key: Uint8Array, place: Place, value: unknown, nonce: Uint8Array): string {
  const json = utf8(JSON.stringify(value));
  const padded = padWithSpaces(json, BLOCK_BYTES * Math.ceil(json.length / BLOCK_BYTES)) as Bytes;
  return b64u(concat(nonce, chacha20poly1305(key, nonce, context(place)).encrypt(padded)));
}

/** The inverse of `sealRecord`. Throws: DamagedStorage. */
export function openRecord(key: Uint8Array, place: Place, record: string): unknown {
  try {
    const data = fromB64u(record);
    const [nonce, sealed] = [data.slice(0, NONCE_BYTES), data.slice(NONCE_BYTES)];
    const json = readUtf8(withoutPadding(chacha20poly1305(key, nonce, context(place)).decrypt(sealed)));
    return JSON.parse(json) as unknown;
  } catch (error) {
    const why = error instanceof CryptoError ? `: ${error.message}` : "";
    throw new DamagedStorage(`the hub's record of this booklet does not open${why}`);
  }
}

function context({ name, version }: Place): Uint8Array {
  return concat(utf8(name), u32(version));
}
