// The journey of one phone through a meeting: what is on the screen, as ONE union, and what a tap may do.
//
// `Phone` (made by `startPhone` in machine.ts) always shows exactly one `Journey`. A screen draws what it is given and
// calls an act; it keeps nothing about the meeting itself, except which of several papers it scrolled to. There are no words for
// people in here beyond those of the meeting file: codes become words in the locales. Times are milliseconds of the
// phone's clock (Date.now). Nothing here holds a slip secret, a key, a ballot id or a receipt, so drawing a whole
// `Journey` gives none away. Choices stand in `ballot` and `review` alone.
//
//   opening → no-slip | damaged-slip | wrong-address
//           → welcome → redeeming → slip-used
//                                 → waiting ⇄ ballot ⇄ review → sending → received → waiting … → meeting-closed
//   anywhere → stopped; before anything is drawn of a slip that another tab holds: other-tab
//
// The parts of a screen are in room.ts and paper.ts, and are exported from here too. Changes are listed at the end.

import type { Subject } from "../api/meeting.ts";
import type { Draft, PaperView } from "./paper.ts";
import type { MeetingFacts, Room } from "./room.ts";

export type * from "./paper.ts";
export type * from "./room.ts";

export type Journey =
  | Opening
  | NoSlip
  | DamagedSlip
  | WrongAddress
  | OtherTab
  | Welcome
  | Redeeming
  | SlipUsed
  | Waiting
  | Filling
  | Reviewing
  | Sending
  | Received
  | MeetingClosed
  | Stopped;

export type JourneyKind = Journey["kind"];

// ── what every screen of a meeting may have to say besides ─────────────────────────────────────────────────────────

/** `trying`: nobody answers, or the service is busy; the phone goes on by itself and loses nothing. */
export type Connection =
  | { readonly state: "ok" }
  | {
      readonly state: "trying";
      readonly why: "no-answer" | "busy";
      readonly since: number;
      /** When it tries again by itself; `acts.tryNow` does it at once. */
      readonly nextTry: number;
      readonly tries: number;
    };

/** `memory`: this browser keeps nothing (private mode): the page must stay open until the meeting ends. */
export type Keeping = "stored" | "memory";

interface Ambient {
  readonly connection: Connection;
  readonly keeping: Keeping;
}

// ── before redeeming ───────────────────────────────────────────────────────────────────────────────────────────────

/** Reading what is stored, fetching and checking the meeting. */
export interface Opening extends Ambient {
  readonly kind: "opening";
}

/** The page was opened without a slip, and none is stored: scan it (`acts.scan`). */
export interface NoSlip {
  readonly kind: "no-slip";
}

/** What was scanned or opened is not the text of a slip, or a part of it is missing. `acts.scan` tries again. */
export interface DamagedSlip {
  readonly kind: "damaged-slip";
}

/** The slip is good, but it is for another address, or this address does not know the meeting. */
export interface WrongAddress {
  readonly kind: "wrong-address";
  readonly why: "other-host" | "no-such-meeting";
  /** Hosts, e.g. "ballot.example". Equal when the meeting is unknown here. */
  readonly here: string;
  readonly onSlip: string;
}

/** Another tab or window of this browser is open with the same slip. This one goes on by itself when that is closed. */
export interface OtherTab {
  readonly kind: "other-tab";
}

/** All checks passed; nothing is spent yet. `acts.redeem` is the tap on 领取选票. */
export interface Welcome extends Ambient {
  readonly kind: "welcome";
  readonly meeting: MeetingFacts;
  /** The eight words of the fingerprint in the meeting's language, to compare with the hall's screen. */
  readonly words: readonly string[];
  /** Titles of the agenda, in order. */
  readonly agenda: readonly string[];
  /** Pages of the booklet. */
  readonly pages: number;
}

/** Seconds to a minute on a slow phone. */
export interface Redeeming extends Ambient {
  readonly kind: "redeeming";
  readonly meeting: MeetingFacts;
  /** making: blinding the pages; asking: waiting for the service; checking: unblinding what it signed. */
  readonly stage: "making" | "asking" | "checking";
  /** Steps done in this stage, of `of`; while asking, and before the first step, both are 0. */
  readonly done: number;
  readonly of: number;
}

/**
 * Used, void, inactive or unknown: nobody learns which. One screen: please go to the desk. `acts.scan` takes another slip;
 * `acts.tryNow` goes back to welcome, for a slip that the desk has made good.
 */
export interface SlipUsed {
  readonly kind: "slip-used";
  readonly meeting: MeetingFacts;
}

// ── the meeting ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Nothing to do here right now. */
export interface Waiting extends Ambient {
  readonly kind: "waiting";
  readonly room: Room;
}

