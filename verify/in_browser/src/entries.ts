// The types of entries and their fields (docs/protocol.md §4): V02 of one line, and of the meeting by itself.

import {
  canBeComputed,
  contest,
  inputs,
  item,
  type Contest,
  type Input,
  type Item,
  type Quorum,
  quorum,
  type Score,
  scores,
} from "./contests.ts";
import { fits, readExact } from "./fraction.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { isKeyName } from "./note.ts";
import * as is from "./shapes.ts";

export interface VoterClass {
  readonly id: string;
  readonly name: string;
  readonly expected: number;
  readonly observer: boolean;
}

export interface History {
  readonly person: string;
  readonly post: string;
  readonly date: string;
  readonly meeting: string | null;
  readonly contest: string | null;
  readonly round: number | null;
  readonly nobody_passed: boolean | null;
}

export interface Bar {
  readonly person: string;
  readonly post: string;
  readonly from: string;
  readonly until: string | null;
}

export interface Calendar {
  readonly until: string;
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

export interface Meeting {
  readonly id: string;
  readonly title: string;
  readonly organiser: string;
  readonly place: string;
  readonly date: string;
  readonly locale: string;
  readonly classes: readonly VoterClass[];
  readonly reserve: Readonly<Record<string, number>>;
  readonly min_class: number;
  readonly quorum: Quorum | null;
  readonly agenda: readonly Item[];
  readonly history: readonly History[];
  readonly bars: readonly Bar[];
  readonly calendar: Calendar | null;
  readonly inputs: readonly Input[];
  readonly scores: readonly Score[];
  readonly origin: string;
  readonly rsa_bits: number;
  readonly pages: number;
  readonly boxes: readonly {
    readonly key: string;
    readonly transport: string;
    readonly sealed: readonly string[];
    readonly commit: readonly string[];
  }[];
  readonly scrutineers: { readonly cards: number; readonly threshold: number };
  readonly ceremony: string;
  readonly ledger_key: string;
  readonly receipt_key: string;
  readonly issuers: readonly { readonly id: string; readonly name: string }[];
  readonly keys: readonly string[];
  readonly slips: readonly { readonly class: string; readonly count: number; readonly root: string }[];
  readonly witnesses: { readonly quorum: number; readonly keys: readonly string[] };
  readonly transport: string;
  readonly previous: null | { readonly origin: string; readonly size: number; readonly root: string };
}

const b16 = is.bytes(16);
const b32 = is.bytes(32);
const b64 = is.bytes(64);
const twoNames = is.list(is.name, 2, 2);
const perClass = is.mapOf(is.classId, is.count);
const distinctBy =
  (field: string): is.Shape =>
  (value) =>
    is.distinct((value as readonly JsonObject[]).map((one) => one[field] as Json));

const origin: is.Shape = (value) => typeof value === "string" && isKeyName(value);

const meeting = is.object({
  type: is.anyText,
  format: is.oneOf("ballot-service/meeting/1"),
  id: is.id,
  title: is.name,
  organiser: is.anyText,
  place: is.anyText,
  date: is.date,
  locale: (value) => typeof value === "string" && /^[A-Za-z0-9-]{2,35}$/.test(value),
  classes: is.both(
    is.list(is.object({ id: is.classId, name: is.name, expected: is.count, observer: is.bool }), 1, 255),
    distinctBy("id"),
  ),
  reserve: perClass,
  min_class: is.positive,
  quorum,
  agenda: is.both(is.list(item), distinctBy("id")),
  history: is.list(
    is.object({
      person: is.id,
      post: is.id,
      date: is.date,
      meeting: is.orNull(is.id),
      contest: is.orNull(is.id),
      round: is.orNull(is.count),
      nobody_passed: is.orNull(is.bool),
    }),
  ),
  bars: is.list(
    is.object({
      person: is.id,
      post: is.id,
      from: is.date,
      until: is.orNull(is.date),
      reason: is.name,
      confirmed_by: is.name,
    }),
  ),
  calendar: is.orNull(is.object({ until: is.date, holidays: is.list(is.date), workdays: is.list(is.date) })),
  inputs,
  scores,
  origin,
  rsa_bits: is.oneOf(2048, 3072, 4096),
  pages: is.between(1, 65535),
  boxes: is.list(is.object({ key: b32, transport: b32, sealed: is.list(b32), commit: is.list(b32) }), 1),
  scrutineers: is.object({ cards: is.between(1, 255), threshold: is.positive }),
  ceremony: is.oneOf("offline", "server"),
  ledger_key: b32,
  receipt_key: b32,
  issuers: is.both(is.list(is.object({ id: is.id, name: is.name }), 1, 255), distinctBy("id")),
  keys: is.list(b32),
  slips: is.list(is.object({ class: is.classId, count: is.count, root: b32 })),
  witnesses: is.object({ quorum: is.count, keys: is.listOnce(is.anyText) }),
  transport: is.oneOf("https", "plain"),
  client: b32,
  previous: is.orNull(is.object({ origin, size: is.count, root: b32 })),
});

const LONGEST_WORKED_OUT = 4000;
const workedOut: is.Shape = (value) => {
  const read = readExact(value, Infinity);
  return read !== null && fits(read, LONGEST_WORKED_OUT);
};

const anyObject: is.Shape = (value) => isObject(value);
const anything: is.Shape = () => true;

/** What later checks read of a recorded round; all the rest is compared byte by byte in V16. */
const round = is.object({
  round: is.positive,
  poll: is.id,
  counts: anything,
  tally: anything,
  tally_by_class: anything,
  quorum: anything,
  values: anything,
  passed: is.list(is.id),
  elected: is.list(is.id),
  state: is.oneOf("decided", "undecided", "counted"),
  reasons: is.list(is.id),
  next: is.oneOf("none", "committee-decides", "revote", "ended"),
  flags: anything,
  ranks: anything,
  barred: is.list(is.object({ person: is.id, post: is.id, from: is.date, until: is.orNull(is.date) })),
});

function shapes(rsaBytes: number | null, issuers: number): Readonly<Record<string, is.Shape>> {
  const kLen = rsaBytes === null ? is.bytes() : is.bytes(rsaBytes);
  const entry = (fields: Readonly<Record<string, is.Shape>>) => is.object({ type: is.anyText, ...fields });
  return {
    meeting,
    keys: entry({ issuer: is.id, class: is.classId, n: is.list(is.bytes()) }),
    slip: entry({ id: b32, class: is.classId, reserve: is.bool }),
    attendance: entry({ present: perClass, by: is.name, at: is.time }),
    "expected-change": entry({ class: is.classId, expected: is.count, reason: is.name, by: twoNames }),
    step: entry({
      item: is.id,
      step: is.oneOf("report", "question", "introduce", "deliberate", "speak", "chief-last", "inspection"),
      subject: is.orNull(is.id),
      at: is.time,
    }),
    "slip-change": entry({
      kind: is.oneOf("activated", "voided", "replaced"),
      slip: is.orNull(b32),
      class: is.classId,
      reason: is.name,
      by: twoNames,
    }),
    item: entry({ item: item, admitted_by: is.id }),
    input: entry({ id: is.id, value: is.exact, evidence: is.name, by: is.name, at: is.time }),
    paper: entry({
      fingerprint: b32,
      item: is.id,
      contest,
      round: is.positive,
      page: is.count,
      classes: is.listOnce(is.classId),
      recused: is.mapOf(is.classId, is.positive),
      box: is.count,
      box_key: b32,
      length: is.count,
    }),
    "poll-open": entry({
      poll: is.id,
      box: is.count,
      papers: is.listOnce(b32, 1),
      small_groups: is.listOnce(is.classId),
      at: is.time,
    }),
    booklet: entry({ slips: is.list(b16, 1) }),
    ballot: entry({
      paper: b32,
      class: is.classId,
      key: b32,
      sigs: is.list(kLen, issuers, issuers),
      enc: b32,
      ct: is.bytes(),
      sig: b64,
    }),
    "poll-close": entry({
      poll: is.id,
      counts: is.list(is.object({ paper: b32, class: is.classId, issued: is.count, returned: is.count })),
      hubs_missing: is.count,
      assisted: is.count,
      at: is.time,
    }),
    "poll-void": entry({ poll: is.id, reason: is.name, by: twoNames, at: is.time }),
    objection: entry({ ballot: b32, receipt: b64 }),
    "paper-count": entry({
      paper: b32,
      class: is.classId,
      handed_out: is.count,
      ballots: is.list(is.withOneOf({ times: is.positive }, { choice: anyObject, raw: is.anyText })),
      tellers: twoNames,
    }),
    "witness-waived": entry({ reason: is.name, by: twoNames }),
    "box-open": entry({
      poll: is.id,
      box: is.count,
      shares: is.list(is.object({ card: is.between(1, 255), share: b32 })),
      close: is.anyText,
      at: is.time,
    }),
    result: entry({ poll: is.id, contests: is.mapOf(is.id, round), at: is.time }),
    announce: entry({
      contests: is.listOnce(is.id, 1),
      mode: is.anyText,
      to: is.anyText,
      at: is.time,
    }),
    decision: entry({
      contest: is.id,
      round: is.positive,
      choice: is.oneOf("revote", "end"),
      by: is.name,
      at: is.time,
    }),
    closed: entry({ scores: is.mapOf(is.id, is.orNull(workedOut)), at: is.time }),
  };
}

/** Judges entries one by one; the meeting gives the length of moduli and credentials. */
export class EntryShapes {
  private readonly shapes: Readonly<Record<string, is.Shape>>;

