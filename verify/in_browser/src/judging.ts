// One round of one contest (docs/rules.md): from the counted ballots to the round object of docs/formats/verdict.md.

import { type Barred, follow, type Vote } from "./bars.ts";
import type { Choice } from "./choices.ts";
import { type Comparison, type Contest, exactly, type Quorum, type Rule } from "./contests.ts";
import {
  approvals,
  Box,
  COUNT_NAMES,
  type Counts,
  countsOf,
  ofDecimal,
  picksOf,
  type Tally,
  tallyOf,
  writtenNames,
} from "./counting.ts";
import { dueDate } from "./days.ts";
import type { Meeting } from "./entries.ts";
import { NotCountable } from "./fault.ts";
import { fits, Fraction, whole, ZERO } from "./fraction.ts";
import type { Json } from "./json.ts";

export interface Judgement {
  readonly rule: string;
  readonly id: string | null;
  readonly candidate: string | null;
  readonly holds: boolean;
  readonly working: string;
  readonly of: string | null;
  readonly cite: Json;
}

export interface Value {
  readonly exact: string | null;
  readonly display: string | null;
  readonly working?: string;
  readonly empty_classes?: readonly string[];
}

export interface Proposal {
  readonly code: string;
  readonly text: string;
  readonly confirm: string;
  readonly due: string | null;
  readonly status: "to-confirm";
}

export interface Round {
  readonly round: number;
  readonly poll: string;
  readonly counts: { readonly total: Counts; readonly by_class: Readonly<Record<string, Counts>> };
  readonly tally: Tally;
  readonly tally_by_class: Readonly<Record<string, Tally>>;
  readonly quorum: null | { readonly held: boolean; readonly working: string };
  readonly judgements: readonly Judgement[];
  readonly values: Readonly<Record<string, Value>>;
  readonly passed: readonly string[];
  readonly elected: readonly string[];
  readonly state: "decided" | "undecided" | "counted";
  readonly reasons: readonly string[];
  readonly next: "none" | "committee-decides" | "revote" | "ended";
  readonly flags: readonly { readonly code: string; readonly raised: boolean }[];
  readonly proposals: readonly Proposal[];
  readonly ranks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly barred: readonly Barred[];
}

/** What a score needs of a value: numerator and base before they were divided. */
export interface Pooled {
  readonly num: Fraction;
  readonly base: Fraction;
}

export interface Ballots {
  readonly box: Box;
  readonly expected: number;
  readonly present: number;
  readonly presentAtOpening: number;
  readonly issued: number;
}

export interface RoundInput {
  readonly meeting: Meeting;
  readonly contest: Contest; // as on the paper: with the names of this round
  readonly poll: string;
  readonly round: number;
  readonly classes: ReadonlyMap<string, Ballots>; // in the order of `voters`
  readonly quorum: Quorum | null;
  readonly seatsLeft: number;
  readonly elected: readonly string[]; // in earlier rounds
  readonly barred: readonly string[]; // for this post, at this meeting before this round
  readonly votes: readonly Vote[]; // history and earlier rounds for this post
}

export interface Judged {
  readonly round: Round;
  readonly pools: ReadonlyMap<string, Pooled>;
  readonly votes: readonly Vote[]; // of this round, where it is a vote for a post
}

const LONGEST = 4000;

export function judge(input: RoundInput): Judged {
  return new Judging(input).judge();
}

class Judging {
  private readonly input: RoundInput;
  private readonly contest: Contest;
  private readonly observers: ReadonlySet<string>;
  private readonly all: Box;
  private readonly byClass: Map<string, Counts>;
  private readonly judgements: Judgement[] = [];
  private readonly values: Record<string, Value> = {};
  private readonly exact = new Map<string, Fraction | null>();
  private readonly pools = new Map<string, Pooled>();
  private readonly flags: { code: string; raised: boolean }[] = [];
  private readonly proposals: Proposal[] = [];
  private readonly ranks: Record<string, Record<string, unknown>> = {};
  private barred: readonly Barred[] = [];

