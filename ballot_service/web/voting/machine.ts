// The phone: takes the slip out of the address bar before anything else happens, finds what is stored for it, makes sure
// that no other tab has it, and hands over to a visit. See journey.ts for what it shows and environment.ts for what it needs.

import { CryptoError } from "../crypto/errors.ts";
import { parseSlipUrl, type SlipCode } from "../crypto/slips.ts";
import { Attempts, Left } from "./attempts.ts";
import { Stop } from "./checks.ts";
import type { Environment } from "./environment.ts";
import type { Acts, Draft, Journey, Keeping, Phone, StopCode } from "./journey.ts";
import { Keeper, newSession, sessionName } from "./session.ts";
import { DamagedStorage, memoryStore, type Store, steadyStore, TakenOver } from "./store.ts";
import type { Held, Tabs } from "./tabs.ts";
import { isUnknownMeeting, Visit } from "./visit.ts";

const TAB_AGAIN_MS = 2_000;
const OPENING_MS = 10_000;

export function startPhone(env: Environment): Phone {
  return new Machine(env);
}

/** Where to begin: with a slip, or with what is stored of one; by its name, or the last one of a meeting. */
type Begin =
  | { readonly with: "slip"; readonly slip: SlipCode }
  | { readonly with: "name"; readonly name: string }
  | { readonly with: "meeting"; readonly meetingId: string };

class Machine implements Phone {
  readonly acts: Acts;
  private readonly env: Environment;
  private readonly here: URL;
  private readonly listeners = new Set<(journey: Journey) => void>();
  private readonly store: Promise<{ readonly store: Store; readonly tabs: Tabs }>;
  private keeping: Keeping = "stored";
  private screen: Journey | null = null;
  private visit: Visit | null = null;
  private waiting: Attempts;
  private held: Held | null = null;
  private name: string | null = null;
  private round = 0;
  private visible = true;
  private isTold = true;

  constructor(env: Environment) {
    this.env = env;
    this.here = new URL(env.address.href);
    this.waiting = this.newWaiting();
    const fragment = this.here.hash;
    const text = `${this.here.origin}${this.here.pathname}${fragment}`;
    if (fragment !== "") env.address.replace(this.here.pathname);
    this.store = this.openStore();
    this.acts = {
      scan: (scanned) => this.scan(scanned),
      redeem: () => this.visit?.redeem(),
      fill: (paper: string, draft: Draft) => this.visit?.fill(paper, draft),
      review: () => this.visit?.review(),
      back: () => this.visit?.back(),
      cast: () => this.cast(),
      tryNow: () => this.wake(),
    };
    if (fragment !== "") {
      this.take(text);
    } else {
      const [, meetingId] = /^\/m\/([a-z0-9-]{1,64})$/.exec(this.here.pathname.toLowerCase()) ?? [];
      if (meetingId === undefined) this.showScreen({ kind: "no-slip" });
      else this.begin({ with: "meeting", meetingId });
    }
  }

  get journey(): Journey {
    if (this.screen !== null) return this.screen;
    return this.visit?.journey ?? { kind: "opening", connection: { state: "ok" }, keeping: this.keeping };
  }

  subscribe(listener: (journey: Journey) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  seen(visible: boolean): void {
    this.visible = visible;
    this.visit?.seen(visible);
    if (visible) this.waiting.wake();
  }

  online(): void {
    this.wake();
  }

  leave(): void {
    this.end();
    this.listeners.clear();
  }

  // ── slips ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private scan(text: string): void {
    const kinds: readonly Journey["kind"][] = ["no-slip", "damaged-slip", "wrong-address", "slip-used"];
    if (kinds.includes(this.journey.kind)) this.take(text.trim());
  }

  private take(text: string): void {
    let slip: SlipCode;
    try {
      slip = parseSlipUrl(text);
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      this.showScreen({ kind: "damaged-slip" });
      return;
    }
    const onSlip = new URL(slip.baseUrl);
    if (onSlip.origin !== this.here.origin) {
      const why = "other-host";
      this.showScreen({ kind: "wrong-address", why, here: this.here.host, onSlip: onSlip.host });
      return;
    }
    this.env.address.replace(`/m/${slip.meetingId}`);
    this.begin({ with: "slip", slip });
  }

  // ── one visit after the other ────────────────────────────────────────────────────────────────────────────────────

  private begin(from: Begin): void {
    this.end();
    const round = ++this.round;
    this.screen = null;
    this.tell();
    // Two steps, so that nothing holds on to the slip while the visit lasts.
    this.prepare(from, round)
      .then((visit) => visit?.run())
      .catch((error: unknown) => {
        if (round === this.round) this.ended(error);
      });
  }

