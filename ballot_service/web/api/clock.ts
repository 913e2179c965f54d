// Time, passed in: tests run with a clock of their own.

export interface Clock {
  /** Milliseconds since 1970, as Date.now. */
  now(): number;
  /** Calls `act` once, `ms` from now; the result calls it off. */
  after(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
