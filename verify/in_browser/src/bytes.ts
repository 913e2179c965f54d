// Byte strings and the few ways in which they are written as text (docs/protocol.md §3). Each text form has one
// spelling; a reader that took two would let two ledgers mean the same thing.

import { sha256 } from "@noble/hashes/sha2.js";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = BASE64.slice(0, 62) + "-_";

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict UTF-8, a byte order mark kept as a character; null when the bytes are not UTF-8. */
export function fromUtf8(data: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return null;
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Unsigned lexicographic order: negative, 0 or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A variable field: its length as u32, then itself. */
export function lp(text: string): Uint8Array {
  const data = utf8(text);
  return concat(u32(data.length), data);
}

export function tag(name: string): Uint8Array {
  return utf8(`ballot-service/v1/${name}\0`);
}

export function hash(...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concat(...parts));
}

export function toNumber(data: Uint8Array): bigint {
  return data.length === 0 ? 0n : BigInt("0x" + hex(data));
}

export function toBytes(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * length, "0"));
}

function readBase64(text: string, alphabet: string): Uint8Array | null {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  if (text.length % 4 === 1) return null;
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0 || letter.length !== 1) return null;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >>> bits) & 255;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? out : null; // the bits after the last byte are zero
}

/** base64url without padding; null for any other spelling. */
export function fromBase64url(text: string): Uint8Array | null {
  return readBase64(text, BASE64URL);
}

/** Standard base64 with padding; null for any other spelling. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  return readBase64(text.replace(/={1,2}$/, ""), BASE64);
}

export function toBase64url(data: Uint8Array): string {
  return writeBase64(data, BASE64URL);
}

export function toBase64(data: Uint8Array): string {
  const text = writeBase64(data, BASE64);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

function writeBase64(data: Uint8Array, alphabet: string): string {
  let text = "";
  for (let at = 0; at < data.length; at += 3) {
    const left = Math.min(3, data.length - at);
    const held = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    for (let letter = 0; letter <= left; letter++) text += alphabet.charAt((held >>> (18 - 6 * letter)) & 63);
  }
  return text;
}
