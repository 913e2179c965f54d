// Slips: what the QR code holds, what is sent of it, and what stays.
//
// Format: docs/protocol.md §5. The QR secret X exists on paper alone. T is sent and redeems, K never leaves the device,
// the slip id is what the ledger knows. None leads back to X, and the id does not lead to T.

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat } from "./bytes.ts";
import { fromB32, lp, tag } from "./encoding.ts";
import { MalformedEncoding, MalformedSlip } from "./errors.ts";
import * as hkdf from "./hkdf.ts";

export const SECRET_BYTES = 16;
export const TOKEN_BYTES = 16;
export const PREFIX_BYTES = 20;

const HOST = String.raw`(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?`;
const PLACE = new RegExp(`^(https?://${HOST})/m/([a-z0-9-]{1,64})$`);
const CLASS = /^[A-Z0-9]{1,8}$/;
const PRINTABLE = /^[\x20-\x7e]{1,512}$/;

/** What a slip's QR code says. */
export interface SlipCode {
  readonly baseUrl: string; // scheme and host in lower case, e.g. "https://ballot.example"
  readonly meetingId: string;
  readonly secret: Bytes; // X, 16 bytes
  readonly voterClass: string;
  readonly fingerprintPrefix: Bytes; // 20 bytes
}

/** T, 16 bytes: sent once, to exchange the slip for a booklet. */
export function redeemToken(slipSecret: Uint8Array): Bytes {
  checkSecret(slipSecret);
  return hkdf.derive(slipSecret, tag("redeem"), TOKEN_BYTES);
}

/** K, 32 bytes: never leaves the device; what it keeps can be locked with it. */
export function keepKey(slipSecret: Uint8Array): Bytes {
  checkSecret(slipSecret);
  return hkdf.derive(slipSecret, tag("keep"), 32);
}

/** 32 bytes, public. Whoever shows the token behind an id proves that the slip was redeemed. */
export function slipId(meetingId: string, token: Uint8Array): Bytes {
  return sha256(concat(tag("slip"), lp(meetingId), token));
}

/**
 * Read the text of a QR code, HTTPS://HOST/M/MEETING#X.CLASS.PREFIX, or HTTP:// where the meeting is plain.
 *
 * Before the `#` the case does not matter, because browsers lower it themselves; after it, upper case only.
 * Throws: MalformedSlip, whose message holds nothing of the text.
 */
export function parseSlipUrl(text: string): SlipCode {
  if (!PRINTABLE.test(text)) throw new MalformedSlip("not the text of a slip");
  const hash = text.indexOf("#");
  const [, baseUrl, meetingId] = PLACE.exec(text.slice(0, hash).toLowerCase()) ?? [];
  const [secretB32, voterClass, prefixB32, ...more] = text.slice(hash + 1).split(".");
  if (
    hash < 0 ||
    baseUrl === undefined ||
    meetingId === undefined ||
    secretB32 === undefined ||
    voterClass === undefined ||
    prefixB32 === undefined ||
    more.length > 0
  ) {
    throw new MalformedSlip("expected HTTPS://HOST/M/MEETING#SECRET.CLASS.FINGERPRINT");
  }
  if (!CLASS.test(voterClass)) throw new MalformedSlip("the class id is not one");
  const secret = bytesOf(secretB32, SECRET_BYTES);
  return { baseUrl, meetingId, secret, voterClass, fingerprintPrefix: bytesOf(prefixB32, PREFIX_BYTES) };
}

function bytesOf(text: string, length: number): Bytes {
  try {
    return fromB32(text, length);
  } catch (error) {
    if (error instanceof MalformedEncoding) throw new MalformedSlip(`secret or fingerprint: ${error.message}`);
    throw error;
  }
}

function checkSecret(secret: Uint8Array): void {
  if (secret.length !== SECRET_BYTES) {
    throw new RangeError(`expected a slip secret of ${SECRET_BYTES} bytes, got ${secret.length}`);
  }
}