  constructor(input: RoundInput) {
    this.input = input;
    this.contest = input.contest;
    this.observers = new Set(input.meeting.classes.filter((one) => one.observer).map((one) => one.id));
    this.all = this.boxOf(null);
    this.byClass = new Map([...input.classes].map(([id, one]) => [id, countsOf(one.box, one)]));
  }

  judge(): Judged {
    const { contest, input } = this;
    const ordered = this.orderedCandidates();
    const passes = this.judgePasses();
    const passed = ordered.filter((one) => passes.has(one));
    const seats = this.judgeSeats(ordered, passed);
    const quorum = this.judgeQuorum();
    const isVote = contest.post !== null && contest.rules.some((one) => one.rule === "pass");
    const votes: Vote[] = isVote
      ? contest.ballot.candidates.map((one) => ({
          person: one.id,
          post: contest.post as string,
          date: input.meeting.date,
          passed: passes.has(one.id),
          nobodyPassed: passed.length === 0,
        }))
      : [];
    for (const rule of contest.rules) this.judgeRule(rule, passes, seats.row, quorum, ordered, votes);
    const gone = new Set([
      ...input.elected,
      ...seats.elected,
      ...input.barred,
      ...this.barred.map((one) => one.person),
    ]);
    const nobodyLeft = contest.ballot.kind === "approval" && contest.ballot.candidates.every((one) => gone.has(one.id));
    const split = this.splits();
    const round: Round = {
      round: input.round,
      poll: input.poll,
      counts: { total: this.total(null), by_class: split ? Object.fromEntries(this.byClass) : {} },
      tally: tallyOf(this.all, contest.ballot),
      tally_by_class: split
        ? Object.fromEntries([...input.classes].map(([id, one]) => [id, tallyOf(one.box, contest.ballot)]))
        : {},
      quorum: quorum === null ? null : { held: quorum.holds, working: quorum.working },
      judgements: this.judgements,
      values: this.values,
      passed,
      elected: seats.elected,
      state: seats.state,
      reasons: seats.reasons,
      next: this.next(seats, nobodyLeft),
      flags: this.flags,
      proposals: this.proposals,
      ranks: this.ranks,
      barred: this.barred,
    };
    return { round, pools: this.pools, votes };
  }

  private splits(): boolean {
    const { classes, meeting } = this.input;
    return classes.size > 1 && [...classes.values()].every((one) => one.issued >= meeting.min_class);
  }

  private chosen(classes: readonly string[] | null): string[] {
    return [...this.input.classes.keys()].filter((id) => classes === null || classes.includes(id));
  }

  private boxOf(classes: readonly string[] | null): Box {
    const box = new Box();
    for (const id of this.chosen(classes)) box.addAll((this.input.classes.get(id) as Ballots).box);
    return box;
  }

  /** Counts over these classes; expected and present without observers. */
  private total(classes: readonly string[] | null): Counts {
    const sum = Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as unknown as Counts;
    for (const id of this.chosen(classes)) {
      const counts = this.byClass.get(id) as Counts;
      for (const name of COUNT_NAMES) {
        if (this.observers.has(id) && (name === "expected" || name === "present")) continue;
        sum[name] += counts[name];
      }
    }
    return sum;
  }

  private orderedCandidates(): string[] {
    if (this.contest.ballot.kind !== "approval") return [];
    const ids = this.contest.ballot.candidates.map((one) => one.id);
    const votes = new Map(ids.map((id) => [id, approvals(this.all, id)]));
    return ids.sort((a, b) => (votes.get(b) ?? 0) - (votes.get(a) ?? 0)); // stable: equal ones as in the file
  }

  private judgePass(rule: Rule, candidate: string): { holds: boolean; working: string } {
    const votes = approvals(this.boxOf(rule.classes), candidate, rule.mark);
    const base = this.total(rule.classes)[rule.of as keyof Counts];
    return share(votes, base, rule);
  }

  private judgePasses(): ReadonlySet<string> {
    const rules = this.contest.rules.filter((one) => one.rule === "pass");
    if (rules.length === 0) return new Set();
    const ids = this.contest.ballot.candidates.map((one) => one.id);
    return new Set(ids.filter((id) => rules.every((rule) => this.judgePass(rule, id).holds)));
  }

