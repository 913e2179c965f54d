// Signed notes: a text, an empty line, and one line per signature.
//
// Text: C2SP signed-note and tlog-cosignature. Two algorithms: 0x01 plain Ed25519 (the ledger's own key) and 0x04
// cosignature/v1 (a witness, who adds the time it saw the note). Only one spelling of a note is read.

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, hasLoneSurrogate, hex, toNumber, utf8 } from "./bytes.ts";
import * as ed25519 from "./ed25519.ts";
import { b64, fromB64 } from "./encoding.ts";
import {
  BadPublicKey,
  BadSignature,
  MalformedEncoding,
  MalformedNote,
  MalformedVerifierKey,
  NoteNotSigned,
} from "./errors.ts";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export const MAX_NOTE_BYTES = 64 * 1024;
export const MAX_SIGNATURES = 100;

const KEY_HASH_BYTES = 4;
const MAX_TIMESTAMP = 2n ** 63n - 1n;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/;
// Not `\s`, which takes U+FEFF for white space and the other implementations do not. What is missing here is a control.
const WHITE_SPACE = /[\n \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A public key with the name it signs under. Creating an impossible one throws MalformedVerifierKey. */
export class VerifierKey {
  readonly name: string;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
  /** 4 bytes that tell signature lines apart; they prove nothing. */
  readonly keyHash: Bytes;

  /** `algorithm` is ED25519 or COSIGNATURE, `publicKey` has 32 bytes. */
  constructor(name: string, algorithm: number, publicKey: Uint8Array) {
    if (!isName(name))
      throw new MalformedVerifierKey("a key name is not empty and has no white space and no plus sign");
    if (algorithm !== ED25519 && algorithm !== COSIGNATURE) {
      throw new MalformedVerifierKey(`expected algorithm 1 or 4, got ${algorithm}`);
    }
    try {
      ed25519.checkPublicKey(publicKey);
    } catch (error) {
      if (error instanceof BadPublicKey) throw new MalformedVerifierKey(`not an ed25519 key: ${error.message}`);
      throw error;
    }
    this.name = name;
    this.algorithm = algorithm;
    this.publicKey = publicKey;
    this.keyHash = sha256(concat(utf8(`${name}\n`), typedKey(this))).slice(0, KEY_HASH_BYTES);
  }
}

/** One signature line. `blob` is what follows the key hash: its meaning is the key's affair. */
export interface Signature {
  readonly name: string;
  readonly keyHash: Bytes; // 4 bytes
  readonly blob: Bytes;
}

/** A note as read; nothing in it is verified. `text` ends in a newline. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** A signature that holds, and whose. `timestamp` (seconds since 1970) only from a cosignature. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly timestamp: bigint | null;
}

/** Whether a key or an origin may be called so. */
export function isName(name: string): boolean {
  return name !== "" && !name.includes("+") && !WHITE_SPACE.test(name) && !hasControl(name);
}

/** `name+hash+key`, as options and meeting files write it. Source: C2SP signed-note, "Verifier keys". */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${hex(key.keyHash)}+${b64(typedKey(key))}`;
}

/** The inverse of `formatVerifierKey`. Throws: MalformedVerifierKey. */
export function parseVerifierKey(text: string): VerifierKey {
  const [name, keyHash, ...rest] = text.split("+");
  if (name === undefined || keyHash === undefined || rest.length === 0) {
    throw new MalformedVerifierKey("expected name+hash+key");
  }
  const typed = decodeB64(rest.join("+"), MalformedVerifierKey, 1 + ed25519.PUBLIC_KEY_BYTES); // base64 may hold `+`
  const key = new VerifierKey(name, typed[0] as number, typed.slice(1));
  if (hex(key.keyHash) !== keyHash) throw new MalformedVerifierKey("the hash does not belong to this name and key");
  return key;
}

/** Read a note without believing it. Throws: MalformedNote. Source: C2SP signed-note, "Format". */
export function parseNote(note: string): Note {
  if (utf8(note).length > MAX_NOTE_BYTES) throw new MalformedNote(`expected at most ${MAX_NOTE_BYTES} bytes`);
  const end = note.lastIndexOf("\n\n");
  if (end < 0) throw new MalformedNote("expected an empty line between text and signatures");
  const text = note.slice(0, end + 1);
  checkText(text);
  const rows = note.slice(end + 2).split("\n");
  if (rows.pop() !== "") throw new MalformedNote("expected a newline after the last signature");
  if (rows.length > MAX_SIGNATURES) {
    throw new MalformedNote(`expected at most ${MAX_SIGNATURES} signatures, got ${rows.length}`);
  }
  const signatures = rows.map(parseSignatureLine);
  if (new Set(signatures.map(whose)).size !== rows.length) throw new MalformedNote("two signatures of one key");
  if (rows.length === 0) throw new MalformedNote("expected a signature");
  return { text, signatures };
}

/**
 * The signatures of the given keys, in the note's order; lines of unknown keys count for nothing.
 *
 * A line of a given key that does not verify spoils the note: it is no accident.
 * Throws: MalformedNote, BadSignature, NoteNotSigned when none of the keys has signed.
 */
export function verifyNote(note: string, keys: readonly VerifierKey[]): VerifiedSignature[] {
  const { text, signatures } = parseNote(note);
  const known = new Map(keys.map((key) => [whose(key), key]));
  const verified: VerifiedSignature[] = [];
  for (const signature of signatures) {
    const key = known.get(whose(signature));
    if (key !== undefined) verified.push({ key, timestamp: verifySignature(key, text, signature.blob) });
  }
  if (verified.length === 0) throw new NoteNotSigned("the note carries no signature of a key that was given");
  return verified;
}

function verifySignature(key: VerifierKey, text: string, blob: Uint8Array): bigint | null {
  if (key.algorithm === ED25519) {
    ed25519.verify(key.publicKey, utf8(text), blob);
    return null;
  }
  if (blob.length !== 8 + ed25519.SIGNATURE_BYTES) {
    throw new BadSignature(`expected a cosignature of ${8 + ed25519.SIGNATURE_BYTES} bytes, got ${blob.length}`);
  }
  const timestamp = toNumber(blob.subarray(0, 8));
  if (timestamp > MAX_TIMESTAMP) throw new BadSignature("the time of the cosignature lies outside 63 bits");
  ed25519.verify(key.publicKey, utf8(`cosignature/v1\ntime ${timestamp}\n${text}`), blob.subarray(8));
  return timestamp;
}

function parseSignatureLine(line: string): Signature {
  const [, name, blobB64] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || blobB64 === undefined || !isName(name)) {
    throw new MalformedNote("a signature line is not: em dash, name, base64");
  }
  const data = decodeB64(blobB64, MalformedNote);
  if (data.length <= KEY_HASH_BYTES) throw new MalformedNote("a signature line holds no signature");
  return { name, keyHash: data.slice(0, KEY_HASH_BYTES), blob: data.slice(KEY_HASH_BYTES) };
}

function checkText(text: string): void {
  if (text === "\n") throw new MalformedNote("expected a text that ends in a newline");
  if (hasControl(text)) throw new MalformedNote("the text holds a control character");
  if (hasLoneSurrogate(text)) throw new MalformedNote("the text holds a lone surrogate");
}

/** A control character other than the newline. */
function hasControl(text: string): boolean {
  return Array.from(text, (char) => char.charCodeAt(0)).some(
    (code) => (code < 0x20 && code !== 0x0a) || (code >= 0x7f && code <= 0x9f),
  );
}

/** What tells the keys of a note apart; a name has no space. */
function whose(one: { readonly name: string; readonly keyHash: Uint8Array }): string {
  return `${one.name} ${hex(one.keyHash)}`;
}

function typedKey(key: { readonly algorithm: number; readonly publicKey: Uint8Array }): Bytes {
  return concat(new Uint8Array([key.algorithm]), key.publicKey);
}

function decodeB64(text: string, Refusal: typeof MalformedNote | typeof MalformedVerifierKey, length?: number): Bytes {
  try {
    return fromB64(text, length);
  } catch (error) {
    if (error instanceof MalformedEncoding) throw new Refusal(`base64: ${error.message}`);
    throw error;
  }
}
