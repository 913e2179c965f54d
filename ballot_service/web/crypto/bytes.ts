// Byte strings, numbers and UTF-8 text, from one into the other.

/** Bytes that are ours: what functions here give back, so that a request can take it as its body. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
// A byte order mark stays where it is, so that two byte strings never read as one text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The byte strings one after the other; `‖` in the protocol. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether both have the same bytes. Takes a time that depends on them: for public values. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Whether `data` begins with the bytes of `prefix`. */
export function startsWith(data: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(data.subarray(0, prefix.length), prefix);
}

/** The UTF-8 bytes of a text. A lone surrogate has none and becomes U+FFFD. */
export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** The inverse of `utf8`, strictly. Throws: TypeError for bytes that are not UTF-8. */
export function readUtf8(data: Uint8Array): string {
  return decoder.decode(data);
}

/** Whether a text holds half of a surrogate pair: it has no UTF-8 form then. */
export function hasLoneSurrogate(text: string): boolean {
  return /[\ud800-\udfff]/u.test(text); // with `u`, the halves of a whole pair do not match
}

/** The bytes, then spaces (0x20) up to `length`; undefined when they do not fit. */
export function padWithSpaces(data: Uint8Array, length: number): Bytes | undefined {
  if (data.length > length) return undefined;
  const padded = new Uint8Array(length).fill(0x20);
  padded.set(data);
  return padded;
}

/** The bytes without the spaces at their end. */
export function withoutPadding(data: Uint8Array): Bytes {
  let end = data.length;
  while (data[end - 1] === 0x20) end--;
  return data.slice(0, end) as Bytes;
}

/** Two lower-case digits per byte. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The number that these bytes are, big-endian. */
export function toNumber(data: Uint8Array): bigint {
  return data.length === 0 ? 0n : BigInt(`0x${hex(data)}`);
}

/** The number that these bytes are, little-endian. */
export function toNumberLittleEndian(data: Uint8Array): bigint {
  return toNumber(data.slice().reverse());
}

/** `length` bytes, big-endian. Throws: RangeError when the number needs more, or is below 0. */
export function fromNumber(number: bigint, length: number): Bytes {
  const digits = number.toString(16).padStart(2 * length, "0");
  if (number < 0n || digits.length > 2 * length) throw new RangeError(`the number does not fit into ${length} bytes`);
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16));
}
