// V03, V05 and V20: who signed, and whether what people hold in their hands is of this ledger (docs/protocol.md, "V03
// and V05, outcome by outcome").

import type { Case, GivenFile, Options } from "../case.ts";
import { concat, equalBytes, fromBase64url, fromUtf8, tag, utf8 } from "../bytes.ts";
import { ed25519Holds } from "../crypto.ts";
import type { Meeting } from "../entries.ts";
import { Fault } from "../fault.ts";
import { isObject, type Json, NotJson, readJson } from "../json.ts";
import {
  BadNote,
  cosignatures,
  type Note,
  readNote,
  readVerifierKey,
  signedByLedger,
  type VerifierKey,
  WITNESS_TYPE,
} from "../note.ts";
import { leafHash } from "../tree.ts";
import { closeNote } from "./boxes.ts";

/** What a check says: not checked is a third thing beside passing and failing. */
export interface Said {
  readonly outcome: "pass" | "fail" | "not checked";
  readonly detail: string;
  readonly notCovered?: readonly string[];
}

const MAX_GIVEN_BYTES = 4_198_400;
const RECEIPT_FIELDS = ["format", "meeting", "ballot", "receipt", "line"];

/** The first file brought along that is no receipt or no checkpoint at all: then nothing is judged. */
export function unreadable(options: Options): GivenFile | null {
  const isNote = (given: GivenFile) => {
    try {
      return given.data.length <= MAX_GIVEN_BYTES && readNote(fromUtf8(given.data) ?? "") !== null;
    } catch (error) {
      if (error instanceof BadNote) return false;
      throw error;
    }
  };
  return (
    options.checkpoints.find((given) => !isNote(given)) ??
    options.receipts.find((given) => readReceipt(given) === null) ??
    null
  );
}

export function ledgerKeyOf(meeting: Meeting): Uint8Array {
  return fromBase64url(meeting.ledger_key) as Uint8Array;
}

function fingerprintFits(one: Case, options: Options): boolean {
  const given = options.fingerprint;
  return given !== null && equalBytes(given, (one.leaves[0] as Uint8Array).subarray(0, given.length));
}

export function checkSignature(one: Case, options: Options): Said {
  const { file, meeting, story } = one;
  const { note } = file;
  if (meeting === null) return { outcome: "not checked", detail: "the first line is no meeting" };
  if (note.origin !== meeting.origin) throw new Fault("the checkpoint is of another ledger");
  const key = ledgerKeyOf(meeting);
  if (!signedByLedger(note, meeting.origin, key)) throw new Fault("the ledger key did not sign the checkpoint");
  const given = options.ledgerKey;
  if (given !== null && (given.name !== meeting.origin || !equalBytes(given.key, key))) {
    throw new Fault("the ledger key given is another");
  }
  const witnesses = readWitnesses(meeting);
  const { quorum } = meeting.witnesses;
  let told = "";
  if (quorum > 0 || options.witnesses.length > 0) {
    if (story === null) return { outcome: "not checked", detail: "V06 did not pass" };
    told = checkWitnesses(one, witnesses, quorum, options.witnesses);
  }
  if (given !== null || fingerprintFits(one, options)) return { outcome: "pass", detail: told };
  if (options.fingerprint !== null) return { outcome: "not checked", detail: "no key to trust: another fingerprint" };
  return { outcome: "not checked", detail: "signed by the key that the file itself names" };
}

function readWitnesses(meeting: Meeting): VerifierKey[] {
  return meeting.witnesses.keys.map((text) => {
    const key = readVerifierKey(text);
    if (key?.type !== WITNESS_TYPE) throw new Fault("a witness key that is none", 0);
    return key;
  });
}

/** Of those of entry 0 a quorum, unless it is waived; of those that the reader asks for each one, whatever is waived.
 * A close that is no note has no signatures to look at: V13 says so. */
function checkWitnesses(
  { file, story }: Case,
  witnesses: readonly VerifierKey[],
  quorum: number,
  asked: readonly VerifierKey[],
): string {
  const entries = story?.entries ?? [];
  const waivers = entries.flatMap((entry, at) => (entry["type"] === "witness-waived" ? [at] : []));
  for (const { closeAt, boxOpenAt: at } of story?.polls.values() ?? []) {
    const note = closeAt === null || at === null ? null : closeNote(entries[at] ?? {});
    if (note === null || at === null) continue;
    const waived = waivers.some((waiver) => waiver < at);
    if (!waived && cosignatures(note, witnesses) < quorum) throw new Fault("a close without its witnesses", at);
    for (const key of asked) {
      if (cosignatures(note, [key]) === 0) throw new Fault(`a close that ${key.name} did not cosign`, at);
    }
  }
  if (waivers.length === 0 && cosignatures(file.note, witnesses) < quorum)
    throw new Fault("the checkpoint lacks witnesses");
  for (const key of asked) {
    if (cosignatures(file.note, [key]) === 0) throw new Fault(`the checkpoint is not cosigned by ${key.name}`);
  }
  const own = quorum === 0 ? [] : [`witnesses of the meeting: ${quorum}, waived ${waivers.length} times`];
  return [...own, ...(asked.length === 0 ? [] : [`cosigned by ${asked.map((key) => key.name).join(", ")}`])].join("; ");
}

