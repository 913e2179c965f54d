// What a scrutineer's phone checks before it gives a share away: the meeting, that the card belongs to every box, and that
// a poll is closed. It knows its card, and the checkpoint it saw last.
//
// Text: docs/protocol.md §6, "Before it releases a pad".

import type { ProvenLine, State } from "../api/answers.ts";
import { Refused, WrongAnswer } from "../api/errors.ts";
import type { Contest, Meeting } from "../api/meeting.ts";
import { bytes, count, field, list, members, text } from "../api/read.ts";
import { readContest, readMeeting } from "../api/readMeeting.ts";
import type { Service } from "../api/service.ts";
import { type Bytes, equalBytes, startsWith, utf8 } from "../crypto/bytes.ts";
import { decodeObject } from "../crypto/canonical.ts";
import type { Checkpoint } from "../crypto/checkpoint.ts";
import { b64u } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import { leafHash } from "../crypto/merkle.ts";
import { shareCommitment, sharePad, xor } from "../crypto/shares.ts";
import { checkHead, checkInLedger, checkOneHistory, readKeptNote, readSignedNote, Stop } from "../voting/checks.ts";
import type { CardCode } from "./code.ts";

const KEY = bytes(32);

/** Why nothing goes on. The message is one technical line for whoever is called. */
export class CardStop extends Error {
  readonly code: CardStopCode;

