// Checkpoints and signed notes: our profile of C2SP tlog-checkpoint, signed-note and tlog-cosignature
// (docs/protocol.md §4, docs/formats/ledger.md).

import { fromBase64, hash, hex, utf8 } from "./bytes.ts";
import { ed25519Holds } from "./crypto.ts";

export class BadNote extends Error {}

export interface NoteSignature {
  readonly name: string;
  readonly keyHash: string; // eight hexadecimal digits
  readonly signature: Uint8Array;
}

export interface Note {
  readonly body: string; // the three lines, with their newlines
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signatures: readonly NoteSignature[];
}

export interface VerifierKey {
  readonly name: string;
  readonly keyHash: string;
  readonly type: number;
  readonly key: Uint8Array;
}

export const LEDGER_TYPE = 1;
export const WITNESS_TYPE = 4;

/** A name without white space, plus and control characters, and not empty. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s+\p{Z}\p{Cc}]/u.test(name);
}

/** Throws BadNote. */
export function readNote(text: string): Note {
  const parts = /^((?:[^\n]+\n){3})\n((?:[^\n]+\n)+)$/u.exec(text);
  if (parts === null) throw new BadNote("not three lines, an empty line and signatures");
  const body = parts[1] as string;
  const [origin, size, root] = body.split("\n") as [string, string, string];
  if (!isKeyName(origin)) throw new BadNote("the origin is not well-formed");
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) throw new BadNote("the size is not a decimal number");
  const rootBytes = fromBase64(root);
  if (rootBytes?.length !== 32) throw new BadNote("the root is not 32 bytes of base64");
  const signatures = (parts[2] as string).split("\n").slice(0, -1).map(readSignature);
  const names = new Set(signatures.map((one) => `${one.name} ${one.keyHash}`));
  if (names.size !== signatures.length) throw new BadNote("two signatures of one name and key hash");
  return { body, origin, size: Number(size), root: rootBytes, signatures };
}

function readSignature(line: string): NoteSignature {
  const parts = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const data = parts === null ? null : fromBase64(parts[2] as string);
  if (parts === null || data === null || data.length < 5 || !isKeyName(parts[1] as string)) {
    throw new BadNote("a signature line is not well-formed");
  }
  return { name: parts[1] as string, keyHash: hex(data.subarray(0, 4)), signature: data.subarray(4) };
}

function keyHash(name: string, type: number, key: Uint8Array): string {
  return hex(hash(utf8(`${name}\n`), Uint8Array.of(type), key).subarray(0, 4));
}

export function toVerifierKey(name: string, type: number, key: Uint8Array): VerifierKey {
  return { name, keyHash: keyHash(name, type, key), type, key };
}

/** NAME+HASH+KEY; null for any other spelling and for a hash that does not fit. */
export function readVerifierKey(text: string): VerifierKey | null {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const data = parts === null ? null : fromBase64(parts[3] as string);
  if (parts === null || data?.length !== 33 || !isKeyName(parts[1] as string)) return null;
  const name = parts[1] as string;
  const type = data[0] as number;
  const key = data.slice(1);
  if (type !== LEDGER_TYPE && type !== WITNESS_TYPE) return null;
  return parts[2] === keyHash(name, type, key) ? { name, keyHash: parts[2], type, key } : null;
}

/** Whether the ledger key signed this note under the name `origin`. */
export function signedByLedger(note: Note, origin: string, key: Uint8Array): boolean {
  const wanted = keyHash(origin, LEDGER_TYPE, key);
  return note.signatures.some(
    (one) => one.name === origin && one.keyHash === wanted && ed25519Holds(one.signature, utf8(note.body), key),
  );
}

/** How many of these witnesses cosigned (cosignature/v1). */
export function cosignatures(note: Note, witnesses: readonly VerifierKey[]): number {
  return witnesses.filter((witness) =>
    note.signatures.some((one) => {
      if (one.name !== witness.name || one.keyHash !== witness.keyHash || one.signature.length !== 72) return false;
      const seconds = BigInt("0x" + hex(one.signature.subarray(0, 8)));
      const message = utf8(`cosignature/v1\ntime ${seconds}\n${note.body}`);
      return ed25519Holds(one.signature.subarray(8), message, witness.key);
    }),
  ).length;
}
