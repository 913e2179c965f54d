// Items, contests, ballots, rules and scores in normal form (docs/formats/meeting-file.md §§1–4), as far as V02 asks:
// every field there, of its type, and a contest that can be judged.

import { type Fraction, readExact, whole } from "./fraction.ts";
import type { Json } from "./json.ts";
import * as is from "./shapes.ts";

export type Comparison = Partial<Record<"at_least" | "over" | "at_most" | "under", string>>;

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Ballot {
  readonly kind: "approval" | "pick" | "grade" | "score" | "comment";
  readonly candidates: readonly Person[];
  readonly max_approve: number;
  readonly labels: Readonly<Record<"approve" | "oppose" | "abstain", string>>;
  readonly options: readonly Person[];
  readonly max: number | string;
  readonly write_in: number;
  readonly grades: readonly Person[];
  readonly unknown: boolean;
  readonly min: string;
  readonly step: string;
  readonly max_chars: number;
}

export interface Consequence {
  readonly text: string;
  readonly confirm: string;
  readonly due: null | { readonly working_days?: number; readonly days?: number };
}

export interface Rule extends Comparison {
  readonly rule: "quorum" | "pass" | "seats" | "bar" | "rate" | "mean" | "bands" | "flag" | "rank";
  readonly id: string | null;
  readonly cite: Json;
  readonly mark: string;
  readonly of: string;
  readonly classes: readonly string[] | null;
  readonly weights: Readonly<Record<string, string>> | null;
  readonly seats: number;
  readonly max_rounds: number;
  readonly on_failure: "committee" | "revote" | "end";
  readonly failures: number;
  readonly months: number | "forever";
  readonly count_loss: boolean;
  readonly reset: boolean;
  readonly grades?: readonly string[];
  readonly options?: readonly string[];
  readonly candidate?: string;
  readonly marks?: readonly string[];
  readonly points: Readonly<Record<string, string>> | null;
  readonly value: string;
  readonly bands: readonly Band[];
  readonly otherwise: string;
  readonly code: string;
  readonly consequences: readonly Consequence[];
  readonly by: "approve" | "picks";
}

export interface Band {
  readonly at_least: string;
  readonly points: string;
}

export interface Contest {
  readonly id: string;
  readonly title: string;
  readonly post: string | null;
  readonly subject: null | { readonly id: string };
  readonly voters: readonly string[];
  readonly ballot: Ballot;
  readonly rules: readonly Rule[];
}

export interface Quorum extends Comparison {
  readonly of: "expected";
}

export interface Term {
  readonly times: string;
  readonly value?: string;
  readonly input?: string;
  readonly score?: string;
  readonly const?: string;
}

export interface ScoreFlag extends Comparison {
  readonly code: string;
  readonly consequences: readonly Consequence[];
}

export interface Score {
  readonly id: string;
  readonly title: string;
  readonly sum?: readonly Term[];
  readonly pool?: readonly string[];
  readonly clamp: readonly [string, string] | null;
  readonly display: "number" | "percent";
  readonly bands: readonly Band[] | null;
  readonly otherwise: string | null;
  readonly flags: readonly ScoreFlag[];
}

export interface Input {
  readonly id: string;
  readonly title: string;
  readonly min: string | null;
  readonly max: string | null;
}

export interface Item {
  readonly id: string;
  readonly title: string;
  readonly cadre: boolean;
  readonly announce: string;
  readonly steps: readonly string[];
  readonly quorum: Quorum | null;
  readonly show_ranks: boolean;
  readonly inputs: readonly Input[];
  readonly scores: readonly Score[];
  readonly contests: readonly Contest[];
}

export const ANNOUNCE_MODES: Readonly<Record<string, readonly string[]>> = {
  "on-spot": ["hall", "public"],
  "report-then-feedback": ["committee", "subject"],
  publish: ["hall", "public"],
  "limited-later": ["committee", "scope"],
  internal: ["committee"],
};
export const STEPS = ["report", "question", "introduce", "deliberate", "speak", "chief-last", "inspection"];
export const MARKS = ["approve", "oppose", "abstain"];
const BASES = ["expected", "present", "issued", "returned", "valid", "scored"];
const MAX_SCORES = 10_001;
const MAX_WAITING_SCORES = 100;