  constructor(code: CardStopCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** other-meeting: not the one on the card. other-card: not one of this meeting's. other-boxes: exchanged since the
    ceremony. not-closed: what is shown as the close of a poll is none. two-histories: the ledger is not one. */
export type CardStopCode = "other-meeting" | "other-card" | "other-boxes" | "not-closed" | "two-histories";

/** One box's public part. */
interface SealedBox {
  readonly key: Uint8Array;
  readonly sealed: readonly Uint8Array[];
  readonly commit: readonly Uint8Array[];
}

/** A question of a poll, as it was printed. */
export interface Question {
  readonly contest: Contest;
  readonly round: number;
}

/** Where the newest checkpoint rests between two visits; it is public. */
export interface Notes {
  read(meetingId: string): string | null;
  keep(meetingId: string, note: string): void;
}

/** One meeting as one card sees it. */
export class CardLedger {
  readonly meeting: Meeting;
  readonly fingerprint: Bytes;
  /** Counts from 1. */
  readonly card: number;
  private readonly boxes: readonly SealedBox[];
  private readonly secret: Uint8Array;
  private readonly service: Service;
  private readonly notes: Notes;
  private readonly questions = new Map<string, Question & { readonly box: number; readonly boxKey: string }>();

  private constructor(parts: {
    meeting: Meeting;
    fingerprint: Bytes;
    card: number;
    boxes: readonly SealedBox[];
    secret: Uint8Array;
    service: Service;
    notes: Notes;
  }) {
    this.meeting = parts.meeting;
    this.fingerprint = parts.fingerprint;
    this.card = parts.card;
    this.boxes = parts.boxes;
    this.secret = parts.secret;
    this.service = parts.service;
    this.notes = parts.notes;
  }

  /** Fetch the meeting and hold it against the card; gives nothing away. Throws: CardStop, NoAnswer, Refused. */
  static async meet(service: Service, meetingId: string, code: CardCode, notes: Notes): Promise<CardLedger> {
    const head = await service.head();
    const data = utf8(head.meeting);
    const fingerprint = leafHash(data) as Bytes;
    if (code.prefix !== null && !startsWith(fingerprint, code.prefix)) {
      throw new CardStop("other-meeting", "the meeting shown has another fingerprint than the card");
    }
    const { meeting, boxes } = refusing("other-meeting", "entry 0 is not a meeting", () => {
      const entry = decodeObject(data);
      return { meeting: readMeeting(entry), boxes: field(entry, "boxes", list(readSealedBox)) };
    });
    if (meeting.id !== meetingId) throw new CardStop("other-meeting", "entry 0 is of another meeting");
    refusing("two-histories", "entry 0 is not in the signed ledger", () =>
      checkHead(head, { meeting, entry: {}, fingerprint }),
    );
    const card = cardOf(meeting.id, boxes, code.secret);
    const ledger = new CardLedger({ meeting, fingerprint, card, boxes, secret: code.secret, service, notes });
    await ledger.accept(head.checkpoint);
    return ledger;
  }

  get boxCount(): number {
    return this.boxes.length;
  }

  /** What this card gives for one box. */
  pad(box: number): Bytes {
    const { key } = this.boxes[box] as SealedBox;
    return sharePad(this.secret, this.meeting.id, box, key);
  }

  /** The state, of a ledger that goes on from what was seen before; null when nothing is new. Throws also: CardStop. */
  async state(known: number | null): Promise<State | null> {
    const state = await this.service.state(known);
    if (state !== null) await this.accept(state.checkpoint);
    return state;
  }

  /** The questions of a poll, by the hashes of its papers. Throws also: CardStop (not-closed). */
  async questionsOf(papers: readonly string[], box: number): Promise<readonly Question[]> {
    const found: Question[] = [];
    for (const paper of papers) {
      const known = this.questions.get(paper) ?? (await this.fetchPaper(paper));
      if (known.box !== box || known.boxKey !== b64u((this.boxes[box] as SealedBox).key)) {
        throw new CardStop("not-closed", `a paper of this poll is for another box than ${box}`);
      }
      found.push(known);
    }
    return found;
  }

  /** The poll is closed, and these are its papers: its close line ends a tree that this ledger goes on from.
      Throws: CardStop (not-closed, two-histories), NoAnswer, Refused. */
  async checkClosed(poll: string, close: ProvenLine): Promise<readonly string[]> {
    const closed = await this.accept(close.checkpoint);
    return refusing("not-closed", "the poll is not closed in the signed ledger", () => {
      if (close.index !== closed.treeSize - 1) {
        throw new CardStop("not-closed", "the line shown as the close is not the last of its tree");
      }
      checkInLedger(close, closed);
      const entry = decodeObject(utf8(close.line));
      if (entry["type"] !== "poll-close" || entry["poll"] !== poll) {
        throw new CardStop("not-closed", "the line shown as the close closes something else");
      }
      const papers = field(
        entry,
        "counts",
        list((one, at) => field(members(one, at), "paper", text, at)),
      );
      return [...new Set(papers)];
    });
  }

  private async fetchPaper(name: string): Promise<Question & { box: number; boxKey: string }> {
    const proven = await this.service.paper(name);
    const newest = await this.accept(proven.checkpoint);
    const read = refusing("not-closed", "a paper of this poll cannot be read", () => {
      if (b64u(leafHash(utf8(proven.line))) !== name) throw new CardStop("not-closed", "it is another paper");
      checkInLedger(proven, newest);
      const entry = decodeObject(utf8(proven.line));
      return {
        contest: readContest(entry["contest"], "contest"),
        round: field(entry, "round", count),
        box: field(entry, "box", count),
        boxKey: field(entry, "box_key", text),
      };
    });
    this.questions.set(name, read);
    return read;
  }

  /** A checkpoint that continues the one kept, or that the one kept continues. Throws: CardStop, NoAnswer, Refused. */
  private async accept(note: string): Promise<Checkpoint> {
    const shown = refusing("two-histories", "a checkpoint of another ledger", () => readSignedNote(note, this.meeting));
    const kept = this.notes.read(this.meeting.id);
    if (kept === note) return shown;
    const old = kept === null ? null : ownNote(kept, this.meeting);
    if (old === null) {
      this.notes.keep(this.meeting.id, note);
      return shown;
    }
    const [less, more] = old.treeSize <= shown.treeSize ? [old, shown] : [shown, old];
    const nodes = less.treeSize === more.treeSize ? [] : await this.consistency(less.treeSize, more.treeSize);
    refusing("two-histories", "the ledger does not go on from what was seen before", () =>
      checkOneHistory(less, more, nodes),
    );
    if (shown.treeSize > old.treeSize) this.notes.keep(this.meeting.id, note);
    return shown;
  }

  private async consistency(old: number, grown: number): Promise<readonly Uint8Array[]> {
    try {
      return await this.service.consistency(old, grown);
    } catch (error) {
      if (error instanceof Refused && error.code === "bad-request") {
        throw new CardStop("two-histories", "the ledger is shorter than it was shown before");
      }
      throw error;
    }
  }
}

/** The note that was kept, if it is of this very ledger: a meeting published anew under the same id begins afresh. */
function ownNote(kept: string, meeting: Meeting): Checkpoint | null {
  try {
    readSignedNote(kept, meeting);
    return readKeptNote(kept);
  } catch (error) {
    if (error instanceof Stop) return null;
    throw error;
  }
}

/** Which card this is. Its secret fits one number of the test box, and must then fit that number of every box: who does
    not know the secret cannot make a box that does. Throws: CardStop (other-card, other-boxes). */
function cardOf(meetingId: string, boxes: readonly SealedBox[], secret: Uint8Array): number {
  const fits = (box: number, card: number): boolean => {
    const { key, sealed, commit } = boxes[box] as SealedBox;
    const [own, promised] = [sealed[card - 1], commit[card - 1]];
    if (own === undefined || promised === undefined) return false;
    const share = xor(own, sharePad(secret, meetingId, box, key));
    return equalBytes(shareCommitment(meetingId, box, card, share), promised);
  };
  const cards = boxes[0]?.sealed.length ?? 0;
  const card = Array.from({ length: cards }, (_, index) => index + 1).find((number) => fits(0, number));
  if (card === undefined) throw new CardStop("other-card", "the card is not one of this meeting's");
  const exchanged = boxes.findIndex((_, box) => !fits(box, card));
  if (exchanged >= 0) throw new CardStop("other-boxes", `box ${exchanged} was not made with card ${card}`);
  return card;
}

function readSealedBox(value: unknown, at: string): SealedBox {
  const box = members(value, at);
  return {
    key: field(box, "key", KEY, at),
    sealed: field(box, "sealed", list(KEY), at),
    commit: field(box, "commit", list(KEY), at),
  };
}

function refusing<T>(code: CardStopCode, message: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof CryptoError || error instanceof WrongAnswer || error instanceof Stop) {
      throw new CardStop(code, `${message}: ${error.message}`);
    }
    throw error;
  }
}
