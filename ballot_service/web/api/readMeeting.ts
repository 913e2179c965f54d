// From a ledger line's JSON to the checked types of meeting.ts. The fingerprint vouches for entry 0, so these readers need
// not refuse what publishing refuses; they make sure that no screen ever meets a field of another form.

import { scoresOf } from "./exact.ts";
import type {
  ApprovalBallot,
  Ballot,
  Box,
  Candidate,
  CommentBallot,
  Contest,
  Figure,
  Grade,
  GradeBallot,
  Item,
  Mark,
  Meeting,
  PickBallot,
  ScoreBallot,
  Subject,
  VoterClass,
} from "./meeting.ts";
import { bytes, count, field, flag, list, type Members, members, oneOf, orNull, text, wrong } from "./read.ts";

const KEY = bytes(32);
const STEPS = ["report", "question", "introduce", "deliberate", "speak", "chief-last", "inspection"] as const;
const FIGURES = ["rate", "mean", "bands"] as const;
export const step = oneOf(...STEPS);

/** Entry 0. Throws: WrongAnswer. */
export function readMeeting(value: unknown): Meeting {
  const entry = members(value, "meeting");
  if (entry["type"] !== "meeting") throw wrong("type", "meeting");
  return {
    id: field(entry, "id", text),
    title: field(entry, "title", text),
    organiser: field(entry, "organiser", text),
    place: field(entry, "place", text),
    date: field(entry, "date", text),
    locale: field(entry, "locale", text),
    classes: field(entry, "classes", list(readClass)),
    agenda: field(entry, "agenda", list(readItem)),
    origin: field(entry, "origin", text),
    rsaBits: field(entry, "rsa_bits", count),
    pages: field(entry, "pages", count),
    boxes: field(entry, "boxes", list(readBox)),
    ledgerKey: field(entry, "ledger_key", KEY),
    receiptKey: field(entry, "receipt_key", KEY),
    issuers: field(
      entry,
      "issuers",
      list((one, at) => field(members(one, at), "id", text, at)),
    ),
    keys: field(entry, "keys", list(KEY)),
    ceremony: field(entry, "ceremony", oneOf("offline", "server")),
    transport: field(entry, "transport", oneOf("https", "plain")),
  };
}

/** An item of the agenda, or one that was added. Throws: WrongAnswer. */
export function readItem(value: unknown, at: string): Item {
  const item = members(value, at);
  return {
    id: field(item, "id", text, at),
    title: field(item, "title", text, at),
    cadre: field(item, "cadre", flag, at),
    announce: field(item, "announce", text, at),
    steps: field(item, "steps", list(step), at),
    showRanks: field(item, "show_ranks", flag, at),
    contests: field(item, "contests", list(readContest), at),
  };
}

/** A contest of an item or of a paper. Throws: WrongAnswer. */
export function readContest(value: unknown, at: string): Contest {
  const contest = members(value, at);
  return {
    id: field(contest, "id", text, at),
    title: field(contest, "title", text, at),
    post: field(contest, "post", orNull(text), at),
    subject: field(contest, "subject", orNull(readSubject), at),
    voters: field(contest, "voters", list(text), at),
    ballot: field(contest, "ballot", readBallot, at),
    seats: field(contest, "rules", readSeats, at),
    figures: field(contest, "rules", readFigures, at),
  };
}

function readFigures(value: unknown, at: string): readonly Figure[] {
  const rules = list(members)(value, at);
  return rules.filter((rule) => FIGURES.some((name) => name === rule["rule"])).map((rule) => readFigure(rule, at));
}

function readFigure(rule: Members, at: string): Figure {
  const candidate = rule["candidate"] ?? null;
  const of = candidate === null ? (rule["grades"] ?? rule["options"] ?? []) : [candidate];
  return {
    id: field(rule, "id", text, at),
    rule: field(rule, "rule", oneOf(...FIGURES), at),
    of: list(text)(of, at),
    marks: list(oneOf("approve", "oppose", "abstain"))(rule["marks"] ?? [], at),
    classes: list(text)(rule["classes"] ?? [], at),
    weighted: (rule["weights"] ?? null) !== null,
  };
}

function readSeats(value: unknown, at: string): number | null {
  const rules = list(members)(value, at);
  const seats = rules.find((rule) => rule["rule"] === "seats");
  return seats === undefined ? null : field(seats, "seats", count, at);
}

function readSubject(value: unknown, at: string): Subject {
  const subject = members(value, at);
  return {
    id: field(subject, "id", text, at),
    name: field(subject, "name", text, at),
    title: field(subject, "title", orNull(text), at),
    unit: field(subject, "unit", orNull(text), at),
  };
}

function readClass(value: unknown, at: string): VoterClass {
  const one = members(value, at);
  return {
    id: field(one, "id", text, at),
    name: field(one, "name", text, at),
    expected: field(one, "expected", count, at),
    observer: field(one, "observer", flag, at),
  };
}

function readBox(value: unknown, at: string): Box {
  const box = members(value, at);
  return { key: field(box, "key", KEY, at), transport: field(box, "transport", KEY, at) };
}

// ── ballots ────────────────────────────────────────────────────────────────────────────────────────────────────────

function readBallot(value: unknown, at: string): Ballot {
  const ballot = members(value, at);
  const kind = field(ballot, "kind", oneOf("approval", "pick", "grade", "score", "comment"), at);
  return BALLOTS[kind](ballot, at);
}

const BALLOTS: { readonly [Kind in Ballot["kind"]]: (ballot: Members, at: string) => Ballot } = {
  approval: readApproval,
  pick: readPick,
  grade: readGrade,
  score: readScore,
  comment: readComment,
};

function readApproval(ballot: Members, at: string): ApprovalBallot {
  const labels = field(ballot, "labels", members, at);
  const label = (mark: Mark) => field(labels, mark, text, `${at}.labels`);
  return {
    kind: "approval",
    candidates: field(ballot, "candidates", list(readCandidate), at),
    maxApprove: field(ballot, "max_approve", count, at),
    labels: { approve: label("approve"), oppose: label("oppose"), abstain: label("abstain") },
  };
}

function readPick(ballot: Members, at: string): PickBallot {
  return {
    kind: "pick",
    options: field(ballot, "options", list(readCandidate), at),
    max: field(ballot, "max", count, at),
    writeIn: field(ballot, "write_in", count, at),
  };
}

function readGrade(ballot: Members, at: string): GradeBallot {
  return {
    kind: "grade",
    grades: field(ballot, "grades", list(readOneGrade), at),
    unknown: field(ballot, "unknown", flag, at),
  };
}

function readOneGrade(value: unknown, at: string): Grade {
  const grade = members(value, at);
  return { id: field(grade, "id", text, at), name: field(grade, "name", text, at) };
}

function readScore(ballot: Members, at: string): ScoreBallot {
  const [min, max, step] = (["min", "max", "step"] as const).map((name) => field(ballot, name, text, at));
  const scores = scoresOf(min as string, max as string, step as string);
  if (scores === null) throw wrong(at, "decimals, min below max, a step above 0, at most 10,001 scores");
  return {
    kind: "score",
    min: min as string,
    max: max as string,
    step: step as string,
    scores,
    unknown: field(ballot, "unknown", flag, at),
  };
}

function readComment(ballot: Members, at: string): CommentBallot {
  return { kind: "comment", maxChars: field(ballot, "max_chars", count, at) };
}

function readCandidate(value: unknown, at: string): Candidate {
  const candidate = members(value, at);
  return {
    id: field(candidate, "id", text, at),
    name: field(candidate, "name", text, at),
    note: field(candidate, "note", orNull(text), at),
  };
}
