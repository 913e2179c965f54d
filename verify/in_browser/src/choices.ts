// What a sealed ballot may hold (docs/rules.md, "Ballots"; docs/protocol.md §7). Content can only make its own ballot
// invalid: everything here answers null for that, and nothing throws.

import { fromUtf8, utf8 } from "./bytes.ts";
import { isAllowed, isSpace } from "./characters.ts";
import { type Ballot, decimal, exactly } from "./contests.ts";
import { Fraction } from "./fraction.ts";
import { encode, isObject, type Json, NotJson, readJson, size } from "./json.ts";

export interface Choice {
  readonly blank: boolean;
  readonly unknown: boolean;
  readonly marks?: Readonly<Record<string, string>>; // the marks given, abstain among them
  readonly picks?: readonly string[]; // options, those written by name too
  readonly names?: readonly string[]; // written names that are no option's
  readonly grade?: string;
  readonly score?: string; // as it is spelled in a tally
  readonly text?: string;
}

const MAX_NESTING = 3;
const LONGEST_NAME = 20;
const NAME_BYTES = 80;

/** The text of a seal, spaces at its end included. */
export function readSealed(data: Uint8Array, ballot: Ballot): Choice | null {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0x20) end--;
  const text = fromUtf8(data.subarray(0, end));
  if (text === null || size(text).nesting > MAX_NESTING) return null;
  try {
    const { value, canonical } = readJson(text);
    return canonical ? readChoice(value, ballot) : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

/** A text or choice of a paper ballot, judged as if it had come out of a seal. */
export function readOnPaper(entry: { readonly raw?: string; readonly choice?: Json }, ballot: Ballot): Choice | null {
  return readSealed(utf8(entry.raw ?? (encode(entry.choice as Json) as string)), ballot);
}

function readChoice(value: Json, ballot: Ballot): Choice | null {
  if (!isObject(value)) return null;
  const names = Object.keys(value);
  if (names.length === 0) return { blank: true, unknown: false };
  switch (ballot.kind) {
    case "approval":
      return names.length === 1 ? readMarks(value["marks"], ballot) : null;
    case "pick":
      return names.every((name) => name === "picks" || name === "write_in") ? readPicks(value, ballot) : null;
    case "grade":
      if (names.length !== 1) return null;
      if (isUnknown(value["unknown"], ballot)) return { blank: false, unknown: true };
      return ballot.grades.some((one) => one.id === value["grade"])
        ? { blank: false, unknown: false, grade: value["grade"] as string }
        : null;
    case "score":
      if (names.length !== 1) return null;
      if (isUnknown(value["unknown"], ballot)) return { blank: false, unknown: true };
      return readScore(value["score"], ballot);
    case "comment":
      return names.length === 1 ? readText(value["text"], ballot) : null;
  }
}

function isUnknown(value: Json | undefined, ballot: Ballot): boolean {
  return ballot.unknown && value === true;
}

function readMarks(value: Json | undefined, ballot: Ballot): Choice | null {
  if (!isObject(value)) return null;
  let approvals = 0;
  let blank = true;
  for (const [candidate, mark] of Object.entries(value)) {
    if (!ballot.candidates.some((one) => one.id === candidate)) return null;
    if (mark !== "approve" && mark !== "oppose" && mark !== "abstain") return null;
    if (mark === "approve") approvals++;
    if (mark !== "abstain") blank = false;
  }
  if (approvals > ballot.max_approve) return null;
  return { blank, unknown: false, marks: value as Readonly<Record<string, string>> };
}

function readPicks(value: Readonly<Record<string, Json>>, ballot: Ballot): Choice | null {
  const listed = value["picks"] ?? ("picks" in value ? null : []);
  const written = value["write_in"] ?? ("write_in" in value ? null : []);
  if (!Array.isArray(listed) || !Array.isArray(written)) return null;
  if (listed.length + written.length > Number(ballot.max) || written.length > ballot.write_in) return null;
  const picks: string[] = [];
  const names: string[] = [];
  for (const id of listed) {
    if (typeof id !== "string" || !ballot.options.some((one) => one.id === id)) return null;
    picks.push(id);
  }
  for (const name of written) {
    if (typeof name !== "string" || !isName(name)) return null;
    const option = ballot.options.find((one) => one.name === name);
    if (option === undefined) names.push(name);
    else picks.push(option.id);
  }
  if (new Set(picks).size !== picks.length || new Set(names).size !== names.length) return null;
  return { blank: picks.length + names.length === 0, unknown: false, picks, names };
}

function isName(name: string): boolean {
  const characters = Array.from(name);
  return (
    characters.length >= 1 &&
    characters.length <= LONGEST_NAME &&
    characters.every((one) => isAllowed(codePoint(one)) && !isSpace(codePoint(one)))
  );
}

function codePoint(character: string): number {
  return character.codePointAt(0) as number;
}

function readScore(value: Json | undefined, ballot: Ballot): Choice | null {
  let score: Fraction;
  if (typeof value === "number") score = new Fraction(BigInt(value));
  else if (typeof value === "string") {
    const parts = /^(-?)(0|[1-9][0-9]*)\.([0-9]*[1-9])$/.exec(value);
    if (parts === null || value.length > 40) return null;
    const [, sign, front, back] = parts as unknown as [string, string, string, string];
    score = new Fraction(BigInt(sign + front + back), 10n ** BigInt(back.length));
  } else return null;
  const [min, max] = [exactly(ballot.min), exactly(String(ballot.max))];
  if (score.compare(min) < 0 || score.compare(max) > 0) return null;
  if (score.minus(min).over(exactly(ballot.step)).den !== 1n) return null;
  return { blank: false, unknown: false, score: decimal(score) as string };
}

function readText(value: Json | undefined, ballot: Ballot): Choice | null {
  if (typeof value !== "string") return null;
  const characters = Array.from(value);
  if (characters.length > ballot.max_chars) return null;
  if (!characters.every((one) => isAllowed(codePoint(one)))) return null;
  return value === "" ? { blank: true, unknown: false } : { blank: false, unknown: false, text: value };
}

/** The paper's `length`: 64·⌈U/64⌉ for the longest valid choice of U bytes. */
export function paddedLength(ballot: Ballot): number {
  return 64 * Math.ceil(longestChoice(ballot) / 64);
}

function longestChoice(ballot: Ballot): number {
  const size = (value: Json) => utf8(encode(value) as string).length;
  const unknown = ballot.unknown ? size({ unknown: true }) : 2;
  switch (ballot.kind) {
    case "approval":
      return size({ marks: Object.fromEntries(ballot.candidates.map((one) => [one.id, "abstain"])) });
    case "pick": {
      const ids = ballot.options.map((one) => one.id).sort((a, b) => b.length - a.length);
      // A written name is longer than any id: as many of them as may be, then ids in what is left.
      const written = Math.min(ballot.write_in, Number(ballot.max));
      const picks = ids.slice(0, Number(ballot.max) - written);
      const names = written === 0 ? 0 : written * (NAME_BYTES + 3) - 1;
      return size({ picks, write_in: [] }) + names;
    }
    case "grade":
      return Math.max(unknown, ...ballot.grades.map((one) => size({ grade: one.id })));
    case "score": {
      const step = exactly(ballot.step);
      const max = exactly(String(ballot.max));
      let longest = unknown;
      for (let score = exactly(ballot.min); score.compare(max) <= 0; score = score.plus(step)) {
        const text = decimal(score) as string;
        longest = Math.max(longest, `{"score":}`.length + text.length + (score.den === 1n ? 0 : 2));
      }
      return longest;
    }
    case "comment":
      return 11 + 4 * ballot.max_chars;
  }
}