  private judgeSeats(ordered: readonly string[], passed: readonly string[]) {
    const rule = this.contest.rules.find((one) => one.rule === "seats");
    if (rule === undefined) {
      return { rule, elected: [] as string[], reasons: [] as string[], state: "counted" as const, row: null };
    }
    const seats = this.input.seatsLeft;
    const votes = (place: number) => {
      const id = ordered[place - 1]; // places count from 1
      return id === undefined ? null : approvals(this.all, id);
    };
    const after = votes(seats + 1);
    const tie = after !== null && seats > 0 && votes(seats) === after;
    const elected = ordered
      .slice(0, seats)
      .filter((id) => passed.includes(id) && (after === null || approvals(this.all, id) !== after));
    const decided = elected.length === seats;
    const reasons: string[] = [];
    if (!decided) {
      if (tie) reasons.push("tie");
      if (passed.length === 0) reasons.push("none");
      else if (passed.length < seats) reasons.push("too-few");
    }
    const row = { holds: decided, working: `${elected.length} ${decided ? "=" : "<"} ${seats}` };
    return { rule, elected, reasons, state: decided ? ("decided" as const) : ("undecided" as const), row };
  }

  private next(seats: ReturnType<Judging["judgeSeats"]>, nobodyLeft: boolean): Round["next"] {
    if (seats.rule === undefined || seats.state !== "undecided") return "none";
    const { max_rounds, on_failure } = seats.rule;
    if (this.input.round >= max_rounds || on_failure === "end" || nobodyLeft) return "ended";
    return on_failure === "committee" ? "committee-decides" : "revote";
  }

  private judgeQuorum(): { holds: boolean; working: string } | null {
    const own = this.contest.rules.find((one) => one.rule === "quorum");
    const line = own ?? this.input.quorum;
    return line === null ? null : quorumHolds(line, this.input.classes, this.observers);
  }

  private judgeRule(
    rule: Rule,
    passes: ReadonlySet<string>,
    seats: { holds: boolean; working: string } | null,
    quorum: { holds: boolean; working: string } | null,
    ordered: readonly string[],
    votes: readonly Vote[],
  ): void {
    const row = (judged: { holds: boolean; working: string }, more: Partial<Judgement> = {}) =>
      this.judgements.push({
        rule: rule.rule,
        id: rule.id,
        candidate: null,
        of: null,
        cite: rule.cite,
        ...judged,
        ...more,
      });
    switch (rule.rule) {
      case "quorum":
        if (quorum !== null) row(quorum, { of: "expected" });
        return;
      case "pass":
        for (const one of this.contest.ballot.candidates) {
          row(this.judgePass(rule, one.id), { candidate: one.id, of: rule.of });
        }
        return;
      case "seats":
        if (seats !== null) row(seats);
        return;
      case "bar":
        return this.judgeBar(rule, passes, ordered, votes, row);
      case "rate":
      case "mean":
        return this.judgeValue(rule);
      case "bands":
        return this.judgeBands(rule);
      case "flag":
        return this.judgeFlag(rule, row);
      case "rank":
        this.ranks[rule.id as string] = this.rank(rule);
    }
  }

  private judgeBar(
    rule: Rule,
    passes: ReadonlySet<string>,
    ordered: readonly string[],
    votes: readonly Vote[],
    row: (judged: { holds: boolean; working: string }, more: Partial<Judgement>) => void,
  ): void {
    const all = [...this.input.votes, ...votes];
    const barred = new Map<string, Barred>();
    for (const one of this.contest.ballot.candidates) {
      const followed = follow(all, one.id, this.contest.post as string, rule);
      const failures = passes.has(one.id) ? 0 : followed.failures;
      const holds = failures >= rule.failures;
      row({ holds, working: `${failures} ${holds ? "≥" : "<"} ${rule.failures}` }, { candidate: one.id });
      if (followed.barred !== null) barred.set(one.id, followed.barred);
    }
    this.barred = ordered.flatMap((id) => barred.get(id) ?? []);
    for (const bar of this.barred) {
      const name = this.contest.ballot.candidates.find((one) => one.id === bar.person)?.name ?? bar.person;
      const days = bar.until === null ? `自${bar.from}起` : `自${bar.from}至${bar.until}(含首尾两日)`;
      const text = `${name}:${days}不得提名为同一职务的人选`;
      this.proposals.push({ code: rule.id ?? "bar", text, confirm: "组织部门", due: null, status: "to-confirm" });
    }
  }

