// Scores (docs/rules.md, "Scores"): sums and pools of what contests gave and officers attested.

import { exactly, type Score } from "./contests.ts";
import type { Meeting } from "./entries.ts";
import { NotCountable } from "./fault.ts";
import { fits, type Fraction, readExact, ZERO } from "./fraction.ts";
import { bandOf, type Pooled, type Proposal, proposalsOf, raised, type Value } from "./judging.ts";

export interface Scored {
  readonly exact: string | null;
  readonly display: string | null;
  readonly uncapped: string | null;
  readonly missing: readonly string[];
  readonly flags: readonly { readonly code: string; readonly raised: boolean }[];
  readonly bands: null | { readonly exact: string | null; readonly display: string | null };
  readonly proposals?: readonly Proposal[];
}

/** What the scores are made of: the last counted round of each contest, the last value of each input. */
export interface Sources {
  readonly value: (name: string) => Value | undefined;
  readonly pool: (name: string) => Pooled | undefined;
  readonly input: (id: string) => string | undefined;
}

const LONGEST = 4000;

export function computeScores(scores: readonly Score[], sources: Sources, meeting: Meeting): Map<string, Scored> {
  const done = new Map<string, Scored>();
  const byId = new Map(scores.map((one) => [one.id, one]));
  const compute = (id: string): Scored => {
    const held = done.get(id);
    if (held !== undefined) return held;
    const scored = computeOne(byId.get(id) as Score, sources, compute, meeting);
    done.set(id, scored);
    return scored;
  };
  return new Map(scores.map((one) => [one.id, compute(one.id)]));
}

function computeOne(score: Score, sources: Sources, other: (id: string) => Scored, meeting: Meeting): Scored {
  const missing: string[] = [];
  const uncapped = score.pool === undefined ? sum(score, sources, other, missing) : pool(score.pool, sources, missing);
  const capped = uncapped === null ? null : clamped(uncapped, score.clamp);
  const flags = score.flags.map((one) => ({ code: one.code, raised: raised(capped, one).holds }));
  const scored: Scored = {
    exact: capped?.toString() ?? null,
    display: capped === null ? null : score.display === "percent" ? capped.percent() : capped.rounded(2),
    uncapped: uncapped?.toString() ?? null,
    missing,
    flags,
    bands: score.bands === null ? null : band(capped, score),
  };
  if (score.flags.length === 0) return scored;
  const proposals = score.flags.flatMap((one, at) => (flags[at]?.raised === true ? proposalsOf(one, meeting) : []));
  return { ...scored, proposals };
}

function band(value: Fraction | null, score: Score): { exact: string | null; display: string | null } {
  if (value === null) return { exact: null, display: null };
  const { points } = bandOf(value, score.bands ?? [], score.otherwise as string);
  return { exact: points.toString(), display: points.rounded(2) };
}

function clamped(value: Fraction, clamp: Score["clamp"]): Fraction {
  if (clamp === null) return value;
  const [low, high] = [exactly(clamp[0]), exactly(clamp[1])];
  return value.compare(low) < 0 ? low : value.compare(high) > 0 ? high : value;
}

function writable(value: Fraction): Fraction {
  if (!fits(value, LONGEST)) throw new NotCountable("a score comes to more than 4,000 digits");
  return value;
}

function sum(score: Score, sources: Sources, other: (id: string) => Scored, missing: string[]): Fraction | null {
  let total = ZERO;
  for (const term of score.sum ?? []) {
    let text: string | null | undefined;
    let name = "";
    if (term.value !== undefined) text = sources.value((name = term.value))?.exact;
    else if (term.input !== undefined) text = sources.input((name = term.input));
    else if (term.score !== undefined) text = other((name = term.score)).exact;
    else text = term.const;
    if (text === undefined || text === null) {
      if (!missing.includes(name)) missing.push(name);
      continue;
    }
    const value = readExact(text, Infinity) as Fraction;
    total = writable(total.plus(value.times(exactly(term.times))));
  }
  return missing.length > 0 ? null : total;
}

/** The sum of numerators over the sum of bases. */
function pool(names: readonly string[], sources: Sources, missing: string[]): Fraction | null {
  let num = ZERO;
  let base = ZERO;
  for (const name of names) {
    const part = sources.pool(name);
    if (part === undefined || part.base.num === 0n) {
      missing.push(name);
      continue;
    }
    num = writable(num.plus(part.num));
    base = base.plus(part.base);
  }
  return missing.length > 0 ? null : writable(num.over(base));
}