const person = is.object({ id: is.id, name: is.name, note: is.orNull(is.anyText) });
const grade = is.object({ id: is.id, name: is.name });

function distinctIds(value: Json | undefined): boolean {
  return is.distinct((value as unknown as readonly Person[]).map((one) => one.id));
}

function peopleFrom(least: number): is.Shape {
  return is.both(is.list(person, least, 500), distinctIds);
}

const BALLOTS: Readonly<Record<string, is.Shape>> = {
  approval: is.object({
    kind: is.anyText,
    candidates: peopleFrom(1),
    max_approve: is.positive,
    labels: is.object({ approve: is.name, oppose: is.name, abstain: is.name }),
  }),
  pick: is.both(
    is.object({ kind: is.anyText, options: peopleFrom(0), max: is.positive, write_in: is.count }),
    (value) => {
      const ballot = value as unknown as Ballot;
      return ballot.options.length > 0 || ballot.write_in > 0;
    },
  ),
  grade: is.object({ kind: is.anyText, grades: is.both(is.list(grade, 1, 100), distinctIds), unknown: is.bool }),
  score: is.both(
    is.object({ kind: is.anyText, min: is.exact, max: is.exact, step: is.exact, unknown: is.bool }),
    (value) => canBeScored(value as unknown as Ballot),
  ),
  comment: is.object({ kind: is.anyText, max_chars: is.between(1, 2000) }),
};

function canBeScored(ballot: Ballot): boolean {
  const [min, max, step] = [ballot.min, String(ballot.max), ballot.step].map((text) => readExact(text) as Fraction) as [
    Fraction,
    Fraction,
    Fraction,
  ];
  if (step.num <= 0n || min.compare(max) >= 0) return false;
  if ([min, max, step].some((one) => decimal(one) === null)) return false;
  return max.minus(min).over(step).compare(whole(MAX_SCORES)) < 0;
}

/** The shortest decimal spelling, or null where no decimal is exact. */
export function decimal(value: Fraction): string | null {
  let den = value.den;
  let places = 0;
  for (const prime of [2n, 5n]) {
    let times = 0;
    while (den % prime === 0n) {
      den /= prime;
      times++;
    }
    places = Math.max(places, times);
  }
  if (den !== 1n) return null;
  return places === 0 ? value.num.toString() : value.rounded(places);
}

const cite = is.orNull(is.object({ document: is.name, clause: is.orNull(is.anyText), quote: is.orNull(is.anyText) }));
const due = is.orNull(is.withOneOf({}, { working_days: is.positive, days: is.positive }));
const consequences = is.list(is.object({ text: is.name, confirm: is.name, due }));
const base = is.oneOf(...BASES);
const classes = is.orNull(is.listOnce(is.classId, 1));
const weights = is.orNull(is.mapOf(is.classId, (value) => (readExact(value)?.num ?? 0n) > 0n, 1));
const band = is.object({ at_least: is.exact, points: is.exact });
const comparisons = { at_least: is.exact, over: is.exact, at_most: is.exact, under: is.exact };
const line = { at_least: is.part, over: is.part };
const valueFields = { of: base, classes, weights };

function rule(fields: Readonly<Record<string, is.Shape>>, needsId = false): Readonly<Record<string, is.Shape>> {
  return { rule: is.anyText, id: needsId ? is.id : is.orNull(is.id), cite, ...fields };
}

function compares(value: Json | undefined): boolean {
  return Object.keys(comparisons).some((one) => Object.hasOwn(value as object, one));
}