export function checkEvidence(one: Case, options: Options): Said {
  const { meeting } = one;
  if (meeting === null) return { outcome: "not checked", detail: "the first line is no meeting" };
  if (options.fingerprint !== null && !fingerprintFits(one, options))
    throw new Fault("the fingerprint given is another");
  for (const given of options.checkpoints) checkCheckpoint(one, meeting, given);
  const unclear: string[] = [];
  let undecided = false;
  for (const given of options.receipts) {
    const said = judgeReceipt(one, meeting, given);
    if (said === "needs V06") undecided = true;
    else if (said !== null) unclear.push(`V05: receipt ${given.name} ${said}`);
  }
  if (undecided) return { outcome: "not checked", detail: "V06 did not pass" };
  const notCovered = [
    ...(options.fingerprint === null ? ["V05: no fingerprint supplied"] : []),
    ...(options.checkpoints.length === 0 ? ["V05: no earlier checkpoint supplied"] : []),
    ...(options.receipts.length === 0 ? ["V05: no receipt supplied"] : []),
    ...unclear,
  ];
  return { outcome: "pass", detail: "", notCovered };
}

function checkCheckpoint(one: Case, meeting: Meeting, given: GivenFile): void {
  let note: Note;
  const text = given.data.length > MAX_GIVEN_BYTES ? null : fromUtf8(given.data);
  try {
    if (text === null) throw new BadNote("not UTF-8, or too long");
    note = readNote(text);
  } catch (error) {
    if (error instanceof BadNote) throw new Fault(`${given.name} is no checkpoint: ${error.message}`);
    throw error;
  }
  if (note.origin !== meeting.origin || !signedByLedger(note, meeting.origin, ledgerKeyOf(meeting))) {
    throw new Fault(`${given.name} is not a checkpoint of this ledger`);
  }
  if (note.size > one.leaves.length) throw new Fault(`${given.name} is of a longer ledger`);
  if (!equalBytes(note.root, one.tree.rootAt(note.size))) throw new Fault(`${given.name} is of another ledger`);
}

/** Null when consistent; a remark when it is no evidence or undecided. Throws Fault when a ballot was dropped. */
function judgeReceipt(one: Case, meeting: Meeting, given: GivenFile): string | null {
  const read = readReceipt(given);
  if (read === null || read.meeting !== meeting.id) return "is not of this meeting";
  const key = fromBase64url(meeting.receipt_key) as Uint8Array;
  if (!ed25519Holds(read.receipt, concat(tag("receipt"), read.ballot), key)) return "is not signed by this meeting";
  const lineFits = read.line !== null && equalBytes(leafHash(utf8(read.line)), read.ballot);
  if (one.leaves.some((leaf, at) => isBallot(one, at) && equalBytes(leaf, read.ballot))) {
    return read.line === null || lineFits ? null : "has the line of another ballot";
  }
  if (one.story === null) return "needs V06";
  const { story } = one;
  const paper = lineFits ? paperOf(read.line as string) : null;
  const poll = paper === null ? null : (story.papers.get(paper)?.poll ?? null);
  if (poll !== null) {
    if (poll.voidAt !== null && poll.closeAt === null) return "is of a poll that was voided while open";
    if (poll.state === "open") return "is of a poll that is not closed yet";
  } else {
    if (!story.finished) return "is of a ballot that may still come";
    const voided = [...story.polls.values()].some((other) => other.voidAt !== null && other.closeAt === null);
    if (voided) return "may be of a poll that was voided while open";
  }
  throw new Fault(`a ballot was dropped, proven by ${given.name}`);
}

function isBallot(one: Case, at: number): boolean {
  const value = one.file.lines[at]?.value;
  return isObject(value) && value["type"] === "ballot";
}

function paperOf(line: string): string | null {
  try {
    const { value } = readJson(line);
    return isObject(value) && typeof value["paper"] === "string" ? value["paper"] : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

export function readReceipt(given: GivenFile) {
  if (given.data.length > MAX_GIVEN_BYTES) return null;
  let value: Json;
  try {
    value = readJson(fromUtf8(given.data) ?? "").value;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
  if (!isObject(value) || value["format"] !== "ballot-service/receipt/1") return null;
  if (!Object.keys(value).every((name) => RECEIPT_FIELDS.includes(name)) || typeof value["meeting"] !== "string")
    return null;
  const [meeting, ballot, receipt, line] = [value["meeting"], value["ballot"], value["receipt"], value["line"] ?? null];
  if (typeof ballot !== "string" || typeof receipt !== "string" || (line !== null && typeof line !== "string"))
    return null;
  const [id, signature] = [fromBase64url(ballot), fromBase64url(receipt)];
  if (id?.length !== 32 || signature?.length !== 64) return null;
  return { meeting, ballot: id, receipt: signature, line };
}
