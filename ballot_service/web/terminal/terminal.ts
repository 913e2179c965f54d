// One terminal of a venue: waits for a slip, lets one person vote, and forgets everything of them. Whoever comes next gets
// a new page (`wipe`): nothing in here outlives a voter, so there is no way back from `gone`.
//
//   starting → attract ⇄ (a wrong code) → visit → farewell → gone
//   anywhere → out, when the hub takes no voters any more
//
// A visit is a phone of voting/machine.ts whose store is the hub. What it shows is a Journey, and the screens draw that;
// what ends a visit here, and would not on a phone, is a farewell.

import type { Clock } from "../api/clock.ts";
import type { Fetch } from "../api/service.ts";
import type { RandomBytes } from "../crypto/random.ts";
import { keepKey } from "../crypto/slips.ts";
import { Attempts, Left } from "../voting/attempts.ts";
import type { Environment } from "../voting/environment.ts";
import type { Acts, Journey, Phone } from "../voting/journey.ts";
import { startPhone } from "../voting/machine.ts";
import { sessionName } from "../voting/session.ts";
import {
  byTheHub,
  type CameraState,
  type Hub,
  type HubMeeting,
  type OutOfService,
  outOfService,
  type TerminalState,
} from "./hub.ts";
import { HubStore, type HubTrouble } from "./hubStore.ts";
import { Idle } from "./idle.ts";
import { readScan, type ScanProblem, type Scanned } from "./reading.ts";
import { recordKey } from "./record.ts";

/**
 * Why a visit is over. done: cast just now. ready: the booklet is there, no poll is open. already: cast before. not-mine:
 * others vote now. late: the poll ended before the ballot was handed over; nothing is spent. slip-used: desk. closed: the
 * meeting is over. unknown: the service does not know this meeting.
 */
export type Farewell = "done" | "ready" | "already" | "not-mine" | "late" | "slip-used" | "closed" | "unknown";

/** take-away: a slip lies before the camera from before; it counts once it was taken away. */
export type Notice = ScanProblem | "take-away";

export type Screen =
  | { readonly kind: "starting" }
  | { readonly kind: "attract"; readonly notice: Notice | null }
  | { readonly kind: "visit"; readonly journey: Journey }
  | { readonly kind: "farewell"; readonly why: Farewell; readonly until: number }
  | { readonly kind: "out"; readonly why: OutOfService }
  | { readonly kind: "gone" };

/** How the page looks to the person before it; begins anew with everyone. */
export interface Settings {
  /** Null: the meeting's. */
  readonly language: "zh-CN" | "en" | null;
  readonly large: boolean;
  readonly contrast: boolean;
}

export interface View {
  readonly screen: Screen;
  /** Null before the hub has answered. */
  readonly meeting: HubMeeting | null;
  readonly settings: Settings;
  /** Whether the hub answers this page, and whether the service answers the hub. */
  readonly hub: HubTrouble;
  readonly connected: boolean;
  /** Ballots are being collected: finish until then; null inside: no time was told. */
  readonly closing: { readonly poll: string; readonly until: number | null } | null;
  /** Nobody has touched the page for long: it ends then. */
  readonly warning: { readonly until: number } | null;
  readonly assisted: boolean;
}

export interface TerminalParts {
  /** "1", of the page's address. */
  readonly name: string;
  /** "http://127.0.0.1:8090" */
  readonly origin: string;
  readonly hub: Hub;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly runBooklet: Environment["runBooklet"];
  readonly wordList: Environment["wordList"];
  /** Ends this page and begins a new one. */
  readonly wipe: () => void;
}

/** Between two reports to the hub. */
const REPORT_MS = 3_000;
/** A hub that takes no voters may take some again. */
const OUT_AGAIN_MS = 5_000;
/** A wrong code is said so long, then the page waits as before. */
const NOTICE_MS = 8_000;
const PLAIN: Settings = { language: null, large: false, contrast: false };

