// What a phone must not lose, and nothing else: written before every request that depends on it, so that a phone which is
// switched off at any moment goes on from here with the same bytes. Never a choice in the clear, never the slip's secret.
//
// Byte strings are base64url. A session is never changed, only replaced: `Keeper.change` writes the new one first.

import type { Lengths } from "../api/answers.ts";
import {
  bytes,
  count,
  field,
  flag,
  list,
  type Members,
  members,
  oneOf,
  orNull,
  type Reader,
  text,
} from "../api/read.ts";
import { concat } from "../crypto/bytes.ts";
import { b64u, lp, tag } from "../crypto/encoding.ts";
import { leafHash } from "../crypto/merkle.ts";
import { keepKey, redeemToken, type SlipCode } from "../crypto/slips.ts";
import { DamagedStorage, type Deposit, type Store, TakenOver } from "./store.ts";

const FORMAT = "ballot-service/phone/1";

/** A page of the booklet. */
export interface StoredPage {
  readonly number: number;
  /** Deleted as soon as its ballot is made: from then on only the stored line is sent. */
  readonly keySeed: string | null;
  /** None either from then on: they stand in the ballot, and would show whose it is. */
  readonly credentials: readonly string[];
}

/**
 * A ballot from the moment it is made.
 *
 * sent: no receipt yet. received: the receipt was checked. in, missing: what the closed poll's list says.
 * objected: missing, and the protest is recorded. not-taken: closed without it. refused: see `refusal`; sent again all the same.
 * deposited: handed over by a terminal; nothing is left here to send, to show or to look up.
 */
export interface StoredBallot {
  readonly page: number;
  readonly poll: string;
  readonly box: number;
  /** The sealed line; deleted once the ballot is in the box. */
  readonly line: string | null;
  readonly receipt: string | null;
  readonly fate: "sent" | "received" | "in" | "missing" | "objected" | "not-taken" | "refused" | "deposited";
  readonly refusal: string | null;
}

export interface Session {
  readonly revision: number;
  readonly baseUrl: string;
  readonly meetingId: string;
  readonly voterClass: string;
  /** 20 bytes of the fingerprint, from the slip. */
  readonly prefix: string;
  /** T; deleted once the booklet is complete. */
  readonly token: string | null;
  /** From before redeeming until the booklet is complete. */
  readonly seed: string | null;
  /** The service's last word on the slip was `slip-used`: it is asked again on a tap only. */
  readonly slipUsed: boolean;
  /** An answer to the booklet was wrong: it is never asked for again. */
  readonly abandoned: boolean;
  /** The line of entry 0. */
  readonly meetingLine: string | null;
  readonly lengths: Lengths | null;
  /** The newest checkpoint seen, a signed note; every other one must be consistent with it. */
  readonly note: string | null;
  readonly pages: readonly StoredPage[];
  /** Polls that were open while this phone redeemed; the first cast in one of them waits. */
  readonly redeemedDuring: readonly string[];
  /** Redeemed, and no state of the meeting seen since. */
  readonly justRedeemed: boolean;
  /** When the first stored ballot may go out, and when that wait began. */
  readonly wait: { readonly from: number; readonly until: number } | null;
  /** By paper hash. */
  readonly ballots: Readonly<Record<string, StoredBallot>>;
  /** Polls whose list of ballots was checked. */
  readonly checkedPolls: readonly string[];
  /** Polls whose line in the ledger says that they are void, and why. */
  readonly voids: readonly { readonly poll: string; readonly reason: string }[];
  /** The meeting is closed and everything of it was checked: keys are deleted. */
  readonly over: boolean;
}

/** Under what a slip's session is stored: known to who holds the slip, and leading to nothing that the ledger holds. */
export function sessionName(slip: SlipCode): string {
  return b64u(leafHash(concat(tag("keep"), lp(slip.meetingId), keepKey(slip.secret))));
}

export function newSession(slip: SlipCode): Session {
  return {
    revision: 0,
    baseUrl: slip.baseUrl,
    meetingId: slip.meetingId,
    voterClass: slip.voterClass,
    prefix: b64u(slip.fingerprintPrefix),
    token: b64u(redeemToken(slip.secret)),
    seed: null,
    slipUsed: false,
    abandoned: false,
    meetingLine: null,
    lengths: null,
    note: null,
    pages: [],
    redeemedDuring: [],
    justRedeemed: false,
    wait: null,
    ballots: {},
    checkedPolls: [],
    voids: [],
    over: false,
  };
}

