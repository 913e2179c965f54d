// What a check found. `line` counts as people do, from 1.

export class Fault extends Error {
  readonly line: number | null;

  /** `at` is the index of the entry, which counts from 0. */
  constructor(message: string, at: number | null = null) {
    super(message);
    this.line = at === null ? null : at + 1;
  }
}

/** A round that cannot be counted at all: V16 fails and V18 is not checked. */
export class NotCountable extends Fault {}
