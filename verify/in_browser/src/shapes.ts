// What the parts of an entry look like (docs/protocol.md §4): small predicates, put together in `entries.ts` and
// `contests.ts`. A predicate says whether a value is of the type; nothing is repaired.

import { fromBase64url } from "./bytes.ts";
import { ONE, readExact, ZERO } from "./fraction.ts";
import { isObject, type Json } from "./json.ts";

export type Shape = (value: Json | undefined) => boolean;

export const anyText: Shape = (value) => typeof value === "string";
export const name: Shape = (value) => typeof value === "string" && value.trim() !== "";
export const bool: Shape = (value) => typeof value === "boolean";
export const id: Shape = (value) => typeof value === "string" && /^[a-z0-9-]{1,64}$/.test(value);
export const classId: Shape = (value) => typeof value === "string" && /^[A-Z0-9]{1,8}$/.test(value);
export const count: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const positive: Shape = (value) => count(value) && (value as number) >= 1;
export const time: Shape = (value) =>
  typeof value === "string" &&
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]Z$/.test(value);
export const date: Shape = (value) => typeof value === "string" && isDate(value);
export const exact: Shape = (value) => readExact(value) !== null;

/** A quorum or a pass line: from 0 to 1. */
export const part: Shape = (value) => {
  const read = readExact(value);
  return read !== null && read.compare(ZERO) >= 0 && read.compare(ONE) <= 0;
};

export function isDate(text: string): boolean {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

export function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

export function bytes(length?: number): Shape {
  return (value) => {
    const data = typeof value === "string" ? fromBase64url(value) : null;
    return data !== null && (length === undefined || data.length === length);
  };
}

export function between(low: number, high: number): Shape {
  return (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}

export function oneOf(...values: readonly Json[]): Shape {
  return (value) => values.includes(value as Json);
}

export function orNull(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

export function list(shape: Shape, least = 0, most = Infinity): Shape {
  return (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every((one) => shape(one as Json));
}

/** A list without an element twice. */
export function listOnce(shape: Shape, least = 0): Shape {
  return (value) => list(shape, least)(value) && distinct(value as readonly Json[]);
}

export function distinct(values: readonly Json[]): boolean {
  return new Set(values).size === values.length;
}

export function mapOf(key: Shape, value: Shape, least = 0): Shape {
  return (object) =>
    isObject(object) &&
    Object.keys(object).length >= least &&
    Object.entries(object).every(([name_, one]) => key(name_) && value(one));
}

/** An object with exactly these fields. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(fields);
  return (value) =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((one) => Object.hasOwn(value, one) && (fields[one] as Shape)(value[one]));
}

/** As `object`, but for some fields that may be left out. */
export function objectWith(fields: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>>): Shape {
  return (value) => {
    if (!isObject(value)) return false;
    const given = Object.fromEntries(Object.entries(optional).filter(([one]) => Object.hasOwn(value, one)));
    return object({ ...fields, ...given })(value);
  };
}

/** Exactly one of these fields, beside `fields`. */
export function withOneOf(fields: Readonly<Record<string, Shape>>, choices: Readonly<Record<string, Shape>>): Shape {
  return (value) =>
    isObject(value) &&
    Object.keys(choices).filter((one) => Object.hasOwn(value, one)).length === 1 &&
    objectWith(fields, choices)(value);
}

export function both(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.every((shape) => shape(value));
}
