// The rule set of docs/protocol.md §3 counted out again in plain integers, slowly and from RFC 8032 §5.1 alone.

import { createHash } from "node:crypto";

const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}
const NEUTRAL: Point = { x: 0n, y: 1n };
const BASE = decode(Buffer.from(`58${"66".repeat(31)}`, "hex")) ?? NEUTRAL;

/** The rules, sentence by sentence. */
export function plainVerify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.slice(0, 32), littleEndian(signature.slice(32))];
  if (s >= L || !isGoodPoint(key) || !isGoodPoint(r)) return false;
  const a = decode(key) ?? NEUTRAL;
  const k = littleEndian(createHash("sha512").update(r).update(key).update(message).digest()) % L;
  return Buffer.compare(encode(add(multiply(s, BASE), multiply(k, { x: P - a.x, y: a.y }))), r) === 0;
}

/** Canonically encoded, and not of small order. */
export function isGoodPoint(data: Uint8Array): boolean {
  const point = decode(data);
  if (point === undefined) return false;
  const eightfold = multiply(8n, point);
  return eightfold.x !== 0n || eightfold.y !== 1n;
}

/** The eight points whose order divides 8. */
export function smallOrderPoints(): Uint8Array[] {
  const generator = decode(
    Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex"),
  ) as Point;
  return Array.from({ length: 8 }, (_, factor) => encode(multiply(BigInt(factor), generator)));
}

/** The point plus the one of order 2. */
export function addOrder2(data: Uint8Array): Uint8Array {
  return encode(add(decode(data) as Point, { x: 0n, y: P - 1n }));
}

function add(a: Point, b: Point): Point {
  const cross = mod(D * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + b.x * a.y) * inverse(mod(1n + cross))),
    y: mod((a.y * b.y + a.x * b.x) * inverse(mod(1n - cross))),
  };
}

type Extended = readonly [bigint, bigint, bigint, bigint];

/** Extended coordinates, RFC 8032 §5.1.4: affine ones would need an inverse in every step. */
function multiply(scalar: bigint, { x, y }: Point): Point {
  let total: Extended = [0n, 1n, 1n, 0n];
  let step: Extended = [x, y, 1n, mod(x * y)];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) total = addExtended(total, step);
    step = addExtended(step, step);
  }
  const z = inverse(total[2]);
  return { x: mod(total[0] * z), y: mod(total[1] * z) };
}

function addExtended(p: Extended, q: Extended): Extended {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function encode({ x, y }: Point): Uint8Array {
  let rest = y | ((x & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

/** The point, if `data` is its one canonical encoding. */
function decode(data: Uint8Array): Point | undefined {
  const number = littleEndian(data);
  const [y, sign] = [number & (2n ** 255n - 1n), number >> 255n];
  if (y >= P) return undefined;
  const square = mod((y * y - 1n) * inverse(mod(D * y * y + 1n)));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * SQRT_MINUS_1);
  if (mod(x * x) !== square || (x === 0n && sign === 1n)) return undefined;
  return { x: (x & 1n) === sign ? x : P - x, y };
}

function littleEndian(data: Uint8Array): bigint {
  return data.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function mod(number: bigint): bigint {
  return ((number % P) + P) % P;
}

function inverse(number: bigint): bigint {
  return power(number, P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}
