// Hashes as eight words (docs/protocol.md §3, "Words"): 88 bits, eleven for each word.

import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as chinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { fromHex, toNumber } from "./bytes.ts";

export const WORD_LISTS: Readonly<Record<"zh" | "en", readonly string[]>> = { zh: chinese, en: english };

export function toWords(hash: Uint8Array, language: "zh" | "en"): string {
  const bits = toNumber(hash.subarray(0, 11));
  return Array.from({ length: 8 }, (_, place) => {
    const index = Number((bits >> BigInt(11 * (7 - place))) & 0x7ffn);
    return WORD_LISTS[language][index] as string;
  }).join(" ");
}

/** 64 hexadecimal digits (32 bytes) or eight words (11 bytes); null for anything else. */
export function readFingerprint(text: string): Uint8Array | null {
  const typed = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(typed)) return fromHex(typed);
  for (const language of ["zh", "en"] as const) {
    const words = language === "zh" ? Array.from(typed.replace(/\s+/gu, "")) : typed.split(/\s+/u);
    const indices = words.map((word) => WORD_LISTS[language].indexOf(word.normalize("NFC")));
    if (indices.length !== 8 || indices.includes(-1)) continue;
    const bits = indices.reduce((held, index) => (held << 11n) | BigInt(index), 0n);
    return fromHex(bits.toString(16).padStart(22, "0"));
  }
  return null;
}

/** The first typed word that is in neither list; null while all are, and for digits. */
export function unknownWord(text: string): string | null {
  const typed = text.trim().toLowerCase().normalize("NFC");
  if (/^[0-9a-f]*$/.test(typed) && /[0-9]/.test(typed)) return null;
  const isLatin = /^[\x20-\x7e]*$/.test(typed);
  const words = isLatin ? typed.split(/\s+/u).slice(0, -1) : Array.from(typed.replace(/\s+/gu, "")); // the last is being typed
  return words.find((word) => !WORD_LISTS[isLatin ? "en" : "zh"].includes(word)) ?? null;
}