const RULES: Readonly<Record<string, is.Shape>> = {
  quorum: is.withOneOf(rule({ of: is.oneOf("expected") }), line),
  pass: is.withOneOf(rule({ mark: is.oneOf(...MARKS), of: base, classes }), line),
  seats: is.object(
    rule({ seats: is.positive, max_rounds: is.positive, on_failure: is.oneOf("committee", "revote", "end") }),
  ),
  bar: is.object(
    rule({
      failures: is.positive,
      months: (value) => value === "forever" || is.positive(value),
      count_loss: is.bool,
      reset: is.bool,
    }),
  ),
  rate: (value) =>
    is.object(rule({ ...valueFields, grades: is.listOnce(is.id, 1) }, true))(value) ||
    is.object(rule({ ...valueFields, options: is.listOnce(is.id, 1) }, true))(value) ||
    is.object(rule({ ...valueFields, candidate: is.id, marks: is.listOnce(is.oneOf(...MARKS), 1) }, true))(value),
  mean: is.object(rule({ ...valueFields, points: is.orNull(is.mapOf(is.id, is.exact)) }, true)),
  bands: is.object(rule({ value: is.id, bands: is.list(band, 1), otherwise: is.exact }, true)),
  flag: is.both(is.objectWith(rule({ code: is.id, value: is.id, consequences }), comparisons), compares),
  rank: is.object(rule({ by: is.oneOf("approve", "picks"), classes }, true)),
};

/** Whether the rule fits the ballot and names only what is there. `earlier` are the rules before it. */
function fitsBallot(one: Rule, contest: Contest, earlier: readonly Rule[]): boolean {
  const { ballot, voters } = contest;
  const known = (ids: readonly string[], people: readonly Person[]) =>
    ids.every((id) => people.some((other) => other.id === id));
  if (one.classes != null && !one.classes.every((id) => voters.includes(id))) return false;
  if (one.weights != null) {
    const named = Object.keys(one.weights);
    if (one.classes !== null || named.length !== voters.length || !named.every((id) => voters.includes(id)))
      return false;
  }
  switch (one.rule) {
    case "quorum":
      return !earlier.some((other) => other.rule === "quorum");
    case "pass":
      return ballot.kind === "approval";
    case "seats":
      return ballot.kind === "approval" && !earlier.some((other) => other.rule === "seats");
    case "bar":
      return (
        ballot.kind === "approval" &&
        contest.post !== null &&
        contest.rules.some((other) => other.rule === "pass") &&
        !earlier.some((other) => other.rule === "bar")
      );
    case "rate":
      if (one.grades !== undefined) return ballot.kind === "grade" && known(one.grades, ballot.grades);
      if (one.options !== undefined) return ballot.kind === "pick" && known(one.options, ballot.options);
      return ballot.kind === "approval" && known([one.candidate as string], ballot.candidates);
    case "mean":
      if (ballot.kind === "score") return one.points === null;
      return (
        ballot.kind === "grade" &&
        one.points !== null &&
        Object.keys(one.points).length === ballot.grades.length &&
        known(Object.keys(one.points), ballot.grades)
      );
    case "bands":
      return isValue(one.value, earlier) && descending(one.bands);
    case "flag":
      return isValue(one.value, earlier);
    case "rank":
      return ballot.kind === (one.by === "approve" ? "approval" : "pick");
  }
}

function isValue(id: string, earlier: readonly Rule[]): boolean {
  return earlier.some((other) => other.id === id && ["rate", "mean", "bands"].includes(other.rule));
}

function descending(bands: readonly Band[]): boolean {
  return bands.every((one, at) => {
    const before = bands[at - 1];
    return before === undefined || exactly(before.at_least).compare(exactly(one.at_least)) > 0;
  });
}

/** The number of a text that a shape has let pass. */
export function exactly(text: string): Fraction {
  return readExact(text, Infinity) as Fraction;
}

const guard = is.orNull(is.object({ candidates_per_post: is.withOneOf({}, { at_least: is.exact, over: is.exact }) }));
const subject = is.orNull(
  is.object({ id: is.id, name: is.name, title: is.orNull(is.anyText), unit: is.orNull(is.anyText) }),
);

