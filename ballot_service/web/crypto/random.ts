// Where randomness comes from. Everything else here takes it as an argument, so that tests can say what was drawn.

/** `length` random bytes, at most 65,536. */
export type RandomBytes = (length: number) => Uint8Array;

/** The browser's generator; `getRandomValues` is there on plain HTTP too. */
export const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
