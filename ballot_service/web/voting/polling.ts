// When to ask again: every 5 seconds or so while the page is seen, less while it is hidden, later and later while nobody
// answers. Never on a fixed beat: a hall of phones would come at once.

import type { RandomBytes } from "../crypto/random.ts";

const SEEN_MS = 5_000;
const HIDDEN_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** A number from 0 (included) to 1 (not included). */
export function fraction(random: RandomBytes): number {
  return random(4).reduce((number, byte) => number * 256 + byte, 0) / 2 ** 32;
}

/** Uniform between two numbers. */
export function between(random: RandomBytes, low: number, high: number): number {
  return low + fraction(random) * (high - low);
}

/** Until the next look at the state, give or take a fifth. */
export function pollDelay(random: RandomBytes, visible: boolean): number {
  return (visible ? SEEN_MS : HIDDEN_MS) * between(random, 0.8, 1.2);
}

/** Until the next try of something that failed `failures` times in a row, from half to all of a time that doubles. */
export function retryDelay(random: RandomBytes, failures: number): number {
  const most = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
  return most * between(random, 0.5, 1);
}

/** All in another order, every order equally likely. */
export function shuffled<T>(random: RandomBytes, all: readonly T[]): readonly T[] {
  const mixed = [...all];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(fraction(random) * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
