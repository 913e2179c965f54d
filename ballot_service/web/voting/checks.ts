// Everything that a phone checks before it believes: it knows its slip and nothing else. Twin of
// ballot_service/rehearsal/device.py. Pure functions; what does not fit throws `Stop`, and nothing more is sent.
//
// Text: docs/protocol.md §5 and §7, docs/api.md "What a client must refuse".

import type { BallotIds, Head, Poll, ProvenLine } from "../api/answers.ts";
import { WrongAnswer } from "../api/errors.ts";
import type { Contest, Item, Meeting } from "../api/meeting.ts";
import { bytes, count, field, list, members, text } from "../api/read.ts";
import { readContest, readItem, readMeeting } from "../api/readMeeting.ts";
import { ballotId, checkReceipt } from "../crypto/ballot.ts";
import { PublicKey } from "../crypto/blindRsa.ts";
import { equalBytes, startsWith, utf8 } from "../crypto/bytes.ts";
import { decodeObject, encode, isObject, type Json, type JsonObject } from "../crypto/canonical.ts";
import { type Checkpoint, parseCheckpoint } from "../crypto/checkpoint.ts";
import { b64u, fromB64u } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import { checkConsistency, checkInclusion, checkRange, leafHash } from "../crypto/merkle.ts";
import { ED25519, parseNote, VerifierKey, verifyNote } from "../crypto/note.ts";
import { paddedLength } from "./choices.ts";
import type { StopCode } from "./journey.ts";

/** The end of trust. The message is one technical line for a scrutineer. */
export class Stop extends Error {
  readonly code: StopCode;

  constructor(code: StopCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What does not hold inside becomes a Stop of this code. */
function refusing<T>(code: StopCode, message: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof CryptoError || error instanceof WrongAnswer)
      throw new Stop(code, `${message}: ${error.message}`);
    throw error;
  }
}

/** Entry 0, read and as it stands in the ledger. */
export interface MetMeeting {
  readonly meeting: Meeting;
  readonly entry: JsonObject;
  readonly fingerprint: Uint8Array;
}

/** The line of entry 0 is the meeting on the slip. Throws: Stop (wrong-meeting). */
export function meetingOf(line: string, slip: { meetingId: string; voterClass: string; prefix: string }): MetMeeting {
  const data = utf8(line);
  const fingerprint = leafHash(data);
  if (!startsWith(fingerprint, fromB64u(slip.prefix))) {
    throw new Stop("wrong-meeting", "the meeting shown is not the one whose fingerprint is on the slip");
  }
  return refusing("wrong-meeting", "entry 0 is not a meeting", () => {
    const entry = decodeObject(data);
    const meeting = readMeeting(entry);
    if (meeting.id !== slip.meetingId) throw new Stop("wrong-meeting", "entry 0 is not the meeting on the slip");
    if (!meeting.classes.some((one) => one.id === slip.voterClass)) {
      throw new Stop("wrong-meeting", `the meeting has no class ${slip.voterClass}`);
    }
    if (meeting.issuers.length === 0 || meeting.pages === 0 || meeting.boxes.length === 0) {
      throw new Stop("wrong-meeting", "a meeting has issuers, pages and boxes");
    }
    return { meeting, entry, fingerprint };
  });
}

/** The meeting is the first line of the signed ledger. Throws: Stop. */
export function checkHead(head: Head, met: MetMeeting): void {
  const newest = readSignedNote(head.checkpoint, met.meeting);
  refusing("wrong-proof", "entry 0 is not in the signed ledger", () =>
    checkInclusion(met.fingerprint, 0, newest.treeSize, head.inclusion, newest.rootHash),
  );
}

/** A checkpoint that the meeting's ledger key has signed, of the meeting's own ledger. Throws: Stop (wrong-checkpoint). */
export function readSignedNote(note: string, meeting: Meeting): Checkpoint {
  const shown = refusing("wrong-checkpoint", "the checkpoint is not signed by the meeting's ledger key", () => {
    verifyNote(note, [new VerifierKey(meeting.origin, ED25519, meeting.ledgerKey)]);
    return parseCheckpoint(parseNote(note).text);
  });
  if (shown.origin !== meeting.origin) throw new Stop("wrong-checkpoint", "the checkpoint is of another ledger");
  return shown;
}

/** The checkpoint in a note that was checked before it was stored. Throws: Stop (wrong-checkpoint). */
export function readKeptNote(note: string): Checkpoint {
  return refusing("wrong-checkpoint", "the stored checkpoint cannot be read", () =>
    parseCheckpoint(parseNote(note).text),
  );
}

