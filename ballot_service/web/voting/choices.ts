// From what a person has filled in to the one spelling of a choice: every candidate's mark, sorted lists, every member of
// the ballot's kind. Ballots that say the same are then the same bytes. Text: docs/rules.md, "Ballots".
//
// Pure functions; a draft is never changed, only replaced. The `with…` functions keep the limits that a tap could break:
// what would be too many gives the same draft back. What a person types is judged by `problemOf`.

import { scoreValue } from "../api/exact.ts";
import type { ApprovalBallot, Ballot, CommentBallot, Mark, PickBallot } from "../api/meeting.ts";
import type { Bytes } from "../crypto/bytes.ts";
import { encode, type Json } from "../crypto/canonical.ts";
import { hasSpace, isVisible } from "./characters.ts";
import type { Draft, DraftProblem } from "./journey.ts";

export const MAX_NAME_CHARS = 20;
const BLOCK_BYTES = 64;
const MAX_UTF8_BYTES = 4;

type DraftOf<Kind extends Draft["kind"]> = Extract<Draft, { kind: Kind }>;

export function emptyDraft(ballot: Ballot): Draft {
  switch (ballot.kind) {
    case "approval":
      return { kind: "approval", marks: {} };
    case "pick":
      return { kind: "pick", picks: [], writeIn: [] };
    case "grade":
      return { kind: "grade", answer: null };
    case "score":
      return { kind: "score", answer: null };
    case "comment":
      return { kind: "comment", text: "" };
  }
}

// ── approval ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** How many more may be approved. */
export function approvalsLeft(ballot: ApprovalBallot, draft: DraftOf<"approval">): number {
  return ballot.maxApprove - approvals(ballot, draft.marks);
}

/** One candidate's mark; null takes it back. The same draft where it would be one approval too many. */
export function withMark(
  ballot: ApprovalBallot,
  draft: DraftOf<"approval">,
  candidate: string,
  mark: Mark | null,
): DraftOf<"approval"> {
  if (!ballot.candidates.some((one) => one.id === candidate)) return draft;
  const others = Object.entries(draft.marks).filter(([name]) => name !== candidate);
  const marks = Object.fromEntries(mark === null ? others : [...others, [candidate, mark] as const]);
  return approvals(ballot, marks) > ballot.maxApprove ? draft : { kind: "approval", marks };
}

function approvals(ballot: ApprovalBallot, marks: Readonly<Record<string, Mark>>): number {
  const of = marksById(marks);
  return ballot.candidates.filter((one) => of.get(one.id) === "approve").length;
}

/** An id may be "constructor": a plain object would find something of that name. */
function marksById(marks: Readonly<Record<string, Mark>>): ReadonlyMap<string, Mark> {
  return new Map(Object.entries(marks));
}

// ── pick ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How many more may be picked or written in, in all. */
export function picksLeft(ballot: PickBallot, draft: DraftOf<"pick">): number {
  return ballot.max - draft.picks.length - names(draft).length;
}

/** Picks an option, or takes it back. The same draft where it would be one too many. */
export function withPick(ballot: PickBallot, draft: DraftOf<"pick">, option: string, picked: boolean): DraftOf<"pick"> {
  if (!ballot.options.some((one) => one.id === option) || draft.picks.includes(option) === picked) return draft;
  if (!picked) return { ...draft, picks: draft.picks.filter((one) => one !== option) };
  return picksLeft(ballot, draft) > 0 ? { ...draft, picks: [...draft.picks, option] } : draft;
}

/** What stands in the written-in field `place` (from 0), as typed. The same draft where it would be one too many. */
export function withWriteIn(ballot: PickBallot, draft: DraftOf<"pick">, place: number, name: string): DraftOf<"pick"> {
  if (place < 0 || place >= ballot.writeIn) return draft;
  const writeIn = Array.from({ length: Math.max(draft.writeIn.length, place + 1) }, (_, index) =>
    index === place ? name : (draft.writeIn[index] ?? ""),
  );
  const written: DraftOf<"pick"> = { ...draft, writeIn };
  return picksLeft(ballot, written) < 0 ? draft : written;
}

/** The names that are not empty, as they will be sent. */
function names(draft: DraftOf<"pick">): readonly string[] {
  return draft.writeIn.map((name) => name.normalize("NFC").trim()).filter((name) => name !== "");
}

// ── grade, score, comment ──────────────────────────────────────────────────────────────────────────────────────────

export function withGrade(answer: DraftOf<"grade">["answer"]): DraftOf<"grade"> {
  return { kind: "grade", answer };
}

export function withScore(answer: DraftOf<"score">["answer"]): DraftOf<"score"> {
  return { kind: "score", answer };
}

export function withText(text: string): DraftOf<"comment"> {
  return { kind: "comment", text };
}

/** Line breaks become spaces: a comment is one line. */
function comment(draft: DraftOf<"comment">): string {
  return draft.text
    .normalize("NFC")
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")
    .trim();
}

/** Characters as they are counted: code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

// ── judging a draft ────────────────────────────────────────────────────────────────────────────────────────────────

/** Why a draft cannot be cast, or null. */
export function problemOf(ballot: Ballot, draft: Draft): DraftProblem | null {
  if (ballot.kind === "approval" && draft.kind === "approval") {
    return approvalsLeft(ballot, draft) < 0 ? { code: "too-many", max: ballot.maxApprove } : null;
  }
  if (ballot.kind === "pick" && draft.kind === "pick") return problemOfPicks(ballot, draft);
  if (ballot.kind === "score" && draft.kind === "score") {
    const { answer } = draft;
    const isScore = answer === null || answer === "unknown" || ballot.scores.includes(answer.score);
    return isScore ? null : { code: "not-a-score" };
  }
  if (ballot.kind === "comment" && draft.kind === "comment") return problemOfText(ballot, comment(draft));
  return null;
}

