// Asking until somebody answers: what cannot be known is asked again, later and later, and the screens are told. Everything
// else that a request comes to goes to whoever asked.

import type { Clock } from "../api/clock.ts";
import { NoAnswer, Refused, RolledBack, WrongAnswer } from "../api/errors.ts";
import type { RandomBytes } from "../crypto/random.ts";
import { Stop } from "./checks.ts";
import type { Connection } from "./journey.ts";
import { retryDelay } from "./polling.ts";

/** The page goes away, or another slip was scanned: everything that waits ends with this. */
export class Left extends Error {
  readonly code = "left";
}

const BUSY = ["unavailable", "internal", "rate-limited"];

/** Nothing was decided: the same request later. */
export function isBusy(refused: Refused): boolean {
  return BUSY.includes(refused.code);
}

/** So many wrong answers to one question are no accident. */
const WRONG_ANSWERS = 5;

export class Attempts {
  private readonly clock: Clock;
  private readonly random: RandomBytes;
  private readonly onChange: () => void;
  /** Of everything that is being tried again, in the order of their beginning. */
  private readonly trying = new Map<object, Connection>();
  private readonly sleepers = new Set<{ wake(): void; leave(): void; readonly deaf: boolean }>();
  private left = false;

  constructor(clock: Clock, random: RandomBytes, onChange: () => void) {
    this.clock = clock;
    this.random = random;
    this.onChange = onChange;
  }

  get connection(): Connection {
    const [first] = this.trying.values();
    return first ?? { state: "ok" };
  }

  /** Ask until there is an answer. Throws: Refused (a decision), Stop, Left, and what is a mistake of our own. */
  async until<T>(ask: () => Promise<T>): Promise<T> {
    const asked = {};
    try {
      return await this.ask(ask, asked);
    } finally {
      if (this.trying.delete(asked)) this.onChange();
    }
  }

  private async ask<T>(ask: () => Promise<T>, asked: object): Promise<T> {
    const since = this.clock.now();
    let wrongAnswers = 0;
    for (let tries = 1; ; tries++) {
      let why: "no-answer" | "busy";
      try {
        const answer = await ask();
        this.check();
        return answer;
      } catch (error) {
        this.check();
        if (error instanceof NoAnswer) {
          why = "no-answer";
        } else if (error instanceof Refused && isBusy(error)) {
          why = "busy";
        } else if (error instanceof WrongAnswer) {
          const code = error instanceof RolledBack ? "two-histories" : "wrong-answer";
          if (++wrongAnswers === WRONG_ANSWERS) throw new Stop(code, error.message);
          why = "busy";
        } else {
          throw error;
        }
      }
      const delay = retryDelay(this.random, tries);
      this.trying.set(asked, { state: "trying", why, since, nextTry: this.clock.now() + delay, tries });
      this.onChange();
      await this.sleep(delay);
    }
  }

  /** `until`, where the service has nothing to refuse: a refusal counts as a wrong answer. */
  answerTo<T>(ask: () => Promise<T>): Promise<T> {
    return this.until(async () => {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Refused && !isBusy(error)) throw new WrongAnswer(error.message);
        throw error;
      }
    });
  }

  /** Waits; `wake` ends it early, unless `deaf`. Throws: Left. */
  sleep(ms: number, deaf = false): Promise<void> {
    this.check();
    return new Promise((resolve, reject) => {
      const end = (act: () => void) => {
        cancel();
        this.sleepers.delete(sleeper);
        act();
      };
      const sleeper = { wake: () => end(resolve), leave: () => end(() => reject(new Left())), deaf };
      const cancel = this.clock.after(ms, sleeper.wake);
      this.sleepers.add(sleeper);
    });
  }

  /** Everyone who waits goes on at once. */
  wake(): void {
    for (const sleeper of [...this.sleepers]) if (!sleeper.deaf) sleeper.wake();
  }

  /** Everyone who waits ends, and nobody begins. */
  leave(): void {
    this.left = true;
    for (const sleeper of [...this.sleepers]) sleeper.leave();
  }

  private check(): void {
    if (this.left) throw new Left();
  }
}
