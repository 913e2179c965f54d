// What a scrutineer's card says: the address of this page, with the secret behind the `#`, which no browser sends.
//
// Format: docs/printing.md, "The scrutineer's card". Twin of ballot_service/boxes/card_code.py. Case does not matter.

import type { Bytes } from "../crypto/bytes.ts";
import { fromB32 } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import { CARD_SECRET_BYTES } from "../crypto/shares.ts";
import { PREFIX_BYTES } from "../crypto/slips.ts";

/** One card. The number is not here: which of the cards a secret is, the meeting's commitments say. */
export interface CardCode {
  readonly secret: Bytes;
  /** 20 bytes; null where the words were typed, or the card is older than the fingerprint. */
  readonly prefix: Bytes | null;
}

/** The meeting that this page was opened for, in lower case; null for an address that is none of ours. */
export function meetingOfPath(path: string): string | null {
  return /^\/c\/([a-z0-9-]{1,64})$/.exec(path.toLowerCase())?.[1] ?? null;
}

/** The part of the address from `#` on; null when it is no card. */
export function readFragment(fragment: string): CardCode | null {
  const parts = /^#[1-9][0-9]{0,2}\.([A-Z2-7]+)(?:\.([A-Z2-7]+))?$/.exec(fragment.toUpperCase());
  const [, secret, prefix] = parts ?? [];
  if (secret === undefined) return null;
  try {
    return {
      secret: fromB32(secret, CARD_SECRET_BYTES),
      prefix: prefix === undefined ? null : fromB32(prefix, PREFIX_BYTES),
    };
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}