/** Two checkpoints are one history. Throws: Stop (two-histories). */
export function checkOneHistory(old: Checkpoint, grown: Checkpoint, nodes: readonly Uint8Array[]): void {
  refusing("two-histories", "the ledger shown does not continue the one seen before", () =>
    checkConsistency(old.treeSize, old.rootHash, grown.treeSize, grown.rootHash, nodes),
  );
}

/** The moduli of this class, per issuer and page: each line at its own place in entry 0. Throws: Stop (wrong-keys). */
export function issuerModuli(
  lines: readonly string[],
  meeting: Meeting,
  voterClass: string,
): readonly (readonly Uint8Array[])[] {
  const place = meeting.classes.findIndex((one) => one.id === voterClass);
  if (lines.length !== meeting.issuers.length) throw new Stop("wrong-keys", "not one line of keys from every issuer");
  return lines.map((line, number) => {
    const named = meeting.keys[number * meeting.classes.length + place];
    if (named === undefined || !equalBytes(leafHash(utf8(line)), named)) {
      throw new Stop("wrong-keys", "the keys shown are not those that entry 0 commits to");
    }
    return refusing("wrong-keys", "an issuer's keys must not be used", () => {
      const entry = members(decodeObject(utf8(line)), "keys");
      const [issuer, ofClass] = [field(entry, "issuer", text), field(entry, "class", text)];
      if (entry["type"] !== "keys" || issuer !== meeting.issuers[number] || ofClass !== voterClass) {
        throw new Stop("wrong-keys", "the keys shown are of another class or issuer");
      }
      const moduli = field(entry, "n", list(bytes(meeting.rsaBits / 8)));
      if (moduli.length !== meeting.pages) {
        throw new Stop("wrong-keys", `expected ${meeting.pages} pages, got ${moduli.length}`);
      }
      for (const modulus of moduli) PublicKey.fromModulus(modulus, meeting.rsaBits);
      return moduli;
    });
  });
}

/** A line is in the ledger of a checkpoint. Throws: Stop (wrong-proof). */
export function checkInLedger(proven: ProvenLine, newest: Checkpoint): void {
  refusing("wrong-proof", "the line is not in the signed ledger", () =>
    checkInclusion(leafHash(utf8(proven.line)), proven.index, newest.treeSize, proven.inclusion, newest.rootHash),
  );
}

/** Why a poll is void, when the line voids this one. Throws: Stop (wrong-proof). */
export function voidReason(line: string, poll: string): string {
  return refusing("wrong-proof", "the line that voids a poll cannot be read", () => {
    const entry = members(decodeObject(utf8(line)), "void");
    if (entry["type"] !== "poll-void" || entry["poll"] !== poll) {
      throw new Stop("wrong-proof", "the poll is said to be void, and the line shown does not void it");
    }
    return field(entry, "reason", text);
  });
}

// ── items and papers ───────────────────────────────────────────────────────────────────────────────────────────────

/** An item with its contests as they stand in the ledger, to compare papers with. */
export interface KnownItem {
  readonly item: Item;
  readonly contests: readonly JsonObject[];
}

/** The items of the agenda. */
export function agendaOf(met: MetMeeting): readonly KnownItem[] {
  const entries = met.entry["agenda"] as readonly JsonObject[];
  return met.meeting.agenda.map((item, place) => ({ item, contests: rawContests(entries[place]) }));
}

/** An item that was added during the meeting; its line is in the ledger. Throws: Stop (wrong-paper). */
export function addedItem(line: string, id: string): KnownItem {
  return refusing("wrong-paper", "the added item cannot be read", () => {
    const entry = decodeObject(utf8(line));
    const raw = entry["item"];
    const item = readItem(raw, "item");
    if (entry["type"] !== "item" || item.id !== id || item.cadre) {
      throw new Stop("wrong-paper", "the item added is another one, or one that must not be added");
    }
    return { item, contests: rawContests(raw) };
  });
}

function rawContests(item: Json | undefined): readonly JsonObject[] {
  const contests = isObject(item) ? item["contests"] : undefined;
  return (Array.isArray(contests) ? contests : []) as readonly JsonObject[];
}

/** A paper that may be shown. */
export interface CheckedPaper {
  /** base64url of its hash. */
  readonly paper: string;
  readonly poll: string;
  readonly item: Item;
  readonly contest: Contest;
  readonly round: number;
  readonly page: number;
  readonly box: number;
  readonly length: number;
}

