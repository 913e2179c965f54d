// The box key in shares: what a scrutineer's card releases for one box, and how it is told whether it is the right one.
//
// Format: docs/protocol.md §6. The pad of one box opens that box's share and nothing else; the secret stays on the card.

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat } from "./bytes.ts";
import { lp, tag, u8, u16 } from "./encoding.ts";
import * as hkdf from "./hkdf.ts";

export const CARD_SECRET_BYTES = 32;

const SHARE_BYTES = 32;

/** What unseals this card's share of this box: sealed = share XOR pad. 32 bytes. */
export function sharePad(cardSecret: Uint8Array, meetingId: string, box: number, boxKey: Uint8Array): Bytes {
  if (cardSecret.length !== CARD_SECRET_BYTES) throw new RangeError("a card's secret has 32 bytes");
  return hkdf.derive(cardSecret, concat(tag("box-share"), lp(meetingId), u16(box), boxKey), SHARE_BYTES);
}

/** 32 bytes, in `meeting` before the doors open, so that a wrong share is named. */
export function shareCommitment(meetingId: string, box: number, card: number, share: Uint8Array): Bytes {
  return sha256(concat(tag("share"), lp(meetingId), u16(box), u8(card), share));
}

/** Share to sealed share and back; both as long as each other. */
export function xor(left: Uint8Array, right: Uint8Array): Bytes {
  if (left.length !== right.length) throw new RangeError("expected equal lengths");
  return Uint8Array.from(left, (byte, index) => byte ^ (right[index] as number));
}