  /** Null where there is nothing to visit, or this round is over. */
  private async prepare(from: Begin, round: number): Promise<Visit | null> {
    const { store, tabs } = await this.store;
    const name = await nameOf(from, store);
    if (round !== this.round) return null;
    this.name = name;
    if (name === null) return this.withoutSlip();
    if (!(await this.hold(tabs, name, round))) return null;
    const keeper = await Keeper.open(store, name, from.with === "slip" ? newSession(from.slip) : null);
    if (round !== this.round) return null;
    if (keeper === null) return this.withoutSlip();
    if (from.with === "slip") await store.update(`current/${from.slip.meetingId}`, () => name);
    if (round !== this.round) return null;
    const visit = new Visit({
      env: this.env,
      keeper,
      keeping: () => this.keeping,
      onChange: () => this.tell(),
    });
    visit.seen(this.visible);
    this.visit = visit;
    this.screen = null;
    this.tell();
    return visit;
  }

  private withoutSlip(): null {
    this.showScreen({ kind: "no-slip" });
    return null;
  }

  /** Wait until no other tab has this slip. False: this round is over. */
  private async hold(tabs: Tabs, name: string, round: number): Promise<boolean> {
    for (;;) {
      const held = await tabs.hold(name, () => {
        if (round === this.round) this.ended(new TakenOver());
      });
      if (round !== this.round) {
        held?.release();
        return false;
      }
      if (held !== null) {
        this.held = held;
        return true;
      }
      this.showScreen({ kind: "other-tab" });
      await this.waiting.sleep(TAB_AGAIN_MS);
    }
  }

  private ended(error: unknown): void {
    if (error instanceof Left) return;
    const { name } = this;
    if (error instanceof TakenOver && name !== null) {
      this.begin({ with: "name", name });
      return;
    }
    const { visit } = this;
    const [meeting, received] = [visit?.facts ?? null, visit?.received ?? 0];
    this.end();
    if (isUnknownMeeting(error)) {
      const { host } = this.here;
      this.showScreen({ kind: "wrong-address", why: "no-such-meeting", here: host, onSlip: host });
      return;
    }
    const code: StopCode =
      error instanceof Stop ? error.code : error instanceof DamagedStorage ? "storage-damaged" : "internal";
    const detail = error instanceof Error ? error.message : "unknown";
    this.showScreen({ kind: "stopped", code, detail, meeting, received });
  }

  private cast(): void {
    const round = this.round;
    this.visit?.cast().catch((error: unknown) => {
      if (round === this.round) this.ended(error);
    });
  }

  private wake(): void {
    this.waiting.wake();
    this.visit?.tryNow();
  }

  /** Nothing of this round goes on. */
  private end(): void {
    this.round++;
    this.visit?.leave();
    this.visit = null;
    this.waiting.leave();
    this.waiting = this.newWaiting();
    this.held?.release();
    this.held = null;
  }

  private newWaiting(): Attempts {
    return new Attempts(this.env.clock, this.env.random, () => {});
  }

  private async openStore(): Promise<{ readonly store: Store; readonly tabs: Tabs }> {
    let store: Store;
    if (this.env.handsOver) {
      store = await this.env.openStore();
      return { store, tabs: this.env.tabsOf(store) };
    }
    try {
      store = steadyStore(await this.soon(this.env.openStore()), () => {
        this.keeping = "memory";
        this.tell();
      });
    } catch {
      this.keeping = "memory";
      store = memoryStore();
    }
    return { store, tabs: this.env.tabsOf(store) };
  }

  /** Some browsers never say that they keep nothing. */
  private soon<T>(opening: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.env.clock.after(OPENING_MS, () => reject(new Error("the store does not open")));
      opening.then(resolve, reject).finally(cancel);
    });
  }

  // ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private showScreen(journey: Journey): void {
    this.screen = journey;
    this.tell();
  }

  /** Once for all changes of one turn, and never during an act. */
  private tell(): void {
    if (!this.isTold) return;
    this.isTold = false;
    void Promise.resolve().then(() => {
      this.isTold = true;
      const { journey } = this;
      for (const listener of [...this.listeners]) listener(journey);
    });
  }
}

async function nameOf(from: Begin, store: Store): Promise<string | null> {
  if (from.with === "slip") return sessionName(from.slip);
  if (from.with === "name") return from.name;
  const name = await store.read(`current/${from.meetingId}`);
  return typeof name === "string" ? name : null;
}
