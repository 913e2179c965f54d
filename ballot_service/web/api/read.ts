// Readers of unknown JSON, one for each form that a field can have. Every one throws WrongAnswer with the place, never
// with the value.

import type { Bytes } from "../crypto/bytes.ts";
import { fromB64u } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import { WrongAnswer } from "./errors.ts";

/** Reads one value; `at` is its place, for the message. */
export type Reader<T> = (value: unknown, at: string) => T;

export type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown, at: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(at, "an object");
  return value as Members;
}

export function text(value: unknown, at: string): string {
  if (typeof value !== "string") throw wrong(at, "text");
  return value;
}

export function flag(value: unknown, at: string): boolean {
  if (typeof value !== "boolean") throw wrong(at, "true or false");
  return value;
}

export function count(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw wrong(at, "an integer from 0 on");
  return value;
}

/** base64url; `length` in bytes where it is fixed. */
export function bytes(length?: number): Reader<Bytes> {
  return (value, at) => {
    try {
      return fromB64u(text(value, at), length);
    } catch (error) {
      if (error instanceof CryptoError) throw wrong(at, "base64url of its length");
      throw error;
    }
  };
}

export function list<T>(each: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, "a list");
    return value.map((one, index) => each(one, `${at}[${index}]`));
  };
}

export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : reader(value, at));
}

export function oneOf<T extends string>(...allowed: readonly T[]): Reader<T> {
  return (value, at) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw wrong(at, `one of ${allowed.join(", ")}`);
    return found;
  };
}

/** An object whose keys are ids, as a map in the order of the answer. */
export function byId<T>(each: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, at) => {
    const entries = Object.entries(members(value, at));
    return new Map(entries.map(([name, one]) => [name, each(one, `${at}.${name}`)]));
  };
}

/** One member of an object, read. */
export function field<T>(whole: Members, name: string, reader: Reader<T>, at = ""): T {
  return reader(whole[name], at === "" ? name : `${at}.${name}`);
}

export function wrong(at: string, expected: string): WrongAnswer {
  return new WrongAnswer(`${at}: expected ${expected}`);
}
