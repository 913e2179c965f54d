// Fingerprints as words, for people who compare a slip, a phone and a screen.
//
// Format: docs/protocol.md §3: the first 88 bits of a hash as eight 11-bit indexes into a list of BIP-39. The lists lie in
// words/ as they were published; the build makes each an asset of its own, and the page fetches the one it shows.

import { sha256 } from "@noble/hashes/sha2.js";
import { hex, toNumber, utf8 } from "./bytes.ts";
import { MalformedWords } from "./errors.ts";

export type Language = "zh" | "en";

/** 2048 words of one language; from `readWordList`. */
export type WordList = readonly string[];

export const WORDS = 8;
export const PREFIX_BYTES = 11;

const BITS = 11;
const SHA256: Readonly<Record<Language, string>> = {
  zh: "5c5942792bd8340cb8b27cd592f1015edf56a8c5b26276ee18a482428e7c5726",
  en: "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
};

/** The list in a file of one word per line, byte for byte the published one. Throws: MalformedWords. */
export function readWordList(text: string, language: Language): WordList {
  if (hex(sha256(utf8(text))) !== SHA256[language]) throw new MalformedWords("not the word list as it was published");
  return text.trimEnd().split("\n");
}

/** Eight words with single spaces between them. `digest` is a hash, or at least its first 11 bytes. */
export function fingerprintWords(digest: Uint8Array, list: WordList): string {
  if (digest.length < PREFIX_BYTES)
    throw new RangeError(`expected at least ${PREFIX_BYTES} bytes, got ${digest.length}`);
  const number = toNumber(digest.subarray(0, PREFIX_BYTES));
  const shifts = Array.from({ length: WORDS }, (_, place) => BigInt(BITS * (WORDS - 1 - place)));
  return shifts.map((shift) => list[Number((number >> shift) & 0x7ffn)]).join(" ");
}
