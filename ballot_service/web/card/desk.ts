// The scrutineer's page as a machine: what it knows, what it waits for, what one tap does. It draws nothing.
//
// The secret is kept in this object alone, as long as the page is open: not in the address, not in any storage. Whoever
// closes the page, or loads it again, scans the card again. So a phone that is put away opens nothing.

import { Refused, WrongAnswer } from "../api/errors.ts";
import type { Meeting } from "../api/meeting.ts";
import { Service } from "../api/service.ts";
import type { Clock } from "../api/clock.ts";
import { systemRandom } from "../crypto/random.ts";
import type { CardCode } from "./code.ts";
import { CardLedger, CardStop, type CardStopCode, type Notes, type Question } from "./ledger.ts";
import { CardService, type Fetch, type ToldBox } from "./service.ts";

/** Why a tap did nothing; the codes of docs/api.md that can be answered to a card. */
export type Refusal = "too-early" | "poll-closed" | "objection-open" | "witness-missing" | "share-wrong" | "other";

/** One box on the screen. */
export interface ShownBox {
  readonly box: number;
  readonly poll: string;
  readonly phase: ToldBox["phase"];
  readonly questions: readonly Question[];
  readonly released: readonly number[];
  /** This card's share is there. */
  readonly mine: boolean;
  readonly waits: "no" | "seconds" | "objection" | "witnesses";
  readonly seconds: number;
}

/** What is shown of a card whose meeting is known. */
export interface Held {
  readonly meeting: Meeting;
  readonly fingerprint: Uint8Array;
  readonly card: number;
  readonly cards: number;
  readonly threshold: number;
  readonly boxCount: number;
  /** Cards that were tried. */
  readonly tested: readonly number[];
  readonly isOver: boolean;
  /** The newest poll last. */
  readonly boxes: readonly ShownBox[];
  /** What the last tap came to. */
  readonly said: { readonly box: number; readonly what: "done" | "again" | Refusal } | null;
  readonly isSending: boolean;
}

export type View =
  | { readonly kind: "no-card"; readonly why: "none" | "damaged" | "wrong-place" }
  | { readonly kind: "reading" }
  | { readonly kind: "compare"; readonly held: Held }
  | { readonly kind: "held"; readonly held: Held }
  | { readonly kind: "stopped"; readonly why: CardStopCode | "no-meeting"; readonly detail: string };

export interface DeskParts {
  readonly origin: string;
  /** Null where the address names no meeting. */
  readonly meetingId: string | null;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly notes: Notes;
}

const LOOK_MS = 2_000;
const AGAIN_MS = 3_000;
const TEST_BOX = 0;
const REFUSALS: readonly Refusal[] = ["too-early", "poll-closed", "objection-open", "witness-missing", "share-wrong"];

export class Desk {
  view: View = { kind: "no-card", why: "none" };
  /** The network does not answer; the page goes on trying. */
  isOffline = false;
  private readonly parts: DeskParts;
  private readonly listeners = new Set<() => void>();
  private ledger: CardLedger | null = null;
  private service: CardService | null = null;
  private size: number | null = null;
  private papers = new Map<string, readonly string[]>();
  private readonly closes = new Map<string, string>();
  private round = 0;
  private cancel = (): void => undefined;

