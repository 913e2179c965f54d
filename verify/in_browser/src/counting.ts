// One class's ballots of one paper: each distinct choice with its number, and how many were invalid.

import type { Choice } from "./choices.ts";
import type { Ballot } from "./contests.ts";
import { Fraction } from "./fraction.ts";

export class Box {
  invalid = 0;
  private readonly held = new Map<string, { choice: Choice; times: number }>();

  add(choice: Choice | null, times = 1): void {
    if (choice === null) {
      this.invalid += times;
      return;
    }
    const key = JSON.stringify(choice);
    const known = this.held.get(key);
    if (known === undefined) this.held.set(key, { choice, times });
    else known.times += times;
  }

  addAll(other: Box): void {
    this.invalid += other.invalid;
    for (const { choice, times } of other.held.values()) this.add(choice, times);
  }

  /** How many valid ballots meet the condition. */
  count(meets: (choice: Choice) => boolean): number {
    let total = 0;
    for (const { choice, times } of this.held.values()) if (meets(choice)) total += times;
    return total;
  }

  each(visit: (choice: Choice, times: number) => void): void {
    for (const { choice, times } of this.held.values()) visit(choice, times);
  }
}

export interface Counts {
  expected: number;
  present: number;
  issued: number;
  returned: number;
  invalid: number;
  valid: number;
  abstain: number;
  unknown: number;
  scored: number;
}

export const COUNT_NAMES: readonly (keyof Counts)[] = [
  "expected",
  "present",
  "issued",
  "returned",
  "invalid",
  "valid",
  "abstain",
  "unknown",
  "scored",
];

export function countsOf(box: Box, figures: Pick<Counts, "expected" | "present" | "issued">): Counts {
  const valid = box.count(() => true);
  const abstain = box.count((choice) => choice.blank);
  const unknown = box.count((choice) => choice.unknown);
  const { invalid } = box;
  const { expected, present, issued } = figures;
  return {
    expected,
    present,
    issued,
    returned: valid + invalid,
    invalid,
    valid,
    abstain,
    unknown,
    scored: valid - abstain - unknown,
  };
}

export type Tally = Readonly<Record<string, unknown>>;

export function approvals(box: Box, candidate: string, mark = "approve"): number {
  return box.count((choice) => (choice.marks?.[candidate] ?? "abstain") === mark);
}

export function picksOf(box: Box, option: string): number {
  return box.count((choice) => choice.picks?.includes(option) ?? false);
}

/** Written names with their numbers, ascending. */
export function writtenNames(box: Box): Map<string, number> {
  const found = new Map<string, number>();
  box.each((choice, times) => {
    for (const name of choice.names ?? []) found.set(name, (found.get(name) ?? 0) + times);
  });
  return new Map([...found].sort(([a], [b]) => byCodePoint(a, b)));
}

export function tallyOf(box: Box, ballot: Ballot): Tally {
  switch (ballot.kind) {
    case "approval":
      return Object.fromEntries(
        ballot.candidates.map((one) => [
          one.id,
          {
            approve: approvals(box, one.id),
            oppose: approvals(box, one.id, "oppose"),
            abstain: approvals(box, one.id, "abstain"),
          },
        ]),
      );
    case "pick": {
      const tally: Record<string, unknown> = Object.fromEntries(
        ballot.options.map((one) => [one.id, picksOf(box, one.id)]),
      );
      if (ballot.write_in > 0) tally["write_in"] = Object.fromEntries(writtenNames(box));
      return tally;
    }
    case "grade":
      return Object.fromEntries(ballot.grades.map((one) => [one.id, box.count((choice) => choice.grade === one.id)]));
    case "score": {
      const found = new Map<string, number>();
      box.each((choice, times) => {
        if (choice.score !== undefined) found.set(choice.score, (found.get(choice.score) ?? 0) + times);
      });
      return Object.fromEntries([...found].sort(([a], [b]) => ofDecimal(a).compare(ofDecimal(b))));
    }
    case "comment": {
      const texts: string[] = [];
      box.each((choice, times) => {
        if (choice.text !== undefined) texts.push(...Array<string>(times).fill(choice.text));
      });
      return { texts: texts.sort(byCodePoint) };
    }
  }
}

/** The order of code points; JavaScript's own is that of UTF-16 code units. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** A score as it is written in a tally, exact. */
export function ofDecimal(text: string): Fraction {
  const [front, back = ""] = text.split(".") as [string, string?];
  return new Fraction(BigInt(front + back), 10n ** BigInt(back.length));
}
