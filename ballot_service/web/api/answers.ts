// The answers of the voters' routes as checked types. Form alone is looked at here; whether an answer is true is judged in
// voting/checks.ts. Text: docs/api.md.

import type { Step } from "./meeting.ts";
import { byId, bytes, count, field, flag, list, members, oneOf, orNull, type Reader, text } from "./read.ts";
import { step } from "./readMeeting.ts";
import { type Round, readRound } from "./results.ts";

export const HASH = bytes(32);

/** Payload bytes of a sealed route. */
export interface RouteLengths {
  readonly request: number;
  readonly answer: number;
}

export type SealedRoute = "booklet" | "ballots" | "receipts" | "objections";
export type Lengths = Readonly<Record<SealedRoute, RouteLengths>>;

export interface Head {
  /** The line of entry 0. */
  readonly meeting: string;
  readonly inclusion: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: string;
  readonly lengths: Lengths;
}

export interface PaperSummary {
  /** base64url of the paper hash. */
  readonly paper: string;
  readonly contest: string;
  readonly round: number;
  readonly page: number;
  readonly classes: readonly string[];
}

export interface Poll {
  readonly poll: string;
  readonly phase: "open" | "closed" | "opened" | "void";
  readonly box: number;
  readonly papers: readonly PaperSummary[];
}

/** What the hall knows. */
export interface State {
  readonly meeting: string;
  readonly size: number;
  readonly checkpoint: string;
  readonly closed: boolean;
  readonly lengths: Lengths;
  readonly attendance: { readonly expected: number; readonly present: number } | null;
  readonly steps: readonly StepDone[];
  /** Ids of items that were let in, in order. */
  readonly added: readonly string[];
  /** In the order of their opening. */
  readonly polls: readonly Poll[];
  /** contest → its last round, where announced. */
  readonly results: ReadonlyMap<string, Round>;
}

export interface StepDone {
  readonly item: string;
  readonly step: Step;
  readonly subject: string | null;
}

/** A line of the ledger that is tied to a checkpoint. */
export interface ProvenLine {
  readonly line: string;
  readonly index: number;
  readonly inclusion: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** All ballots of a closed poll, tied to its close. */
export interface BallotIds {
  readonly ids: readonly Uint8Array[];
  readonly start: number;
  readonly nodes: readonly Uint8Array[];
  /** The signed note of the tree that ends with the poll's close. */
  readonly close: string;
}

export const readHead: Reader<Head> = (value, at) => {
  const head = members(value, at);
  return {
    meeting: field(head, "meeting", text),
    inclusion: field(head, "inclusion", list(HASH)),
    checkpoint: field(head, "checkpoint", text),
    lengths: field(head, "lengths", readLengths),
  };
};

/** The lines of a class's keys, one per issuer. */
export const readKeyLines: Reader<readonly string[]> = (value, at) => field(members(value, at), "keys", list(text));

export const readState: Reader<State> = (value, at) => {
  const state = members(value, at);
  return {
    meeting: field(state, "meeting", text),
    size: field(state, "size", count),
    checkpoint: field(state, "checkpoint", text),
    closed: field(state, "closed", flag),
    lengths: field(state, "lengths", readLengths),
    attendance: field(state, "attendance", orNull(readAttendance)),
    steps: field(state, "steps", list(readStepDone)),
    added: field(state, "added", list(text)),
    polls: field(state, "polls", list(readPoll)),
    results: field(state, "results", byId(readRound)),
  };
};

export const readPaperLine: Reader<ProvenLine> = (value, at) => provenLine(value, at, "paper");
export const readItemLine: Reader<ProvenLine> = (value, at) => provenLine(value, at, "item");
export const readVoidLine: Reader<ProvenLine> = (value, at) => provenLine(value, at, "line");

export const readNodes: Reader<readonly Uint8Array[]> = (value, at) => field(members(value, at), "nodes", list(HASH));

export const readBallotIds: Reader<BallotIds> = (value, at) => {
  const answer = members(value, at);
  return {
    ids: field(answer, "ids", list(HASH)),
    start: field(answer, "start", count),
    nodes: field(answer, "nodes", list(HASH)),
    close: field(answer, "close", text),
  };
};

/** Inside a sealed answer: per issuer, per page. */
export const readSignatures: Reader<readonly (readonly Uint8Array[])[]> = (value, at) =>
  field(members(value, at), "signatures", list(list(bytes())));

/** Inside a sealed answer: the receipt as text, 64 bytes. */
export const readReceipt: Reader<Uint8Array> = (value, at) => field(members(value, at), "receipt", bytes(64));

export const readRecorded: Reader<boolean> = (value, at) => field(members(value, at), "recorded", flag);

function provenLine(value: unknown, at: string, name: string): ProvenLine {
  const answer = members(value, at);
  return {
    line: field(answer, name, text),
    index: field(answer, "index", count),
    inclusion: field(answer, "inclusion", list(HASH)),
    checkpoint: field(answer, "checkpoint", text),
  };
}

function readLengths(value: unknown, at: string): Lengths {
  const routes = members(value, at);
  const route = (name: SealedRoute): RouteLengths => {
    const lengths = field(routes, name, members, at);
    return { request: field(lengths, "request", count, at), answer: field(lengths, "answer", count, at) };
  };
  return {
    booklet: route("booklet"),
    ballots: route("ballots"),
    receipts: route("receipts"),
    objections: route("objections"),
  };
}

function readAttendance(value: unknown, at: string): { readonly expected: number; readonly present: number } {
  const attendance = members(value, at);
  return { expected: field(attendance, "expected", count, at), present: field(attendance, "present", count, at) };
}

function readStepDone(value: unknown, at: string): StepDone {
  const done = members(value, at);
  return {
    item: field(done, "item", text, at),
    step: field(done, "step", step, at),
    subject: field(done, "subject", orNull(text), at),
  };
}

function readPoll(value: unknown, at: string): Poll {
  const poll = members(value, at);
  return {
    poll: field(poll, "poll", text, at),
    phase: field(poll, "phase", oneOf("open", "closed", "opened", "void"), at),
    box: field(poll, "box", count, at),
    papers: field(poll, "papers", list(readPaperSummary), at),
  };
}

function readPaperSummary(value: unknown, at: string): PaperSummary {
  const paper = members(value, at);
  return {
    paper: field(paper, "paper", text, at),
    contest: field(paper, "contest", text, at),
    round: field(paper, "round", count, at),
    page: field(paper, "page", count, at),
    classes: field(paper, "classes", list(text), at),
  };
}
