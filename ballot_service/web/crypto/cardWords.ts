// A card's secret in 24 words, as somebody types it from paper.
//
// Text: BIP-39 for 256 bits: 24 indexes of 11 bits, the last 8 bits are the first of the secret's SHA-256. The lists are
// those of words.ts; no passphrase and no key stretching, because the words are the secret itself.

import { sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";
import { fromNumber } from "./bytes.ts";
import type { Language, WordList } from "./words.ts";

export const CARD_WORDS = 24;

const INDEX_BITS = 11n;
const CHECK_BITS = 8n;
const SECRET_BYTES = 32;
const MAX_SUGGESTED = 6;

/** The words of what was typed: any white space between them, in Chinese also none. */
export function wordsOf(text: string): readonly string[] {
  const bare = text.normalize("NFC").toLowerCase();
  return languageOf(text) === "zh" ? [...bare.replace(/[\s\p{P}a-z0-9]/gu, "")] : (bare.match(/[a-z]+/g) ?? []);
}

/** Which list somebody types from. */
export function languageOf(text: string): Language {
  return /\p{Script=Han}/u.test(text) ? "zh" : "en";
}

/** What typing has come to so far. `wrong`: the place (from 1) and the word that is in no list. */
export type Typed =
  | { readonly state: "typing"; readonly count: number }
  | { readonly state: "wrong"; readonly place: number; readonly word: string }
  | { readonly state: "mixed-up" }
  | { readonly state: "whole"; readonly secret: Bytes };

/** Read words. A last word that may still become one of the list is not wrong yet. */
export function readCardWords(text: string, lists: Readonly<Record<Language, WordList>>): Typed {
  const words = wordsOf(text);
  const list = lists[languageOf(text)];
  const indexes = words.map((word) => list.indexOf(word));
  const unknown = indexes.indexOf(-1);
  if (unknown >= 0) {
    const word = words[unknown] as string;
    const isBeingTyped =
      unknown === words.length - 1 && unknown < CARD_WORDS && list.some((one) => one.startsWith(word));
    return isBeingTyped ? { state: "typing", count: unknown } : { state: "wrong", place: unknown + 1, word };
  }
  if (words.length < CARD_WORDS) return { state: "typing", count: words.length };
  const all = indexes.reduce((sum, index) => (sum << INDEX_BITS) | BigInt(index), 0n);
  if (words.length > CARD_WORDS) return { state: "mixed-up" };
  const secret = fromNumber(all >> CHECK_BITS, SECRET_BYTES);
  return BigInt(sha256(secret)[0] as number) === (all & 0xffn) ? { state: "whole", secret } : { state: "mixed-up" };
}

/** What the last word may become; nothing for Chinese, where each word is one character. */
export function completions(text: string, list: WordList): readonly string[] {
  const last = /[a-z]{2,}$/i.exec(text)?.[0].toLowerCase();
  if (last === undefined || languageOf(text) === "zh" || list.includes(last)) return [];
  const found = list.filter((word) => word.startsWith(last));
  return found.length <= MAX_SUGGESTED ? found : [];
}