function problemOfPicks(ballot: PickBallot, draft: DraftOf<"pick">): DraftProblem | null {
  const written = names(draft);
  if (written.some((name) => lengthOf(name) > MAX_NAME_CHARS)) return { code: "name-too-long", max: MAX_NAME_CHARS };
  if (written.some((name) => !isVisible(name) || hasSpace(name))) {
    return { code: "name-characters" };
  }
  if (picksLeft(ballot, draft) < 0) return { code: "too-many", max: ballot.max };
  const { picks, writeIn } = spelled(ballot, draft);
  const isRepeated = new Set(picks).size < picks.length || new Set(writeIn).size < writeIn.length;
  return isRepeated ? { code: "name-repeated" } : null;
}

function problemOfText(ballot: CommentBallot, text: string): DraftProblem | null {
  if (lengthOf(text) > ballot.maxChars) return { code: "text-too-long", max: ballot.maxChars };
  return isVisible(text) ? null : { code: "text-characters" };
}

/** Whether it would be counted as abstention. */
export function isBlank(draft: Draft): boolean {
  switch (draft.kind) {
    case "approval":
      return Object.values(draft.marks).every((mark) => mark === "abstain");
    case "pick":
      return draft.picks.length === 0 && names(draft).length === 0;
    case "grade":
    case "score":
      return draft.answer === null;
    case "comment":
      return comment(draft) === "";
  }
}

/** Candidates without a mark. */
export function unmarked(ballot: Ballot, draft: Draft): number {
  if (ballot.kind !== "approval" || draft.kind !== "approval") return 0;
  const marks = marksById(draft.marks);
  return ballot.candidates.filter((one) => !marks.has(one.id)).length;
}

// ── the choice ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is sealed. The draft must have no problem. Throws: RangeError for a draft of another kind of ballot. */
export function choiceBytes(ballot: Ballot, draft: Draft): Bytes {
  return encode(choiceOf(ballot, draft));
}

function choiceOf(ballot: Ballot, draft: Draft): Json {
  if (ballot.kind === "approval" && draft.kind === "approval") {
    const marks = marksById(draft.marks);
    return { marks: Object.fromEntries(ballot.candidates.map(({ id }) => [id, marks.get(id) ?? "abstain"])) };
  }
  if (ballot.kind === "pick" && draft.kind === "pick") {
    const { picks, writeIn } = spelled(ballot, draft);
    return ballot.writeIn > 0 ? { picks, write_in: writeIn } : { picks };
  }
  if (ballot.kind === "grade" && draft.kind === "grade") {
    if (draft.answer === null) return {};
    return draft.answer === "unknown" ? { unknown: true } : { grade: draft.answer.grade };
  }
  if (ballot.kind === "score" && draft.kind === "score") {
    if (draft.answer === null) return {};
    return draft.answer === "unknown" ? { unknown: true } : { score: scoreValue(draft.answer.score) };
  }
  if (ballot.kind === "comment" && draft.kind === "comment") return { text: comment(draft) };
  throw new RangeError(`a draft of kind ${draft.kind} for a ballot of kind ${ballot.kind}`);
}

/** A written name that is an option's counts for that option: it is written as a pick. Both lists sorted. */
function spelled(ballot: PickBallot, draft: DraftOf<"pick">): { picks: readonly string[]; writeIn: readonly string[] } {
  const idOf = new Map(ballot.options.map((option) => [option.name, option.id]));
  const written = names(draft);
  const meant = written.map((name) => idOf.get(name)).filter((id): id is string => id !== undefined);
  return {
    picks: [...draft.picks, ...meant].sort(byCodePoint),
    writeIn: written.filter((name) => !idOf.has(name)).sort(byCodePoint),
  };
}

function byCodePoint(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// ── lengths ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Bytes of every plaintext on such a ballot, 64·⌈U/64⌉, so that no ciphertext stands out. */
export function paddedLength(ballot: Ballot): number {
  return Math.ceil(longest(ballot) / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Bytes of the longest valid choice. Source: docs/rules.md, "Ballots". */
function longest(ballot: Ballot): number {
  switch (ballot.kind) {
    case "approval":
      return choiceBytes(ballot, { kind: "approval", marks: {} }).length;
    case "pick":
      return longestPick(ballot);
    case "grade":
      return longestOf([
        ...ballot.grades.map(({ id }) => ({ grade: id })),
        ...(ballot.unknown ? [{ unknown: true }] : []),
      ]);
    case "score":
      return longestOf([
        ...ballot.scores.map((score) => ({ score: scoreValue(score) })),
        ...(ballot.unknown ? [{ unknown: true }] : []),
      ]);
    case "comment":
      return encode({ text: "" }).length + MAX_UTF8_BYTES * ballot.maxChars;
  }
}

function longestOf(choices: readonly Json[]): number {
  return choices.reduce<number>((most, choice) => Math.max(most, encode(choice).length), 0);
}

function longestPick(ballot: PickBallot): number {
  const ids = ballot.options.map(({ id }) => id.length).sort((left, right) => right - left);
  let best = 0;
  for (let written = 0; written <= Math.min(ballot.writeIn, ballot.max); written++) {
    const picked = ids.slice(0, ballot.max - written);
    const name = MAX_UTF8_BYTES * MAX_NAME_CHARS;
    const lastCommas = (picked.length > 0 ? 1 : 0) + (written > 0 ? 1 : 0);
    const quoted = '"",'.length;
    const total = picked.reduce((sum, length) => sum + length + quoted, 0) + (name + quoted) * written;
    best = Math.max(best, total - lastCommas);
  }
  return encode({ picks: [], write_in: [] }).length + best;
}
