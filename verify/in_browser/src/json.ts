// Canonical JSON (RFC 8785 without fractions, docs/protocol.md §3). The reader tells three kinds of text apart: no
// strict JSON at all, which makes a ledger unreadable; strict JSON in another spelling, which V02 refuses; canonical.

export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A number that no entry may hold: a fraction, an exponent, or beyond 2^53 − 1. */
const NO_INTEGER = Symbol("no integer");

export class NotJson extends Error {}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The deepest nesting of objects and arrays, and how many commas and opening brackets stand outside texts: counted
 * before anything is parsed. */
export function size(text: string): { nesting: number; values: number } {
  let values = 0;
  let depth = 0;
  let deepest = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inside) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inside = false;
    } else if (code === 0x22) inside = true;
    else if (code === 0x2c) values++;
    else if (code === 0x7b || code === 0x5b) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { nesting: deepest, values };
}

/** Read strict JSON; `canonical` is null when it is not spelled as `encode` would.
 *
 * Throws NotJson for what is no JSON, for a key twice and for an integer of more than 16 digits.
 */
export function readJson(text: string): { value: Json; canonical: boolean } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new NotJson("no JSON");
  }
  if (encode(value) === text) return { value, canonical: true };
  new Scanner(text).scan(); // only now worth the time: another spelling, or worse
  return { value, canonical: false };
}

/** Canonical text, or null where the value has none. */
export function encode(value: Json): string | null {
  try {
    return write(value);
  } catch (error) {
    if (error === NO_INTEGER) return null;
    throw error;
  }
}

function write(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw NO_INTEGER;
    return String(value);
  }
  if (typeof value === "string") return writeText(value);
  if (Array.isArray(value)) return "[" + value.map(write).join(",") + "]";
  const object = value as JsonObject;
  const names = Object.keys(object).sort((a, b) => (a < b ? -1 : 1)); // UTF-16 code units
  return "{" + names.map((name) => writeText(name) + ":" + write(object[name] as Json)).join(",") + "}";
}

function writeText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return JSON.stringify(text);
  if (/[\ud800-\udfff]/u.test(text) || text.normalize("NFC") !== text) throw NO_INTEGER;
  return JSON.stringify(text); // short escapes and \u00xx in lower case, as RFC 8785 asks
}

/** Finds what JSON.parse lets pass: a key twice, and an integer of more than 16 digits. */
class Scanner {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  scan(): void {
    const { text } = this;
    const keys: (Set<string> | null)[] = [];
    let wantsKey = false;
    while (this.at < text.length) {
      const letter = text.charAt(this.at);
      if (letter === "{") {
        keys.push(new Set());
        wantsKey = true;
        this.at++;
      } else if (letter === "[") {
        keys.push(null);
        wantsKey = false;
        this.at++;
      } else if (letter === "}" || letter === "]") {
        keys.pop();
        wantsKey = false;
        this.at++;
      } else if (letter === ",") {
        wantsKey = (keys[keys.length - 1] ?? null) !== null;
        this.at++;
      } else if (letter === '"') {
        const end = this.endOfText();
        if (wantsKey) {
          const name = JSON.parse(text.slice(this.at, end)) as string;
          const seen = keys[keys.length - 1];
          if (seen?.has(name)) throw new NotJson("a key twice");
          seen?.add(name);
          wantsKey = false;
        }
        this.at = end;
      } else {
        const number = /^-?(\d+)([.eE][\d.eE+-]*)?/.exec(text.slice(this.at, this.at + 400));
        if (number === null) this.at++;
        else {
          if (number[2] === undefined && (number[1] as string).length > 16) throw new NotJson("a very long integer");
          this.at += number[0].length;
        }
      }
    }
  }

  private endOfText(): number {
    let end = this.at + 1;
    while (this.text.charAt(end) !== '"') end += this.text.charAt(end) === "\\" ? 2 : 1;
    return end + 1;
  }
}
