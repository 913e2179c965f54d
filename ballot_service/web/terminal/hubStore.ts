// Where a terminal keeps things: the booklet of one slip at the hub, sealed (record.ts), and everything else in memory.
// A write is repeated, the same bytes, until the hub has answered: a ballot that leaves with it is not gone before that.

import { NoAnswer, Refused } from "../api/errors.ts";
import type { Clock } from "../api/clock.ts";
import type { RandomBytes } from "../crypto/random.ts";
import { Attempts, Left } from "../voting/attempts.ts";
import { type Deposit, memoryStore, type Store, TakenOver } from "../voting/store.ts";
import { type Hub, type OutOfService, outOfService } from "./hub.ts";
import { NONCE_BYTES, openRecord, sealRecord } from "./record.ts";

/** What keeps a write or read from happening: nobody answers, or the hub has no room left. It goes on by itself. */
export type HubTrouble = "none" | "no-hub" | "full";

export interface HubStoreParts {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** `sessionName` of the slip. */
  readonly name: string;
  /** `recordKey` of the slip. */
  readonly key: Uint8Array;
  /** Whether somebody helps, asked for when ballots are handed over. */
  readonly assisted: () => boolean;
  readonly onTrouble: (trouble: HubTrouble) => void;
  /** The hub does not take these ballots: nothing was stored, nothing is spent. */
  readonly onPollClosed: () => void;
  /** The hub takes no voters any more. */
  readonly onOut: (why: OutOfService) => void;
}

export class HubStore implements Store {
  private readonly parts: HubStoreParts;
  private readonly attempts: Attempts;
  private readonly memory = memoryStore();
  /** As last read or written; null: not read yet. */
  private kept: { readonly version: number; readonly value: unknown } | null = null;
  private isFull = false;

  constructor(parts: HubStoreParts) {
    this.parts = parts;
    this.attempts = new Attempts(parts.clock, parts.random, () => parts.onTrouble(this.trouble));
  }

  private get trouble(): HubTrouble {
    if (this.attempts.connection.state === "ok") return "none";
    return this.isFull ? "full" : "no-hub";
  }

  /** The hub has just answered: try at once what is being tried. */
  wake(): void {
    this.attempts.wake();
  }

  /** The voter is gone: whatever is under way ends with `Left`. */
  leave(): void {
    this.attempts.leave();
    this.kept = null;
  }

  async read(key: string): Promise<unknown> {
    return this.isBooklet(key) ? (await this.fetched()).value : this.memory.read(key);
  }

  async update(
    key: string,
    change: (stored: unknown) => unknown,
    deposit: () => Deposit | null = () => null,
  ): Promise<void> {
    if (!this.isBooklet(key)) return this.memory.update(key, change);
    const { name, hub, random } = this.parts;
    const { version, value } = this.kept ?? (await this.fetched());
    const changed: unknown = change(value);
    const lines = deposit();
    const handed = lines === null ? null : { ...lines, assisted: this.parts.assisted() };
    const record = sealRecord(this.parts.key, { name, version: version + 1 }, changed, random(NONCE_BYTES));
    try {
      const written = await this.ask(() => hub.keep(name, version, record, handed));
      this.kept = { version: written, value: changed };
    } catch (error) {
      this.kept = null; // read again before anything else is written
      if (!(error instanceof Refused)) throw error;
      if (error.code === "booklet-changed") throw new TakenOver();
      if (error.code !== "poll-closed") throw error;
      this.parts.onPollClosed();
      throw new Left();
    }
  }

  private isBooklet(key: string): boolean {
    return key === `session/${this.parts.name}`;
  }

  private async fetched(): Promise<{ readonly version: number; readonly value: unknown }> {
    const { name, key, hub } = this.parts;
    const found = await this.ask(() => hub.booklet(name));
    const value = found === null ? undefined : openRecord(key, { name, version: found.version }, found.record);
    this.kept = { version: found?.version ?? 0, value };
    return this.kept;
  }

  private ask<T>(once: () => Promise<T>): Promise<T> {
    return this.attempts.until(async () => {
      try {
        return await once();
      } catch (error) {
        const out = outOfService(error);
        if (out !== null) {
          this.parts.onOut(out);
          throw new Left();
        }
        this.isFull = error instanceof Refused && error.code === "storage-full";
        throw this.isFull ? new NoAnswer("the hub has no room") : error;
      }
    });
  }
}
