// Sealed requests: a voter's POST and its answer, closed to whoever carries them.
//
// Format: docs/protocol.md §7. The request is an HPKE seal to the transport key; inside stands a fresh answer key, under
// which the answer comes back. One length per route in each direction, so neither a listener on plain HTTP nor a proxy
// that ends TLS holds a line that the published box key would open, or learns anything from sizes.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, concat, padWithSpaces, withoutPadding } from "./bytes.ts";
import { lp, tag } from "./encoding.ts";
import { BadLength, SealBroken } from "./errors.ts";
import * as hpke from "./hpke.ts";

export const ANSWER_KEY_BYTES = 32;
export const REQUEST_OVERHEAD = hpke.ENC_BYTES + ANSWER_KEY_BYTES + hpke.TAG_BYTES;
export const ANSWER_OVERHEAD = 16;

// Always zero: every POST draws a new answer key, and the service seals one payload per body under it.
const ANSWER_NONCE = new Uint8Array(12);

/** What a sealed request is made of. Byte lengths where they are fixed. */
export interface RequestParts {
  readonly transportPublicKey: Uint8Array; // 32, of the box that the route seals to
  readonly fingerprint: Uint8Array; // 32
  readonly route: string; // booklet, ballots, receipts or objections
  readonly payload: Uint8Array; // JSON, padded here
  readonly length: number; // the request length of the route, in bytes
  readonly ephemeralSeed: Uint8Array; // 32 fresh random bytes, also when the same payload is sent again
  readonly answerKey: Uint8Array; // the same
}

/** The context: a request sealed for one meeting and route opens on no other. */
export function transportInfo(fingerprint: Uint8Array, route: string): Bytes {
  return concat(tag("transport"), fingerprint, lp(route));
}

/** The body, `length` + REQUEST_OVERHEAD bytes. Throws: BadLength, BadRecipientKey. */
export function sealRequest(parts: RequestParts): Bytes {
  const { answerKey, payload, length } = parts;
  if (answerKey.length !== ANSWER_KEY_BYTES) {
    throw new RangeError(`expected an answer key of ${ANSWER_KEY_BYTES} bytes, got ${answerKey.length}`);
  }
  const padded = padWithSpaces(payload, length);
  if (padded === undefined) throw new BadLength(`expected a payload of at most ${length} bytes, got ${payload.length}`);
  const info = transportInfo(parts.fingerprint, parts.route);
  const { enc, ct } = hpke.seal(parts.transportPublicKey, info, concat(answerKey, padded), parts.ephemeralSeed);
  return concat(enc, ct);
}

/**
 * The payload of an answer, without its padding; `length` is the answer length of the route, in bytes.
 *
 * Throws: BadLength, SealBroken. Neither proves anything: whoever carries the traffic can bring it about.
 */
export function openAnswer(answerKey: Uint8Array, body: Uint8Array, length: number): Bytes {
  if (body.length !== length + ANSWER_OVERHEAD) {
    throw new BadLength(`expected an answer of ${length + ANSWER_OVERHEAD} bytes, got ${body.length}`);
  }
  try {
    return withoutPadding(chacha20poly1305(answerKey, ANSWER_NONCE).decrypt(body));
  } catch {
    throw new SealBroken("the answer does not open");
  }
}