/** A contest that can be judged, by itself. */
export const contest: is.Shape = is.both(
  is.object({
    id: is.id,
    title: is.name,
    post: is.orNull(is.id),
    posts: is.positive,
    guard,
    subject,
    voters: is.listOnce(is.classId, 1),
    ballot: (value) => {
      const kind = (value as { kind?: unknown } | null | undefined)?.kind;
      return typeof kind === "string" && Object.hasOwn(BALLOTS, kind) && (BALLOTS[kind] as is.Shape)(value);
    },
    rules: is.list((value) => {
      const kind = (value as { rule?: unknown } | null | undefined)?.rule;
      return typeof kind === "string" && Object.hasOwn(RULES, kind) && (RULES[kind] as is.Shape)(value);
    }),
  }),
  (value) => {
    const one = value as unknown as Contest;
    const ids = one.rules.flatMap((other) => (other.id === null ? [] : [other.id]));
    return is.distinct(ids) && one.rules.every((other, at) => fitsBallot(other, one, one.rules.slice(0, at)));
  },
);

export const quorum = is.orNull(is.withOneOf({ of: is.oneOf("expected") }, line));

export const inputs = is.list(
  is.object({ id: is.id, title: is.name, min: is.orNull(is.exact), max: is.orNull(is.exact) }),
);

const valueName: is.Shape = (value) => typeof value === "string" && /^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/.test(value);
const term = is.withOneOf({ times: is.exact }, { value: valueName, input: is.id, score: is.id, const: is.exact });
const scoreFlag = is.both(is.objectWith({ code: is.id, consequences }, comparisons), compares);

export const scores = is.list(
  is.both(
    is.withOneOf(
      {
        id: is.id,
        title: is.name,
        clamp: is.orNull(is.list(is.exact, 2, 2)),
        display: is.oneOf("number", "percent"),
        bands: is.orNull(is.list(band, 1)),
        otherwise: is.orNull(is.exact),
        flags: is.list(scoreFlag),
      },
      { sum: is.list(term, 1), pool: is.listOnce(valueName, 1) },
    ),
    (value) => {
      const one = value as unknown as Score;
      if ((one.bands === null) !== (one.otherwise === null)) return false;
      if (one.bands !== null && !descending(one.bands)) return false;
      return one.clamp === null || exactly(one.clamp[0]).compare(exactly(one.clamp[1])) <= 0;
    },
  ),
);

export const item = is.object({
  id: is.id,
  title: is.name,
  cadre: is.bool,
  announce: is.oneOf(...Object.keys(ANNOUNCE_MODES)),
  steps: is.listOnce(is.oneOf(...STEPS)),
  quorum,
  show_ranks: is.bool,
  inputs,
  scores,
  contests: is.list(contest, 1),
});

export interface ScoreWorld {
  readonly contests: ReadonlyMap<string, Contest>;
  readonly inputs: ReadonlySet<string>;
  readonly scores: ReadonlyMap<string, Score>;
}

/** Whether every score names what is there, without a cycle or a chain of more than a hundred. */
export function canBeComputed(world: ScoreWorld): boolean {
  const depths = new Map<string, number>();
  const depth = (id: string, waiting: number): number => {
    const held = depths.get(id);
    if (held !== undefined) return held;
    const score = world.scores.get(id);
    if (score === undefined || waiting > MAX_WAITING_SCORES) return Infinity;
    let deepest = 0;
    for (const one of score.sum ?? []) {
      if (one.score !== undefined) deepest = Math.max(deepest, depth(one.score, waiting + 1));
    }
    depths.set(id, deepest + 1);
    return deepest + 1;
  };
  for (const score of world.scores.values()) {
    for (const one of score.sum ?? []) {
      if (one.value !== undefined && findValue(one.value, world) === null) return false;
      if (one.input !== undefined && !world.inputs.has(one.input)) return false;
    }
    for (const one of score.pool ?? []) {
      const found = findValue(one, world);
      if (found === null || found.rule === "bands" || found.classes !== null || found.weights !== null) return false;
    }
    if (depth(score.id, 1) > MAX_WAITING_SCORES) return false;
  }
  return true;
}

/** The rule that CONTEST.RULE-ID names. */
export function findValue(text: string, world: Pick<ScoreWorld, "contests">): Rule | null {
  const [contestId, ruleId, ...more] = text.split(".");
  if (more.length > 0) return null;
  const rules = world.contests.get(contestId ?? "")?.rules ?? [];
  return rules.find((one) => one.id === ruleId && ["rate", "mean", "bands"].includes(one.rule)) ?? null;
}
