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
// Changes to this file are listed at its end.

import type { Ballot, BallotKind, Mark, Step, Subject, VoterClass } from "../api/meeting.ts";

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

/** Who meets, where, when; and the class of this slip. */
export interface MeetingFacts {
  readonly id: string;
  readonly title: string;
  readonly organiser: string;
  readonly place: string;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Of the meeting file: "zh-CN" or "en". The screens begin in it. */
  readonly locale: string;
  readonly voterClass: VoterClass;
  /** Whether the box keys were made on the server, and whether the hall has HTTPS: both are said to people. */
  readonly ceremony: "offline" | "server";
  readonly transport: "https" | "plain";
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
  /** The eight words of the fingerprint, to compare with the hall's screen. */
  readonly words: { readonly zh: readonly string[]; readonly en: readonly string[] };
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

/**
 * What became of this phone's ballot on one paper.
 *
 * sending      stored on this phone, no receipt yet; it is sent again and again
 * received     the receipt is checked; its poll is open, or closed and not checked yet
 * in           its poll is closed and it lies in the box: checked
 * missing      has a receipt and is NOT in the box: red. `objection` says whether the protest has arrived
 * not-taken    the poll closed before it arrived: not counted. Desk
 * not-cast     the poll closed (or was voided) and this phone had cast nothing
 * refused      the service will not take it, with its code: desk. Nothing else of this phone is touched
 * void         the poll was voided: not counted, for nobody; there will be a new one
 */
export type Fate =
  | { readonly fate: "sending" | "received" | "in" | "not-taken" | "not-cast" | "void" }
  | { readonly fate: "missing"; readonly objection: "sending" | "recorded" }
  | { readonly fate: "refused"; readonly code: string };

export interface StepLine {
  readonly step: Step;
  readonly done: boolean;
}

/** ahead, under way (a step is recorded, no poll yet), voting, counting (closed, the box waits), done (a box was opened). */
export type ItemProgress = "ahead" | "under-way" | "voting" | "counting" | "done";

/** A contest as a line of the agenda. */
export interface ContestLine {
  readonly id: string;
  readonly title: string;
  readonly subject: Subject | null;
  /** Whether this slip's class votes on it. */
  readonly mine: boolean;
  /** Its last poll, or null before the first. */
  readonly poll: { readonly id: string; readonly phase: PollPhase; readonly round: number } | null;
  /** Null before its first poll, and where the class does not vote. */
  readonly fate: Fate | null;
  /** Where it was announced to the hall or the public. */
  readonly result: Result | null;
}

export type PollPhase = "open" | "closed" | "opened" | "void";

export interface AgendaLine {
  readonly id: string;
  readonly title: string;
  /** Let in during the meeting. */
  readonly added: boolean;
  readonly steps: readonly StepLine[];
  readonly progress: ItemProgress;
  readonly contests: readonly ContestLine[];
}

/** Everything in the waiting room; also under `received` and after the meeting. */
export interface Room {
  readonly meeting: MeetingFacts;
  /** In total, without observers; null until somebody recorded it. */
  readonly attendance: { readonly expected: number; readonly present: number } | null;
  readonly agenda: readonly AgendaLine[];
  /** The item that comes next or is under way: an id in `agenda`; null when all are done. */
  readonly next: string | null;
  /** A poll is open, and this phone has nothing (more) to do in it. */
  readonly openPoll: "none" | "not-my-class" | "all-cast";
  /** The poll in which this phone had a paper and that ended last: the card on top. */
  readonly latest: EndedPoll | null;
  /** Ballots of this phone that still have no receipt. The page must stay open while this is not 0. */
  readonly unsent: number;
}

export interface EndedPoll {
  readonly poll: string;
  readonly phase: Exclude<PollPhase, "open">;
  /** checking: the list of the box is being fetched. Then the worst fate of `papers` decides the card's colour. */
  readonly checking: boolean;
  readonly papers: readonly {
    readonly contest: string;
    readonly title: string;
    readonly subject: Subject | null;
    readonly round: number;
    readonly fate: Fate;
  }[];
}

/** A result as announced. Exact figures are strings; `display` is rounded for people. */
export interface Result {
  readonly round: number;
  readonly ballot: BallotKind;
  readonly counts: Readonly<Record<CountName, number>>;
  /** In the order of the ballot. approval: one row per candidate; else one row per option, grade or score cast. */
  readonly rows: readonly ResultRow[];
  readonly state: "decided" | "undecided" | "counted";
  readonly reasons: readonly RoundReason[];
  readonly next: "none" | "committee-decides" | "revote" | "ended";
  /** Rates, means and points by rule id; `display` null where the base is 0. */
  readonly values: readonly { readonly id: string; readonly display: string | null }[];
}

export type CountName =
  "expected" | "present" | "issued" | "returned" | "invalid" | "valid" | "abstain" | "unknown" | "scored";

export type RoundReason = "tie" | "none" | "too-few";

export interface ResultRow {
  readonly id: string;
  /** Of the candidate, option or grade; the score itself. */
  readonly name: string;
  /** approval: all three. Others: `count` alone. */
  readonly votes:
    | { readonly kind: "marks"; readonly approve: number; readonly oppose: number; readonly abstain: number }
    | { readonly kind: "count"; readonly count: number };
  readonly passed: boolean;
  readonly elected: boolean;
  /** Null where the contest has no ranks or the item hides them. */
  readonly rank: number | null;
}

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

/**
 * What a person has filled in so far; in memory only. choices.ts has the functions that change one and never let it
 * break a limit (`emptyDraft`, `withMark`, `withPick`, `withWriteIn`, `withGrade`, `withScore`, `withText`).
 */
export type Draft =
  /** A candidate that is not named has no mark yet, and is sent as abstain. */
  | { readonly kind: "approval"; readonly marks: Readonly<Record<string, Mark>> }
  /** Option ids; names as typed, at most `writeIn` of them, empty ones are left out. */
  | { readonly kind: "pick"; readonly picks: readonly string[]; readonly writeIn: readonly string[] }
  /** answer: a grade's id, "unknown", or null: nothing chosen. */
  | { readonly kind: "grade"; readonly answer: { readonly grade: string } | "unknown" | null }
  /** score: as in `ballot.scores`. */
  | { readonly kind: "score"; readonly answer: { readonly score: string } | "unknown" | null }
  | { readonly kind: "comment"; readonly text: string };

/**
 * Why a draft cannot be cast as it is. Functions of choices.ts prevent `too-many`; text that a person types can be wrong.
 *
 * too-many        more approvals, picks or names than allowed; `max`
 * name-too-long   a written name has more than 20 characters
 * name-characters white space inside a written name, or characters that cannot be printed
 * name-repeated   two written names are equal, or one is that of a picked option
 * text-too-long   `max` characters
 * text-characters the text has characters that cannot be printed (a line break is one)
 * not-a-score     not one of `ballot.scores`
 */
export type DraftProblem =
  | { readonly code: "too-many" | "name-too-long" | "text-too-long"; readonly max: number }
  | { readonly code: "name-characters" | "name-repeated" | "text-characters" | "not-a-score" };

/** Why there is a further round or the same again. `further-round`: no reason was announced. */
export type AgainWhy =
  | { readonly why: "voided" }
  | { readonly why: "revote"; readonly reasons: readonly RoundReason[] }
  | { readonly why: "further-round" };

/** One paper to fill in. */
export interface PaperView {
  /** Names the paper in acts. */
  readonly paper: string;
  readonly item: { readonly id: string; readonly title: string };
  readonly contest: { readonly id: string; readonly title: string };
  readonly subject: Subject | null;
  /** How many are to be elected, where a rule says so; in later rounds perhaps fewer: then null. */
  readonly seats: number | null;
  readonly round: number;
  readonly again: AgainWhy | null;
  readonly ballot: Ballot;
  readonly draft: Draft;
  /** As it stands it would be counted as abstention (弃权). Allowed. */
  readonly blank: boolean;
  /** Candidates without a mark yet; 0 for other kinds. Allowed: they are sent as abstain. */
  readonly unmarked: number;
  readonly problem: DraftProblem | null;
}

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
// - StopCode "internal". `Redeeming.done` counts steps, not pages. `tryNow` on slip-used.