/** What the page needs of a terminal. */
export type Front = Pick<
  Terminal,
  "name" | "view" | "acts" | "subscribe" | "scan" | "notice" | "set" | "assist" | "goOn" | "end" | "seeing"
>;

interface Visit {
  readonly phone: Phone;
  readonly store: HubStore;
  hasCast: boolean;
}

export class Terminal {
  private readonly parts: TerminalParts;
  private readonly listeners = new Set<(view: View) => void>();
  private readonly starting: Attempts;
  private shown: View = {
    screen: { kind: "starting" },
    meeting: null,
    settings: PLAIN,
    hub: "none",
    connected: true,
    closing: null,
    warning: null,
    assisted: false,
  };
  private visit: Visit | null = null;
  private idle: Idle | null = null;
  private camera: CameraState = "off";
  private isStoreTrying = false;
  private cancelNotice = (): void => {};
  private cancelReport = (): void => {};
  private cancelClosing = (): void => {};
  private reports = 0;

  constructor(parts: TerminalParts) {
    this.parts = parts;
    this.starting = new Attempts(parts.clock, parts.random, () => {
      this.change({ hub: this.starting.connection.state === "ok" ? "none" : "no-hub" });
    });
  }

  get name(): string {
    return this.parts.name;
  }

  get view(): View {
    return this.shown;
  }