  constructor(meetingEntry: Meeting | null) {
    this.shapes =
      meetingEntry === null ? shapes(null, 1) : shapes(meetingEntry.rsa_bits / 8, meetingEntry.issuers.length);
  }

  fits(value: Json): value is JsonObject {
    const type = isObject(value) ? value["type"] : null;
    return typeof type === "string" && Object.hasOwn(this.shapes, type) && (this.shapes[type] as is.Shape)(value);
  }
}

/** Entry 0 as a meeting with exactly its fields, or null. */
export function readMeeting(value: Json): Meeting | null {
  if (!isObject(value) || value["type"] !== "meeting" || !meeting(value)) return null;
  const read = value as unknown as Meeting;
  return holdsTogether(read) ? read : null;
}

function holdsTogether(one: Meeting): boolean {
  const ids = one.classes.map((other) => other.id);
  const contests = one.agenda.flatMap((other) => other.contests);
  const allInputs = [one, ...one.agenda].flatMap((other) => other.inputs);
  const allScores = [one, ...one.agenda].flatMap((other) => other.scores);
  const { cards, threshold } = one.scrutineers;
  return (
    [contests, allInputs, allScores].every((list) => is.distinct(list.map((other) => other.id))) &&
    contests.every((other) => other.voters.every((voter) => ids.includes(voter))) &&
    Object.keys(one.reserve).every((other) => ids.includes(other)) &&
    one.slips.length === ids.length &&
    one.slips.every((slips, at) => slips.class === ids[at]) &&
    one.boxes.every((box) => box.sealed.length === cards && box.commit.length === cards) &&
    threshold <= cards &&
    one.witnesses.quorum <= one.witnesses.keys.length &&
    one.history.every((other) => other.date <= one.date) &&
    canBeComputed({
      contests: new Map<string, Contest>(contests.map((other) => [other.id, other])),
      inputs: new Set(allInputs.map((other) => other.id)),
      scores: new Map(allScores.map((other) => [other.id, other])),
    })
  );
}