/** The session of this page, and the only way to change it. */
export class Keeper {
  private readonly store: Store;
  private readonly name: string;
  private kept: Session;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, name: string, kept: Session) {
    this.store = store;
    this.name = name;
    this.kept = kept;
  }

  /** What is stored under a name, else `fresh` stored now; null when there is neither. Throws: DamagedStorage. */
  static async open(store: Store, name: string, fresh: Session | null): Promise<Keeper | null> {
    const stored = await store.read(`session/${name}`);
    if (stored !== undefined) return new Keeper(store, name, read(stored));
    if (fresh === null) return null;
    const keeper = new Keeper(store, name, fresh);
    await keeper.change((session) => session);
    return keeper;
  }

  get session(): Session {
    return this.kept;
  }

  /**
   * Write a changed session, then go by it; one change after the other. The same session back changes nothing.
   * deposit: what leaves with it (store.ts).
   *
   * Throws: TakenOver, when another page has written since.
   */
  change(next: (session: Session) => Session, deposit?: () => Deposit | null): Promise<Session> {
    const done = this.queue.then(() => this.write(next, deposit));
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async write(next: (session: Session) => Session, deposit?: () => Deposit | null): Promise<Session> {
    const changed = next(this.kept);
    if (changed === this.kept && this.kept.revision > 0) return changed;
    const { revision } = this.kept;
    const written = { ...changed, revision: revision + 1 };
    const change = (stored: unknown) => {
      const there = stored === undefined ? 0 : read(stored).revision;
      if (there !== revision) throw new TakenOver();
      return { format: FORMAT, ...written };
    };
    await this.store.update(`session/${this.name}`, change, deposit);
    this.kept = written;
    return written;
  }
}

/** One ballot replaced. */
export function withBallot(session: Session, paper: string, change: Partial<StoredBallot>): Session {
  const ballot = session.ballots[paper];
  if (ballot === undefined) return session;
  return { ...session, ballots: { ...session.ballots, [paper]: { ...ballot, ...change } } };
}

// ── reading what was stored ────────────────────────────────────────────────────────────────────────────────────────

function read(value: unknown): Session {
  try {
    const stored = members(value, "session");
    field(stored, "format", oneOf(FORMAT));
    return readSession(stored);
  } catch (error) {
    throw new DamagedStorage(error instanceof Error ? error.message : "unreadable");
  }
}

function readSession(stored: Members): Session {
  return {
    revision: field(stored, "revision", count),
    baseUrl: field(stored, "baseUrl", text),
    meetingId: field(stored, "meetingId", text),
    voterClass: field(stored, "voterClass", text),
    prefix: field(stored, "prefix", text),
    token: field(stored, "token", orNull(secret(16))),
    seed: field(stored, "seed", orNull(secret(32))),
    slipUsed: field(stored, "slipUsed", flag),
    abandoned: field(stored, "abandoned", flag),
    meetingLine: field(stored, "meetingLine", orNull(text)),
    lengths: field(stored, "lengths", (one) => one as Lengths | null),
    note: field(stored, "note", orNull(text)),
    pages: field(stored, "pages", list(readPage)),
    redeemedDuring: field(stored, "redeemedDuring", list(text)),
    justRedeemed: field(stored, "justRedeemed", flag),
    wait: field(stored, "wait", orNull(readWait)),
    ballots: Object.fromEntries(
      Object.entries(field(stored, "ballots", members)).map(([paper, one]) => [paper, readBallot(one, paper)]),
    ),
    checkedPolls: field(stored, "checkedPolls", list(text)),
    voids: field(stored, "voids", list(readVoid)),
    over: field(stored, "over", flag),
  };
}

function readPage(value: unknown, at: string): StoredPage {
  const page = members(value, at);
  return {
    number: field(page, "number", count, at),
    keySeed: field(page, "keySeed", orNull(secret(32)), at),
    credentials: field(page, "credentials", list(text), at),
  };
}

function readWait(value: unknown, at: string): { readonly from: number; readonly until: number } {
  const wait = members(value, at);
  return { from: field(wait, "from", count, at), until: field(wait, "until", count, at) };
}

function readVoid(value: unknown, at: string): { readonly poll: string; readonly reason: string } {
  const found = members(value, at);
  return { poll: field(found, "poll", text, at), reason: field(found, "reason", text, at) };
}

function readBallot(value: unknown, at: string): StoredBallot {
  const ballot = members(value, at);
  const fates = oneOf("sent", "received", "in", "missing", "objected", "not-taken", "refused", "deposited");
  return {
    page: field(ballot, "page", count, at),
    poll: field(ballot, "poll", text, at),
    box: field(ballot, "box", count, at),
    line: field(ballot, "line", orNull(text), at),
    receipt: field(ballot, "receipt", orNull(text), at),
    fate: field(ballot, "fate", fates, at),
    refusal: field(ballot, "refusal", orNull(text), at),
  };
}

function secret(length: number): Reader<string> {
  return (value, at) => b64u(bytes(length)(value, at));
}
