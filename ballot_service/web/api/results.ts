// Round objects (docs/formats/verdict.md) as the public state shows them: counted and announced. A phone shows them and
// judges nothing: whoever wants to know recounts the ledger.

import { byId, count, field, list, type Members, members, oneOf, type Reader, text, wrong } from "./read.ts";

export const COUNTS = [
  "expected",
  "present",
  "issued",
  "returned",
  "invalid",
  "valid",
  "abstain",
  "unknown",
  "scored",
] as const;
export type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

export interface Marks {
  readonly approve: number;
  readonly oppose: number;
  readonly abstain: number;
}

/** One recorded round of a contest. */
export interface Round {
  readonly round: number;
  readonly counts: Counts;
  /** Candidate → marks of an approval ballot; option, grade or score → number of any other. */
  readonly tally: ReadonlyMap<string, Marks | number>;
  readonly passed: readonly string[];
  readonly elected: readonly string[];
  readonly state: "decided" | "undecided" | "counted";
  readonly reasons: readonly ("tie" | "none" | "too-few")[];
  readonly next: "none" | "committee-decides" | "revote" | "ended";
  /** Rule id → exact number, or null where the base is 0. */
  readonly values: ReadonlyMap<string, string | null>;
  /** Rule id → candidate or option → rank. */
  readonly ranks: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export const readRound: Reader<Round> = (value, at) => {
  const round = members(value, at);
  return {
    round: field(round, "round", count, at),
    counts: readCounts(field(round, "counts", members, at)["total"], `${at}.counts.total`),
    tally: tallied(field(round, "tally", members, at), at),
    passed: field(round, "passed", list(text), at),
    elected: field(round, "elected", list(text), at),
    state: field(round, "state", oneOf("decided", "undecided", "counted"), at),
    reasons: field(round, "reasons", list(oneOf("tie", "none", "too-few")), at),
    next: field(round, "next", oneOf("none", "committee-decides", "revote", "ended"), at),
    values: field(round, "values", byId(readExact), at),
    ranks: field(round, "ranks", byId(readRanks), at),
  };
};

function readCounts(value: unknown, at: string): Counts {
  const counts = members(value, at);
  return Object.fromEntries(COUNTS.map((name) => [name, field(counts, name, count, at)])) as Counts;
}

/** What is printed on the paper: words of one's own hang in lists and mappings, and are not for phones. */
function tallied(tally: Members, at: string): ReadonlyMap<string, Marks | number> {
  const printed = Object.entries(tally).filter(([name]) => name !== "write_in" && name !== "texts");
  return new Map(printed.map(([name, value]) => [name, readTallied(value, `${at}.tally.${name}`)]));
}

function readRanks(value: unknown, at: string): ReadonlyMap<string, number> {
  const ranks = Object.entries(members(value, at)).filter(([name]) => name !== "write_in");
  return new Map(ranks.map(([name, rank]) => [name, count(rank, at)]));
}

function readTallied(value: unknown, at: string): Marks | number {
  if (typeof value === "number") return count(value, at);
  const marks = members(value, at);
  return {
    approve: field(marks, "approve", count, at),
    oppose: field(marks, "oppose", count, at),
    abstain: field(marks, "abstain", count, at),
  };
}

function readExact(value: unknown, at: string): string | null {
  const exact = members(value, at)["exact"];
  if (exact !== null && typeof exact !== "string") throw wrong(at, "an exact number or null");
  return exact;
}