/** What the phone itself knows and a paper must fit. */
export interface PaperContext {
  readonly met: MetMeeting;
  readonly voterClass: string;
  readonly pages: number;
  /** Page → paper of the ballots made so far. */
  readonly usedPages: ReadonlyMap<number, string>;
  readonly items: readonly KnownItem[];
}

/** The line is the paper that the poll names, by its hash. Throws: Stop (wrong-paper). */
export function checkPaperName(line: string, name: string): void {
  if (b64u(leafHash(utf8(line))) !== name) {
    throw new Stop("wrong-paper", "the paper is not the one that the poll names");
  }
}

/** Which item a paper is of. Throws: Stop (wrong-paper). */
export function itemOfPaper(line: string): string {
  return refusing("wrong-paper", "the paper cannot be read", () => field(decodeObject(utf8(line)), "item", text));
}

/** The paper asks the agenda's question, on a page and for a box that fit. Throws: Stop (wrong-paper). */
export function checkPaper(line: string, poll: Poll, context: PaperContext): CheckedPaper {
  return refusing("wrong-paper", "the paper cannot be read", () => {
    const entry = decodeObject(utf8(line));
    const { meeting, fingerprint } = context.met;
    const name = b64u(leafHash(utf8(line)));
    const [page, box] = [field(entry, "page", count), field(entry, "box", count)];
    const [round, length] = [field(entry, "round", count), field(entry, "length", count)];
    const contest = readContest(entry["contest"], "contest");
    const known = context.items.find((one) => one.item.id === entry["item"]);
    const printed = known?.contests.find((one) => one["id"] === contest.id);
    const used = context.usedPages.get(page);

    function must(holds: boolean, otherwise: string): void {
      if (!holds) throw new Stop("wrong-paper", otherwise);
    }
    must(entry["type"] === "paper" && entry["fingerprint"] === b64u(fingerprint), "the paper is of another meeting");
    must(
      field(entry, "classes", list(text)).includes(context.voterClass),
      `class ${context.voterClass} does not vote on it`,
    );
    must(page >= 1 && page <= context.pages, `there is no page ${page} in the booklet`);
    must(used === undefined || used === name, `page ${page} is used for another paper`);
    must(box === poll.box && box >= 1 && box < meeting.boxes.length, "its box is not the poll's");
    must(
      field(entry, "box_key", text) === b64u(meeting.boxes[box]?.key ?? new Uint8Array(0)),
      "its box key is not the one made before the meeting",
    );
    must(
      known !== undefined && printed !== undefined && isContestOf(entry["contest"] as JsonObject, printed, round),
      "its question is not the one of the agenda",
    );
    must(length === paddedLength(contest.ballot), "ballots of this length would stand out");
    const item = (known as KnownItem).item;
    return { paper: name, poll: poll.poll, item, contest, round, page, box, length };
  });
}

/** The agenda's contest; in later rounds some of its candidates may be gone, in the order they had. */
function isContestOf(printed: JsonObject, agenda: JsonObject, round: number): boolean {
  if (sameJson(printed, agenda)) return true;
  const [ballot, whole] = [printed["ballot"], agenda["ballot"]];
  if (round < 2 || !isObject(ballot) || !isObject(whole)) return false;
  const [left, all] = [ballot["candidates"], whole["candidates"]];
  if (!Array.isArray(left) || !Array.isArray(all) || left.length === 0) return false;
  const kept = all.filter((one: Json) => left.some((other: Json) => sameJson(one, other)));
  if (!sameJson(left, kept)) return false;
  return sameJson({ ...printed, ballot: { ...ballot, candidates: all } }, agenda);
}

function sameJson(left: Json, right: Json): boolean {
  return equalBytes(encode(left), encode(right));
}

// ── receipts and the close ─────────────────────────────────────────────────────────────────────────────────────────

/** The receipt of this line. Throws: Stop (wrong-receipt). */
export function checkOwnReceipt(line: string, receipt: Uint8Array, meeting: Meeting): void {
  refusing("wrong-receipt", "the receipt is not signed by the meeting's receipt key", () =>
    checkReceipt(meeting.receiptKey, ballotId(utf8(line)), receipt),
  );
}

/** The ids of all ballots of a closed poll, as text; `close` is the checkpoint of its note. Throws: Stop (wrong-proof). */
export function closedBallots(answer: BallotIds, close: Checkpoint): ReadonlySet<string> {
  refusing("wrong-proof", "the list of ballots is not the one of the close", () =>
    checkRange(answer.ids, answer.start, close.treeSize, answer.nodes, close.rootHash),
  );
  return new Set(answer.ids.map(b64u));
}

export function ballotIdOf(line: string): string {
  return b64u(ballotId(utf8(line)));
}
