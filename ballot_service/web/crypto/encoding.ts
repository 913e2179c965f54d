// Byte strings and their text forms: the smallest words of the protocol.
//
// Format: docs/protocol.md §3. Every text form here has exactly one spelling: what a lax decoder would forgive (padding,
// line breaks, bits after the last byte, lower case) is refused, because two spellings of one ballot would be two ballots.

import { type Bytes, concat, fromNumber, hex, utf8 } from "./bytes.ts";
import { MalformedEncoding } from "./errors.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHANUMERICS = `${LETTERS}${LETTERS.toLowerCase()}0123456789`;
const BASE64URL = `${ALPHANUMERICS}-_`;
const BASE64 = `${ALPHANUMERICS}+/`;
const BASE32 = `${LETTERS}234567`;
const BASE16 = "0123456789abcdef";

export { hex };

/** The prefix that keeps the uses of one hash, key or signature apart; `name` is an ASCII word. */
export function tag(name: string): Bytes {
  return utf8(`ballot-service/v1/${name}\0`);
}

/** 1 byte. Throws: RangeError, our own mistake; so do the other three. */
export function u8(number: number): Bytes {
  return fromNumber(BigInt(number), 1);
}

/** 2 bytes, big-endian. */
export function u16(number: number): Bytes {
  return fromNumber(BigInt(number), 2);
}

/** 4 bytes, big-endian. */
export function u32(number: number): Bytes {
  return fromNumber(BigInt(number), 4);
}

/** 8 bytes, big-endian. */
export function u64(number: number | bigint): Bytes {
  return fromNumber(BigInt(number), 8);
}

/** A variable field with its length before it (u32); text goes in as UTF-8. */
export function lp(data: Uint8Array | string): Bytes {
  const raw = typeof data === "string" ? utf8(data) : data;
  return concat(u32(raw.length), raw);
}

/** base64url without padding: byte strings in ledger entries and in the API. */
export function b64u(data: Uint8Array): string {
  return spell(data, BASE64URL, 6);
}

/** The inverse of `b64u`; `length` in bytes, where the field has a fixed one. Throws: MalformedEncoding. */
export function fromB64u(text: string, length?: number): Bytes {
  return read(text, BASE64URL, 6, length);
}

/** Standard base64 with padding: byte strings in notes and checkpoints. */
export function b64(data: Uint8Array): string {
  const text = spell(data, BASE64, 6);
  return text.padEnd(4 * Math.ceil(text.length / 4), "=");
}

/** The inverse of `b64`. Throws: MalformedEncoding. */
export function fromB64(text: string, length?: number): Bytes {
  const bare = text.replace(/={1,2}$/, "");
  if (text.length !== 4 * Math.ceil(bare.length / 4)) throw new MalformedEncoding("the padding is not what is due");
  return read(bare, BASE64, 6, length);
}

/** base32, upper case, without padding: byte strings in QR codes. */
export function b32(data: Uint8Array): string {
  return spell(data, BASE32, 5);
}

/** The inverse of `b32`. Throws: MalformedEncoding. */
export function fromB32(text: string, length?: number): Bytes {
  return read(text, BASE32, 5, length);
}

/** The inverse of `hex`, lower case only. Throws: MalformedEncoding. */
export function fromHex(text: string, length?: number): Bytes {
  return read(text, BASE16, 4, length);
}

/** One character of `alphabet` for every `bits` bits, zero bits after the last byte. */
function spell(data: Uint8Array, alphabet: string, bits: number): string {
  const mask = (1 << bits) - 1;
  let text = "";
  let held = 0; // bits not yet written, the low `count` of it
  let count = 0;
  for (const byte of data) {
    held = (held << 8) | byte;
    count += 8;
    while (count >= bits) {
      count -= bits;
      text += alphabet.charAt((held >> count) & mask);
    }
    held &= (1 << count) - 1;
  }
  return count === 0 ? text : text + alphabet.charAt((held << (bits - count)) & mask);
}

function read(text: string, alphabet: string, bits: number, length: number | undefined): Bytes {
  const data = new Uint8Array(Math.floor((text.length * bits) / 8));
  let held = 0;
  let count = 0;
  let written = 0;
  for (const char of text) {
    const value = alphabet.indexOf(char);
    if (value < 0) throw new MalformedEncoding(`expected base${1 << bits}, got a character or padding outside it`);
    held = (held << bits) | value;
    count += bits;
    if (count >= 8) {
      count -= 8;
      data[written++] = held >> count;
      held &= (1 << count) - 1;
    }
  }
  if (count >= bits) throw new MalformedEncoding(`text of ${text.length} characters is no whole number of bytes`);
  if (held !== 0) throw new MalformedEncoding("bits after the last byte are not zero"); // "QR" would be "QQ"
  if (length !== undefined && written !== length) {
    throw new MalformedEncoding(`expected ${length} bytes, got ${written}`);
  }
  return data;
}