/** All polls are done, the meeting is closed, everything secret on this phone is deleted. */
export interface MeetingClosed {
  readonly kind: "meeting-closed";
  readonly room: Room;
}

// ── voting ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** All papers of the open poll that this class votes on and this phone has not cast. */
export interface Filling extends Ambient {
  readonly kind: "ballot";
  readonly meeting: MeetingFacts;
  readonly poll: string;
  readonly papers: readonly PaperView[];
  /** `acts.review` does something: no paper has a problem. */
  readonly ready: boolean;
}

/** The choices once more, all of them; `acts.cast` (投出选票) or `acts.back`. */
export interface Reviewing extends Ambient {
  readonly kind: "review";
  readonly meeting: MeetingFacts;
  readonly poll: string;
  readonly papers: readonly PaperView[];
  /** After the tap this phone will wait 20 to 120 s: it redeemed while the poll was open. Said so before. */
  readonly willWait: boolean;
}

/** Ballots are stored and go out one by one. No choice is shown from here on, nowhere. */
export interface Sending extends Ambient {
  readonly kind: "sending";
  readonly meeting: MeetingFacts;
  readonly poll: string;
  readonly total: number;
  readonly received: number;
  /** A random wait before the first one, so that redeeming and casting are not seen together. */
  readonly wait: { readonly from: number; readonly until: number } | null;
}

/** All ballots of the open poll have a checked receipt. Stays until the poll ends. */
export interface Received extends Ambient {
  readonly kind: "received";
  readonly poll: string;
  readonly total: number;
  /** Ballots that the service will not take, with its code: desk. Usually none; the others are all in. */
  readonly refused: readonly { readonly title: string; readonly subject: Subject | null; readonly code: string }[];
  readonly room: Room;
}

// ── the end of trust ───────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The phone sends nothing more: red, plain words for each code, "show this to a scrutineer".
 *
 * wrong-meeting       the meeting is not the one whose fingerprint is on the slip
 * wrong-keys          issuer keys other than those the fingerprint commits to, or unfit ones
 * wrong-checkpoint    a checkpoint that the ledger key has not signed, or of another ledger
 * wrong-proof         something is not in the signed ledger
 * wrong-paper         a paper that is not the agenda's question, page, box or length
 * wrong-signature     the booklet does not verify: it is given up and never asked for again
 * booklet-abandoned   the same, found again when the page was opened later
 * wrong-receipt       a receipt that the meeting's receipt key has not signed
 * two-histories       a ledger that does not continue the one seen before
 * wrong-answer        an answer that is not what the interface promises, again and again
 * storage-damaged     what this phone stored cannot be read
 * internal            a mistake of this page itself
 */
export type StopCode =
  | "wrong-meeting"
  | "wrong-keys"
  | "wrong-checkpoint"
  | "wrong-proof"
  | "wrong-paper"
  | "wrong-signature"
  | "booklet-abandoned"
  | "wrong-receipt"
  | "two-histories"
  | "wrong-answer"
  | "storage-damaged"
  | "internal";

export interface Stopped {
  readonly kind: "stopped";
  readonly code: StopCode;
  /** One technical line in English for the scrutineer; no secrets. */
  readonly detail: string;
  readonly meeting: MeetingFacts | null;
  /** Ballots of this phone whose receipts were checked before: they stay counted. */
  readonly received: number;
}

// ── acts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a tap calls. An act that does not belong to the screen does nothing; none throws and none returns a promise. */
export interface Acts {
  /** The text of a QR code: on no-slip, damaged-slip, wrong-address, slip-used. */
  scan(text: string): void;
  /** 领取选票, on welcome. */
  redeem(): void;
  /** Replaces the draft of a paper, on ballot. */
  fill(paper: string, draft: Draft): void;
  /** ballot → review, when `ready`. */
  review(): void;
  /** review → ballot. */
  back(): void;
  /** 投出选票, on review. */
  cast(): void;
  /** Try the connection at once. */
  tryNow(): void;
}

/** One phone. The page makes one, subscribes, and draws. */
export interface Phone {
  readonly journey: Journey;
  /** Called after every change, never during a call of an act. Returns what ends it. */
  subscribe(listener: (journey: Journey) => void): () => void;
  readonly acts: Acts;
  /** The page is seen or hidden (visibilitychange), or the device says that it is online again. */
  seen(visible: boolean): void;
  online(): void;
  /** The page goes away: lets go of the lock, forgets drafts. */
  leave(): void;
}

// Changes
// - `Received.refused`: what the service will not take is said there too.
// - Parts moved to room.ts and paper.ts; import them from here as before.
// - `Welcome.words` in one language, the meeting's.
// - StopCode "internal". `Redeeming.done` counts steps, not pages. `tryNow` on slip-used.