  /** Numerator and base of a rate or a mean over these classes, and how the numerator is written. */
  private part(rule: Rule, classes: readonly string[] | null): Pooled {
    const box = this.boxOf(classes);
    const base = whole(this.total(classes)[rule.of as keyof Counts]);
    if (rule.rule === "rate") return { num: whole(box.count((choice) => says(choice, rule))), base };
    let num = ZERO;
    box.each((choice, times) => {
      const points =
        choice.grade !== undefined && rule.points !== null
          ? exactly(rule.points[choice.grade] as string)
          : choice.score !== undefined
            ? ofDecimal(choice.score)
            : ZERO;
      num = num.plus(points.times(whole(times)));
    });
    return { num, base };
  }

  private judgeValue(rule: Rule): void {
    const id = rule.id as string;
    const display = (value: Fraction) => (rule.rule === "rate" ? value.percent() : value.rounded(2));
    const gone =
      rule.candidate !== undefined && !this.contest.ballot.candidates.some((one) => one.id === rule.candidate);
    if (rule.weights !== null && !gone) {
      let sum = ZERO;
      let weights = ZERO;
      const empty: string[] = [];
      const terms: string[] = [];
      for (const voterClass of this.contest.voters) {
        const part = this.part(rule, [voterClass]);
        if (part.base.num === 0n) {
          empty.push(voterClass);
          continue;
        }
        const weight = exactly(rule.weights[voterClass] as string);
        sum = this.writable(sum.plus(weight.times(part.num.over(part.base))));
        weights = this.writable(weights.plus(weight));
        terms.push(`${weight} × ${part.num}/${part.base}`);
      }
      if (terms.length === 0) return this.nothing(id);
      const value = this.writable(sum.over(weights));
      this.values[id] = {
        exact: value.toString(),
        display: display(value),
        working: `(${terms.join(" + ")}) / ${weights}`,
        empty_classes: empty,
      };
      this.exact.set(id, value);
      return;
    }
    const part = this.part(rule, rule.classes);
    if (gone || part.base.num === 0n) return this.nothing(id, gone ? null : part);
    const value = part.num.over(part.base);
    this.values[id] = {
      exact: value.toString(),
      display: display(value),
      working: `${part.num}/${part.base}`,
      empty_classes: [],
    };
    this.exact.set(id, value);
    this.pools.set(id, part);
  }

  private writable(value: Fraction): Fraction {
    if (!fits(value, LONGEST)) throw new NotCountable("a figure comes to more than 4,000 digits");
    return value;
  }

  private nothing(id: string, part: Pooled | null = null): void {
    this.values[id] = { exact: null, display: null };
    this.exact.set(id, null);
    if (part !== null) this.pools.set(id, part);
  }

  private judgeBands(rule: Rule): void {
    const id = rule.id as string;
    const value = this.exact.get(rule.value) ?? null;
    if (value === null) return this.nothing(id);
    const { points, working } = bandOf(value, rule.bands, rule.otherwise);
    this.values[id] = { exact: points.toString(), display: points.rounded(2), working, empty_classes: [] };
    this.exact.set(id, points);
  }

  private judgeFlag(
    rule: Rule,
    row: (judged: { holds: boolean; working: string }, more: Partial<Judgement>) => void,
  ): void {
    const judged = raised(this.exact.get(rule.value) ?? null, rule);
    row(judged, { id: rule.id ?? rule.code });
    this.flags.push({ code: rule.code, raised: judged.holds });
    if (judged.holds) this.proposals.push(...proposalsOf(rule, this.input.meeting));
  }