  subscribe(listener: (view: View) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks the hub whose terminal this is, until it answers. */
  start(): void {
    this.starting
      .until(() => this.parts.hub.meeting())
      .then((meeting) => {
        this.idle = new Idle({
          clock: this.parts.clock,
          idleMs: meeting.idleSeconds * 1000,
          warningMs: meeting.warningSeconds * 1000,
          onWarning: (until) => this.warn(until),
          onOver: () => this.end(),
        });
        this.change({ meeting, screen: { kind: "attract", notice: null } });
        this.report();
      })
      .catch((error: unknown) => {
        if (error instanceof Left) return;
        const why = outOfService(error);
        if (why !== null) this.change({ screen: { kind: "out", why } });
        this.cancelReport = this.parts.clock.after(OUT_AGAIN_MS, () => this.start());
      });
  }

  /** The page goes away. */
  stop(): void {
    this.starting.leave();
    this.leaveVisit();
    this.idle?.stop();
    this.cancelNotice();
    this.cancelReport();
    this.cancelClosing();
    this.reports++;
    this.listeners.clear();
  }

  // ── slips ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A code in every reading of it. Looked at while nobody is on, else as good as not scanned. */
  scan(readings: readonly string[]): void {
    const { meeting, screen } = this.shown;
    if (meeting === null || screen.kind !== "attract") return;
    const found = readScan(readings, meeting.meeting);
    if (typeof found === "string") this.notice(found);
    else this.begin(found);
  }

  /** Say something before the next scan, for a while; null takes it back. */
  notice(notice: Notice | null): void {
    const { screen } = this.shown;
    if (screen.kind !== "attract") return;
    this.cancelNotice();
    if (screen.notice !== notice) this.change({ screen: { kind: "attract", notice } });
    if (notice !== null) this.cancelNotice = this.parts.clock.after(NOTICE_MS, () => this.notice(null));
  }

  private begin({ text, slip }: Scanned): void {
    const { parts } = this;
    this.cancelNotice();
    const store = new HubStore({
      hub: parts.hub,
      clock: parts.clock,
      random: parts.random,
      name: sessionName(slip),
      key: recordKey(keepKey(slip.secret)),
      assisted: () => this.shown.assisted,
      onTrouble: (trouble) => {
        this.isStoreTrying = trouble !== "none";
        this.change({ hub: trouble });
      },
      onPollClosed: () => this.sayFarewell("late"),
      onOut: (why) => this.closeDown(why),
    });
    const phone = startPhone({
      address: { href: text, replace: () => {} }, // nothing of a slip is in this page's own address
      fetch: byTheHub(slip.baseUrl, parts.origin, parts.fetch),
      random: parts.random,
      clock: parts.clock,
      openStore: async () => store,
      handsOver: true,
      tabsOf: () => ({ hold: async () => ({ release: () => {} }) }), // the hub's versions keep terminals apart
      runBooklet: parts.runBooklet,
      wordList: parts.wordList,
    });
    this.visit = { phone, store, hasCast: false };
    phone.subscribe((journey) => this.follow(journey));
    this.follow(phone.journey);
  }

  // ── a visit ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** null: nobody is on. */
  get acts(): Acts | null {
    return this.visit?.phone.acts ?? null;
  }

  private follow(journey: Journey): void {
    const { visit } = this;
    if (visit === null) return;
    if (journey.kind === "sending") visit.hasCast = true;
    if (journey.kind === "opening") visit.hasCast = false; // another terminal was faster: what was chosen here was not cast
    const why = farewellOf(journey, visit.hasCast);
    if (why !== null) {
      this.sayFarewell(why);
      return;
    }
    this.change({ screen: { kind: "visit", journey } });
    if (isAtWork(journey)) this.idle?.stop();
    else this.idle?.watch();
    this.checkClosing();
  }

  /** Everything of the voter goes now; the words stay a little. */
  private sayFarewell(why: Farewell): void {
    const { clock } = this.parts;
    const { meeting } = this.shown;
    this.leaveVisit();
    this.idle?.stop();
    const seconds = (meeting?.doneSeconds ?? 8) * (why === "done" ? 1 : 2); // the others have more to read
    const until = clock.now() + seconds * 1000;
    this.change({ screen: { kind: "farewell", why, until }, hub: "none", closing: null });
    this.cancelNotice = clock.after(seconds * 1000, () => this.end());
  }

  /** 完成, 离开, or nobody came back: the page goes. */
  end(): void {
    if (this.shown.screen.kind === "gone") return;
    this.leaveVisit();
    this.change({ screen: { kind: "gone" }, warning: null, closing: null, settings: PLAIN, assisted: false });
    this.stop();
    this.parts.wipe();
  }

  /** No voters any more, also not the one who is on: what was not handed over is not spent. */
  private closeDown(why: OutOfService): void {
    this.leaveVisit();
    this.idle?.stop();
    this.cancelNotice();
    this.change({ screen: { kind: "out", why }, hub: "none", closing: null, settings: PLAIN });
  }

  private leaveVisit(): void {
    this.visit?.phone.leave();
    this.visit?.store.leave();
    this.visit = null;
    this.isStoreTrying = false;
    this.cancelClosing();
  }

  // ── the person before it ─────────────────────────────────────────────────────────────────────────────────────────

  touch(): void {
    this.idle?.touch();
    if (this.shown.screen.kind === "attract" && this.shown.settings !== PLAIN) this.idle?.watch();
  }

  goOn(): void {
    this.idle?.goOn();
  }

  set(change: Partial<Settings>): void {
    this.change({ settings: { ...this.shown.settings, ...change } });
    this.touch();
  }

  /** 有人协助我投票. */
  assist(assisted: boolean): void {
    this.change({ assisted });
  }

  /** While nobody is on, being idle means that whoever chose the language has gone. */
  private warn(until: number | null): void {
    if (this.shown.screen.kind === "attract") {
      this.idle?.stop();
      this.change({ settings: PLAIN, warning: null });
      return;
    }
    this.change({ warning: until === null ? null : { until } });
  }

  // ── the hub ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What the camera does; told to the hub at once. */
  seeing(camera: CameraState): void {
    if (camera === this.camera) return;
    this.camera = camera;
    if (this.shown.meeting !== null) this.report();
  }

  /** Tell the hub how this terminal is, hear what it says, and again in three seconds. */
  private report(): void {
    const round = ++this.reports;
    this.cancelReport();
    const { hub, name, clock } = this.parts;
    hub
      .report(name, this.state, this.camera)
      .then((word) => {
        if (round !== this.reports) return;
        if (this.shown.screen.kind === "out") return this.end(); // a new page takes voters again
        const wasConnected = this.shown.connected;
        this.change({
          connected: word.connected,
          closing: closingOf(word, this.shown.closing, clock.now()),
          hub: this.isStoreTrying ? this.shown.hub : "none",
        });
        this.visit?.store.wake();
        if (word.connected && !wasConnected) this.visit?.phone.online();
        this.checkClosing();
      })
      .catch((error: unknown) => {
        if (round !== this.reports) return;
        const why = outOfService(error);
        if (why === null) this.change({ hub: "no-hub" });
        else this.closeDown(why);
      })
      .finally(() => {
        if (round === this.reports) this.cancelReport = clock.after(REPORT_MS, () => this.report());
      });
  }

  private get state(): TerminalState {
    const { screen } = this.shown;
    if (screen.kind === "visit") return hasBallot(screen.journey) ? "ballot" : "busy";
    return screen.kind === "farewell" ? "busy" : "idle";
  }

  /** The time for this poll is up: a ballot that was not handed over stays in the booklet. */
  private checkClosing(): void {
    this.cancelClosing();
    const { screen, closing } = this.shown;
    if (screen.kind !== "visit" || closing === null || closing.until === null) return;
    const { journey } = screen;
    if ((journey.kind !== "ballot" && journey.kind !== "review") || journey.poll !== closing.poll) return;
    const left = closing.until - this.parts.clock.now();
    if (left <= 0) this.sayFarewell("late");
    else this.cancelClosing = this.parts.clock.after(left, () => this.checkClosing());
  }

  private change(change: Partial<View>): void {
    const before = this.state;
    this.shown = { ...this.shown, ...change };
    for (const listener of [...this.listeners]) listener(this.shown);
    if (this.state !== before && this.shown.meeting !== null && this.shown.screen.kind !== "gone") this.report();
  }
}

/** Ends the visit, or null: it goes on. */
function farewellOf(journey: Journey, hasCast: boolean): Farewell | null {
  switch (journey.kind) {
    case "received":
      return hasCast ? "done" : "already";
    case "waiting":
      if (journey.room.openPoll === "all-cast") return null; // its papers are being fetched
      return journey.room.openPoll === "none" ? "ready" : "not-mine";
    case "slip-used":
      return "slip-used";
    case "meeting-closed":
      return "closed";
    case "wrong-address":
    case "damaged-slip":
    case "no-slip":
      return "unknown";
    default:
      return null;
  }
}

/** Nobody has anything to touch: making and fetching go on by themselves, unless nobody answers. */
function isAtWork(journey: Journey): boolean {
  if (journey.kind === "sending") return true; // a ballot is on its way: it is not given up
  if (journey.kind === "stopped") return true; // a scrutineer is on the way: an alarm does not go by itself
  return journey.kind === "redeeming" && journey.connection.state === "ok";
}

function hasBallot({ kind }: Journey): boolean {
  return kind === "ballot" || kind === "review" || kind === "sending";
}

/**
 * The end of a countdown is kept as first heard, give or take what a second is rounded to; also when the hub speaks of it
 * no more, because its time is up: the voter is told by the countdown.
 */
function closingOf(
  word: { readonly closing: string | null; readonly secondsLeft: number | null },
  before: View["closing"],
  now: number,
): View["closing"] {
  if (word.closing === null) return before;
  const until = word.secondsLeft === null ? null : now + word.secondsLeft * 1000;
  const isSame = before?.poll === word.closing && before.until !== null && until !== null;
  return isSame && Math.abs(before.until - until) < 2_000 ? before : { poll: word.closing, until };
}