  constructor(parts: DeskParts) {
    this.parts = parts;
    if (parts.meetingId === null) this.view = { kind: "no-card", why: "wrong-place" };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A card was scanned or typed; null for something that is none. */
  take(code: CardCode | null): void {
    this.forget();
    if (this.parts.meetingId === null) return this.show({ kind: "no-card", why: "wrong-place" });
    if (code === null) return this.show({ kind: "no-card", why: "damaged" });
    this.show({ kind: "reading" });
    void this.meet(code, this.parts.meetingId, this.round);
  }

  /** The words are those on the screen. */
  same(): void {
    if (this.view.kind === "compare") this.show({ kind: "held", held: this.view.held });
  }

  /** Put the card away. */
  forget(): void {
    this.round++;
    this.cancel();
    this.ledger = null;
    this.service = null;
    this.size = null;
    this.papers.clear();
    this.closes.clear();
    this.isOffline = false;
    this.show({ kind: "no-card", why: "none" });
  }

  /** Try the card on the test box. */
  test(): Promise<void> {
    return this.release(TEST_BOX, null);
  }

  /** Release this card's share of a box whose poll is closed: checked once more, now. */
  open(box: ShownBox): Promise<void> {
    return this.release(box.box, box.poll);
  }

  private async release(box: number, poll: string | null): Promise<void> {
    const { ledger, service, view } = this;
    if (ledger === null || service === null || view.kind !== "held" || view.held.isSending) return;
    const round = this.round;
    this.change({ isSending: true, said: null });
    let what: NonNullable<Held["said"]>["what"];
    try {
      if (poll !== null) await this.checkClosed(ledger, service, poll, box);
      what = (await service.release(box, ledger.card, ledger.pad(box))) ? "again" : "done";
    } catch (error) {
      if (round !== this.round) return;
      if (error instanceof CardStop) return this.stop(error);
      what = error instanceof Refused ? (REFUSALS.find((one) => one === error.code) ?? "other") : "other";
      this.isOffline = !(error instanceof Refused);
    }
    if (round !== this.round) return;
    this.change({ isSending: false, said: { box, what } });
    this.lookSoon(0);
  }

  /** What is shown may be two seconds old: ask again, and believe nothing but the signed close. */
  private async checkClosed(ledger: CardLedger, service: CardService, poll: string, box: number): Promise<void> {
    const told = await service.boxes(ledger.card, ledger.pad(TEST_BOX));
    const found = told.boxes.find((one) => one.poll === poll && one.box === box);
    if (found?.phase !== "closed" || found.close === null) throw new Refused("poll-closed", 410);
    await ledger.questionsOf(await ledger.checkClosed(poll, found.close), box);
  }

  private async meet(code: CardCode, meetingId: string, round: number): Promise<void> {
    const { origin, fetch, clock, notes } = this.parts;
    const signal = new AbortController().signal;
    const service = new Service({ baseUrl: origin, meetingId, fetch, random: systemRandom, clock, signal });
    try {
      const ledger = await CardLedger.meet(service, meetingId, code, notes);
      if (round !== this.round) return;
      this.ledger = ledger;
      this.service = new CardService(origin, meetingId, fetch);
      this.isOffline = false;
      const held = await this.look(ledger, this.service, null);
      if (round !== this.round) return;
      this.show({ kind: code.prefix === null ? "compare" : "held", held });
      this.lookSoon(LOOK_MS);
    } catch (error) {
      if (round !== this.round) return;
      if (error instanceof CardStop) return this.stop(error);
      if (error instanceof Refused && error.code === "not-found") {
        return this.show({ kind: "stopped", why: "no-meeting", detail: meetingId });
      }
      this.isOffline = true;
      this.tell();
      this.cancel = clock.after(AGAIN_MS, () => void this.meet(code, meetingId, round));
    }
  }

  private lookSoon(ms: number): void {
    this.cancel();
    const round = this.round;
    this.cancel = this.parts.clock.after(ms, () => {
      const { ledger, service } = this;
      if (ledger === null || service === null || round !== this.round) return;
      const before = this.held;
      this.look(ledger, service, before)
        .then(
          (seen) => {
            if (round !== this.round) return;
            this.isOffline = false;
            const now = this.held; // a tap meanwhile
            this.change({ ...seen, said: now?.said ?? null, isSending: now?.isSending ?? false });
          },
          (error: unknown) => {
            if (round !== this.round) return;
            if (error instanceof CardStop) return this.stop(error);
            this.isOffline = true;
            this.tell();
          },
        )
        .finally(() => {
          if (round === this.round && this.held !== null) this.lookSoon(this.isOffline ? AGAIN_MS : LOOK_MS);
        });
    });
  }

  private async look(ledger: CardLedger, service: CardService, before: Held | null): Promise<Held> {
    const told = await service.boxes(ledger.card, ledger.pad(TEST_BOX));
    const state = await ledger.state(this.size);
    if (state !== null) {
      this.size = state.size;
      this.papers = new Map(state.polls.map((poll) => [poll.poll, poll.papers.map((one) => one.paper)]));
    }
    const boxes: ShownBox[] = [];
    for (const one of told.boxes) boxes.push(await this.shown(ledger, one));
    return {
      meeting: ledger.meeting,
      fingerprint: ledger.fingerprint,
      card: ledger.card,
      cards: told.cards,
      threshold: told.threshold,
      boxCount: ledger.boxCount,
      tested: told.tested,
      isOver: told.closed,
      boxes,
      said: before?.said ?? null,
      isSending: before?.isSending ?? false,
    };
  }

  private async shown(ledger: CardLedger, told: ToldBox): Promise<ShownBox> {
    if (told.box < 1 || told.box >= ledger.boxCount) throw new WrongAnswer("a box that the meeting does not have");
    let papers = this.papers.get(told.poll) ?? [];
    if (told.phase === "closed" && told.close !== null) {
      if (this.closes.get(told.poll) !== told.close.checkpoint) {
        papers = await ledger.checkClosed(told.poll, told.close);
        this.closes.set(told.poll, told.close.checkpoint);
      }
    }
    return {
      box: told.box,
      poll: told.poll,
      phase: told.phase,
      questions: await ledger.questionsOf(papers, told.box),
      released: told.released,
      mine: told.released.includes(ledger.card),
      waits: waitsFor(told),
      seconds: told.wait,
    };
  }

  private get held(): Held | null {
    return this.view.kind === "held" || this.view.kind === "compare" ? this.view.held : null;
  }

  private change(part: Partial<Held>): void {
    if (this.view.kind !== "held" && this.view.kind !== "compare") return;
    this.show({ ...this.view, held: { ...this.view.held, ...part } });
  }

  private stop(error: CardStop): void {
    this.forget();
    this.show({ kind: "stopped", why: error.code, detail: error.message });
  }

  private show(view: View): void {
    this.view = view;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function waitsFor(box: ToldBox): ShownBox["waits"] {
  if (box.objections > 0) return "objection";
  if (box.wait > 0) return "seconds";
  return box.cosigned ? "no" : "witnesses";
}
