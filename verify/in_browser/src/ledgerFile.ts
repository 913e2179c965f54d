// The ledger as a file (docs/protocol.md §4): lines, an empty line, a signed note. Whatever keeps a file from being read
// ends here with the check that fails, V01 or V02, and no other check is made (docs/formats/verdict.md, "The command").

import { fromUtf8, utf8 } from "./bytes.ts";
import { isObject, type Json, NotJson, readJson, size } from "./json.ts";
import { BadNote, type Note, readNote } from "./note.ts";

const MAX_LINE_BYTES = 4_194_304;
const MAX_NESTING = 16;
const MAX_VALUES = 2 ** 17; // commas and opening brackets of a line
const MAX_ENTRIES = 4_194_304;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SLIP_CLASSES = 255;
const BALLOT_ENDING = utf8(',"type":"ballot"}');

export class Unreadable extends Error {
  readonly check: "V01" | "V02";

  constructor(check: "V01" | "V02", message: string) {
    super(message);
    this.check = check;
  }
}

export interface Line {
  readonly data: Uint8Array; // without its newline
  readonly value: Json;
  readonly canonical: boolean;
}

export interface LedgerFile {
  readonly lines: readonly Line[];
  readonly note: Note;
}

/** Throws Unreadable. `tick` is called now and then, with how many lines were read. */
export async function readLedger(data: Uint8Array, tick: (done: number) => Promise<void>): Promise<LedgerFile> {
  const lines: (Line | Uint8Array)[] = [];
  const slipClasses = new Set<Json>();
  let at = 0;
  for (;;) {
    const end = data.indexOf(10, at);
    if (end === -1)
      throw new Unreadable("V01", at === data.length ? "no empty line and note" : "a line without an end");
    if (end === at) break;
    if (end - at > MAX_LINE_BYTES) throw new Unreadable("V01", `line ${lines.length + 1} is too long`);
    if (lines.length === MAX_ENTRIES) throw new Unreadable("V01", "too many entries");
    const line = data.subarray(at, end);
    if (endsLikeBallot(line)) lines.push(line);
    else {
      const read = readLine(line, lines.length + 1);
      if (isObject(read.value) && read.value["type"] === "slip") slipClasses.add(read.value["class"] ?? null);
      if (slipClasses.size > MAX_SLIP_CLASSES) throw new Unreadable("V01", "slips of more than 255 classes");
      lines.push(read);
    }
    at = end + 1;
    if (lines.length % 500 === 0) await tick(lines.length);
  }
  if (lines.length === 0) throw new Unreadable("V01", "no entries");
  const note = readEnd(data.subarray(at + 1));
  const all: Line[] = [];
  for (const line of lines) {
    all.push(line instanceof Uint8Array ? readLine(line, all.length + 1) : line);
    if (all.length % 500 === 0) await tick(all.length);
  }
  return { lines: all, note };
}

function endsLikeBallot(line: Uint8Array): boolean {
  const start = line.length - BALLOT_ENDING.length;
  return start >= 0 && BALLOT_ENDING.every((byte, index) => line[start + index] === byte);
}

function readEnd(data: Uint8Array): Note {
  if (data.length > MAX_NOTE_BYTES) throw new Unreadable("V01", "the note is too long");
  const text = fromUtf8(data);
  if (text === null) throw new Unreadable("V01", "the note is not UTF-8");
  try {
    return readNote(text);
  } catch (error) {
    if (error instanceof BadNote) throw new Unreadable("V01", `the note: ${error.message}`);
    throw error;
  }
}

function readLine(data: Uint8Array, number: number): Line {
  const text = fromUtf8(data);
  if (text === null) throw new Unreadable("V01", `line ${number} is not UTF-8`);
  const { nesting, values } = size(text);
  if (nesting > MAX_NESTING) throw new Unreadable("V01", `line ${number} nests too deep`);
  if (values > MAX_VALUES) throw new Unreadable("V01", `line ${number} holds too many values`);
  try {
    return { data, ...readJson(text) };
  } catch (error) {
    if (error instanceof NotJson) throw new Unreadable("V02", `line ${number}: ${error.message}`);
    throw error;
  }
}
