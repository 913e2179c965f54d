// Somebody walked away: after a time without a touch or a key a warning, after the warning the end. Times in milliseconds.

import type { Clock } from "../api/clock.ts";

export interface IdleParts {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly warningMs: number;
  /** The warning stands until then; null: there is none. */
  readonly onWarning: (until: number | null) => void;
  readonly onOver: () => void;
}

export class Idle {
  private readonly parts: IdleParts;
  private state: "off" | "watching" | "warning" = "off";
  private cancel = (): void => {};

  constructor(parts: IdleParts) {
    this.parts = parts;
  }

  /** Somebody is there, and may go. Goes on as it is where it is on already. */
  watch(): void {
    if (this.state === "off") this.again();
  }

  /** Nobody is there, or the machine itself is at work. */
  stop(): void {
    const wasWarning = this.state === "warning";
    this.cancel();
    this.state = "off";
    if (wasWarning) this.parts.onWarning(null);
  }

  /** A touch or a key. The warning is answered by `goOn` alone: a stray touch must not hit what is under it. */
  touch(): void {
    if (this.state === "watching") this.again();
  }

  /** 继续. */
  goOn(): void {
    if (this.state !== "warning") return;
    this.again();
    this.parts.onWarning(null);
  }

  private again(): void {
    const { clock, idleMs } = this.parts;
    this.cancel();
    this.state = "watching";
    this.cancel = clock.after(idleMs, () => this.warn());
  }

  private warn(): void {
    const { clock, warningMs } = this.parts;
    this.state = "warning";
    this.cancel = clock.after(warningMs, () => {
      this.state = "off";
      this.parts.onOver();
    });
    this.parts.onWarning(clock.now() + warningMs);
  }
}
