// What the waiting room shows: the agenda with its steps, polls and results, and what became of this phone's ballots.

import type { BallotKind, Mark, Step, Subject, VoterClass } from "../api/meeting.ts";

/** Who meets, where, when; and the class of this slip. */
export interface MeetingFacts {
  readonly id: string;
  readonly title: string;
  readonly organiser: string;
  readonly place: string;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Of the meeting file: "zh-CN" or "en". The screens begin in it. */
  readonly locale: string;
  readonly voterClass: VoterClass;
  /** Whether the box keys were made on the server, and whether the hall has HTTPS: both are said to people. */
  readonly ceremony: "offline" | "server";
  readonly transport: "https" | "plain";
}

/**
 * What became of this phone's ballot on one paper.
 *
 * sending      stored on this phone, no receipt yet; it is sent again and again
 * received     the receipt is checked; its poll is open, or closed and not checked yet
 * in           its poll is closed and it lies in the box: checked
 * missing      has a receipt and is NOT in the box: red. `objection` says whether the protest has arrived, or that the
 *              poll was voided before: then nothing takes it
 * not-taken    the poll closed before it arrived: not counted. Desk
 * not-cast     the poll closed (or was voided) and this phone had cast nothing
 * refused      the service will not take it, with its code: desk. Nothing else of this phone is touched
 * void         the poll was voided, says its line in the ledger: not counted, for nobody; there will be a new one
 */
export type Fate =
  | { readonly fate: "sending" | "received" | "in" | "not-taken" | "not-cast" }
  | { readonly fate: "void"; readonly reason: string }
  | { readonly fate: "missing"; readonly objection: "sending" | "recorded" | "void" }
  | { readonly fate: "refused"; readonly code: string };

export interface StepLine {
  readonly step: Step;
  readonly done: boolean;
}

/** ahead, under way (a step is recorded, no poll yet), voting, counting (closed, the box waits), done (a box was opened). */
export type ItemProgress = "ahead" | "under-way" | "voting" | "counting" | "done";

/** A contest as a line of the agenda. */
export interface ContestLine {
  readonly id: string;
  readonly title: string;
  readonly subject: Subject | null;
  /** Whether this slip's class votes on it. */
  readonly mine: boolean;
  /** Its last poll, or null before the first. */
  readonly poll: { readonly id: string; readonly phase: PollPhase; readonly round: number } | null;
  /** Null before its first poll, and where the class does not vote. */
  readonly fate: Fate | null;
  /** Where it was announced to the hall or the public. */
  readonly result: Result | null;
}

export type PollPhase = "open" | "closed" | "opened" | "void";

export interface AgendaLine {
  readonly id: string;
  readonly title: string;
  /** Let in during the meeting. */
  readonly added: boolean;
  readonly steps: readonly StepLine[];
  readonly progress: ItemProgress;
  readonly contests: readonly ContestLine[];
}

/** Everything in the waiting room; also under `received` and after the meeting. */
export interface Room {
  readonly meeting: MeetingFacts;
  /** In total, without observers; null until somebody recorded it. */
  readonly attendance: { readonly expected: number; readonly present: number } | null;
  readonly agenda: readonly AgendaLine[];
  /** The item that comes next or is under way: an id in `agenda`; null when all are done. */
  readonly next: string | null;
  /** A poll is open, and this phone has nothing (more) to do in it. */
  readonly openPoll: "none" | "not-my-class" | "all-cast";
  /** The poll in which this phone had a paper and that ended last: the card on top. */
  readonly latest: EndedPoll | null;
  /** Ballots of this phone that still have no receipt. The page must stay open while this is not 0. */
  readonly unsent: number;
}

export interface EndedPoll {
  readonly poll: string;
  readonly phase: Exclude<PollPhase, "open">;
  /** checking: the list of the box, or the line that voids the poll, is being fetched. Then the worst fate of `papers` decides the card's colour. */
  readonly checking: boolean;
  readonly papers: readonly {
    readonly contest: string;
    readonly title: string;
    readonly subject: Subject | null;
    readonly round: number;
    readonly fate: Fate;
  }[];
}

/** A result as announced. Exact figures are strings; `display` is rounded for people. */
export interface Result {
  readonly round: number;
  readonly ballot: BallotKind;
  readonly counts: Readonly<Record<CountName, number>>;
  /** In the order of the ballot. approval: one row per candidate; else one row per option, grade or score cast. */
  readonly rows: readonly ResultRow[];
  readonly state: "decided" | "undecided" | "counted";
  readonly reasons: readonly RoundReason[];
  readonly next: "none" | "committee-decides" | "revote" | "ended";
  /** Rates, means and points, in the order of the rules. */
  readonly values: readonly Value[];
}

/** A rate (率), a mean (平均分) or the points of a band (折合分). */
export interface Value {
  readonly id: string;
  readonly rule: "rate" | "mean" | "bands";
  /** What a rate counts: names of grades or options, or of one candidate with the marks. */
  readonly of: readonly string[];
  readonly marks: readonly Mark[];
  /** Names of the classes, where only these are counted. */
  readonly classes: readonly string[];
  readonly weighted: boolean;
  /** Two decimals, as a verdict shows it; null where the base is 0. */
  readonly display: string | null;
}

export type CountName =
  "expected" | "present" | "issued" | "returned" | "invalid" | "valid" | "abstain" | "unknown" | "scored";

export type RoundReason = "tie" | "none" | "too-few";

export interface ResultRow {
  readonly id: string;
  /** Of the candidate, option or grade; the score itself. */
  readonly name: string;
  /** approval: all three. Others: `count` alone. */
  readonly votes:
    | { readonly kind: "marks"; readonly approve: number; readonly oppose: number; readonly abstain: number }
    | { readonly kind: "count"; readonly count: number };
  readonly passed: boolean;
  readonly elected: boolean;
  /** Null where the contest has no ranks or the item hides them. */
  readonly rank: number | null;
}
