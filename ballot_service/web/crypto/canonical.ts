// Canonical JSON: one value, one spelling, so that a hash of the bytes is a hash of the meaning.
//
// Format: docs/protocol.md §3, a profile of RFC 8785 without fractions. Integers −(2^53−1) … 2^53−1, strings in NFC, no
// key twice, no lone surrogate, no byte order mark. Size and depth are checked on the bytes before anything is parsed.

import { type Bytes, hasLoneSurrogate, readUtf8, utf8 } from "./bytes.ts";
import { JsonTooDeep, JsonTooLarge, MalformedJson, NotCanonical, NotEncodable } from "./errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** What a reader takes at most: bytes, and levels of objects and arrays. */
export interface Limits {
  readonly maxBytes?: number;
  readonly maxDepth?: number;
}

export const MAX_BYTES = 4 * 1024 * 1024; // one ledger line
export const MAX_DEPTH = 16;

/** The canonical bytes of a value. Throws: NotEncodable. Source: RFC 8785 §3.2. */
export function encode(value: Json): Bytes {
  return utf8(spell(value));
}

/**
 * Read canonical bytes; the inverse of `encode`.
 *
 * Throws: NotCanonical, JsonTooLarge, JsonTooDeep, MalformedJson.
 */
export function decode(data: Uint8Array, limits: Limits = {}): Json {
  const { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = limits;
  if (data.length > maxBytes) throw new JsonTooLarge(`expected at most ${maxBytes} bytes, got ${data.length}`);
  checkDepth(data, maxDepth);
  const text = textOf(data);
  const value = parse(text);
  let spelling: string;
  try {
    spelling = spell(value);
  } catch (error) {
    if (error instanceof NotEncodable) throw new MalformedJson(error.message);
    throw error;
  }
  // A key twice, minus zero, an exponent, a fraction of nothing: the parser forgives them, their spelling does not.
  if (spelling !== text) throw new NotCanonical("the text is not the canonical spelling of its value");
  return value;
}

/** `decode` for what has to be a JSON object, as every ledger line has. Throws: as `decode`. */
export function decodeObject(data: Uint8Array, limits: Limits = {}): JsonObject {
  const value = decode(data, limits);
  if (!isObject(value)) throw new MalformedJson("expected a json object");
  return value;
}

/** Whether a value is an object with members: no array, no null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function textOf(data: Uint8Array): string {
  try {
    return readUtf8(data);
  } catch {
    throw new MalformedJson("not utf-8");
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new MalformedJson("not json"); // the parser's own message quotes the text, which may hold a token
  }
}

/** Count the nesting on the bytes: a parser may be recursive and must not see a text that is too deep. */
function checkDepth(data: Uint8Array, maxDepth: number): void {
  let level = 0;
  let inString = false;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index];
    if (byte === 0x22) {
      inString = !inString;
    } else if (inString) {
      if (byte === 0x5c) index++; // a backslash, and what it escapes
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++level > maxDepth) throw new JsonTooDeep(`expected at most ${maxDepth} levels of nesting`);
    } else if (byte === 0x5d || byte === 0x7d) {
      level--;
    }
  }
}

function spell(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return spellString(value);
  if (typeof value === "number") return spellInteger(value);
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  if (!isObject(value)) throw new NotEncodable(`a ${typeof value} has no canonical form`);
  const keys = Object.keys(value).sort(); // by UTF-16 code units, as the protocol asks
  return `{${keys.map((key) => `${spellString(key)}:${spell(value[key] as Json)}`).join(",")}}`;
}

function spellInteger(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new NotEncodable("a number is no integer within ±(2^53−1), or minus zero");
  }
  return String(value);
}

function spellString(text: string): string {
  if (hasLoneSurrogate(text)) throw new NotEncodable("a string holds a lone surrogate");
  if (text.normalize("NFC") !== text) throw new NotEncodable("a string is not in unicode normal form c");
  return JSON.stringify(text); // its escapes are those of RFC 8785 §3.2.2.2
}