  private rank(rule: Rule): Record<string, unknown> {
    const { ballot } = this.contest;
    const box = this.boxOf(rule.classes);
    const people = rule.by === "approve" ? ballot.candidates : ballot.options;
    const votes = new Map(
      people.map((one) => [one.id, rule.by === "approve" ? approvals(box, one.id) : picksOf(box, one.id)]),
    );
    const names = rule.by === "picks" ? writtenNames(box) : new Map<string, number>();
    const all = [...votes.values(), ...names.values()];
    const place = (count: number) => 1 + all.filter((other) => other > count).length;
    const ranks: Record<string, unknown> = Object.fromEntries([...votes].map(([id, count]) => [id, place(count)]));
    if (rule.by === "picks" && ballot.write_in > 0) {
      ranks["write_in"] = Object.fromEntries([...names].map(([name, count]) => [name, place(count)]));
    }
    return ranks;
  }
}

function says(choice: Choice, rule: Rule): boolean {
  if (rule.grades !== undefined) return choice.grade !== undefined && rule.grades.includes(choice.grade);
  if (rule.options !== undefined) return rule.options.some((one) => choice.picks?.includes(one) ?? false);
  return (rule.marks as readonly string[]).includes(choice.marks?.[rule.candidate as string] ?? "abstain");
}

const SIGNS = {
  at_least: { holds: "≥", not: "<" },
  over: { holds: ">", not: "≤" },
  at_most: { holds: "≤", not: ">" },
  under: { holds: "<", not: "≥" },
} as const;

function meets(value: Fraction, which: keyof Comparison, limit: Fraction): boolean {
  const order = value.compare(limit);
  return { at_least: order >= 0, over: order > 0, at_most: order <= 0, under: order < 0 }[which];
}

/** `n > fraction × base`; over a base of 0 nothing holds. */
function share(n: number, base: number, line: Comparison): { holds: boolean; working: string } {
  if (base === 0) return { holds: false, working: `${n}/0` };
  const which = line.at_least === undefined ? "over" : "at_least";
  const part = line[which] as string;
  const holds = meets(whole(n), which, exactly(part).times(whole(base)));
  return { holds, working: `${n} ${SIGNS[which][holds ? "holds" : "not"]} ${part} × ${base}` };
}

export function quorumHolds(
  line: Comparison,
  classes: ReadonlyMap<string, Pick<Ballots, "expected" | "presentAtOpening">>,
  observers: ReadonlySet<string>,
): { holds: boolean; working: string } {
  let present = 0;
  let expected = 0;
  for (const [id, one] of classes) {
    if (observers.has(id)) continue;
    present += one.presentAtOpening;
    expected += one.expected;
  }
  return share(present, expected, line);
}

/** Whether the figure meets every comparison given. */
export function raised(value: Fraction | null, line: Comparison): { holds: boolean; working: string } {
  if (value === null) return { holds: false, working: "0/0" };
  const parts = (Object.keys(SIGNS) as (keyof Comparison)[]).flatMap((which) => {
    const limit = line[which];
    if (limit === undefined) return [];
    const holds = meets(value, which, exactly(limit));
    return [{ holds, working: `${value} ${SIGNS[which][holds ? "holds" : "not"]} ${limit}` }];
  });
  return { holds: parts.every((one) => one.holds), working: parts.map((one) => one.working).join(" ∧ ") };
}

/** The points of the first band that the value reaches. */
export function bandOf(
  value: Fraction,
  bands: readonly { readonly at_least: string; readonly points: string }[],
  otherwise: string,
): { points: Fraction; working: string } {
  for (const band of bands) {
    if (value.compare(exactly(band.at_least)) >= 0) {
      return { points: exactly(band.points), working: `${value} ≥ ${band.at_least}` };
    }
  }
  const last = bands.at(-1);
  return { points: exactly(otherwise), working: last === undefined ? `${value}` : `${value} < ${last.at_least}` };
}

export function proposalsOf(flag: Pick<Rule, "code" | "consequences">, meeting: Meeting): Proposal[] {
  return flag.consequences.map((one) => ({
    code: flag.code,
    text: one.text,
    confirm: one.confirm,
    due: dueDate(meeting.date, one.due, meeting.calendar),
    status: "to-confirm",
  }));
}
