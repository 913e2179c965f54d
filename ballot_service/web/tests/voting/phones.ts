// Phones for tests: everything but the service is pretended, time runs fast, randomness is repeatable, and any request or
// write can be made to be the last thing that a phone does.

import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Clock } from "../../api/clock.ts";
import type { Fetch } from "../../api/service.ts";
import { type BookletOutcome, runBookletJob } from "../../crypto/bookletJob.ts";
import { concat, utf8 } from "../../crypto/bytes.ts";
import { u32 } from "../../crypto/encoding.ts";
import type { RandomBytes } from "../../crypto/random.ts";
import { type Language, readWordList, type WordList } from "../../crypto/words.ts";
import type { Environment } from "../../voting/environment.ts";
import type { Draft, Journey, JourneyKind, PaperView, Phone } from "../../voting/journey.ts";
import { startPhone } from "../../voting/machine.ts";
import { indexedDbStore, type Store } from "../../voting/store.ts";
import { leasedTabs } from "../../voting/tabs.ts";

const WAIT_MS = 30_000;
const WORDS: Readonly<Record<Language, string>> = { zh: "chinese_simplified.txt", en: "english.txt" };

/** Time runs so many times as fast. */
export function clockAt(speed: number): Clock {
  return {
    now: () => Date.now() * speed,
    after: (ms, act) => {
      const timer = setTimeout(act, ms / speed);
      return () => clearTimeout(timer);
    },
  };
}

export const fastClock: Clock = clockAt(50);

let drawn = 0;

/** Differs from call to call of this function, and not from run to run. */
export function repeatable(name: string): RandomBytes {
  const seed = utf8(`${name}/${drawn++}`);
  let count = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) blocks.push(sha256(concat(seed, u32(count++))));
    return concat(...blocks).slice(0, length);
  };
}

export interface Device {
  readonly name: string;
  readonly env: Environment;
  /** What stands in the address bar. */
  readonly bar: { href: string };
  /** Requests sent, as "POST /ballots". */
  readonly sent: string[];
}

export interface Pretend {
  readonly fetch?: Fetch;
  readonly openStore?: () => Promise<Store>;
  readonly clock?: Clock;
}

/** A phone's browser. The same name is the same storage. */
export function device(name: string, href: string, pretend: Pretend = {}): Device {
  const bar = { href };
  const sent: string[] = [];
  const random = repeatable(name);
  const clock = pretend.clock ?? fastClock;
  const through = pretend.fetch ?? fetch;
  const env: Environment = {
    address: {
      get href() {
        return bar.href;
      },
      replace: (path) => {
        bar.href = new URL(path, bar.href).href;
      },
    },
    fetch: (url, init) => {
      sent.push(`${init.method} ${url.replace(/^.*\/meetings\/[^/]*/, "")}`);
      return through(url, init);
    },
    random,
    clock,
    openStore: pretend.openStore ?? (() => indexedDbStore(name)),
    handsOver: false,
    tabsOf: (store) => leasedTabs(store, clock, random),
    runBooklet: async (job, onProgress) => {
      await pause(0);
      let outcome: BookletOutcome | undefined;
      runBookletJob(job, (message) => {
        if (message.kind === "progress") onProgress(message.done, message.of);
        else outcome = message;
      });
      return outcome as BookletOutcome;
    },
    wordList: async (language) => wordList(language),
  };
  return { name, env, bar, sent };
}

export function wordList(language: Language): WordList {
  return readWordList(readFileSync(join(import.meta.dirname, "../../crypto/words", WORDS[language]), "utf8"), language);
}

/** The journey once it is of this kind (and fits). */
export function until<Kind extends JourneyKind>(
  phone: Phone,
  kind: Kind,
  fits: (journey: Extract<Journey, { kind: Kind }>) => boolean = () => true,
): Promise<Extract<Journey, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    let leave = () => {};
    const late = setTimeout(() => {
      leave();
      reject(new Error(`waited for ${kind}, still ${JSON.stringify(phone.journey).slice(0, 2000)}`));
    }, WAIT_MS);
    const look = (journey: Journey) => {
      if (journey.kind !== kind || !fits(journey as Extract<Journey, { kind: Kind }>)) return;
      clearTimeout(late);
      leave();
      resolve(journey as Extract<Journey, { kind: Kind }>);
    };
    leave = phone.subscribe(look);
    look(phone.journey);
  });
}

/** From the slip to the waiting room. */
export async function arrive(from: Device): Promise<Phone> {
  const phone = startPhone(from.env);
  await until(phone, "welcome");
  phone.acts.redeem();
  await until(phone, "waiting");
  return phone;
}

export type Filler = (paper: PaperView) => Draft;

/** Fill in, review and cast every paper of the open poll. */
export async function vote(phone: Phone, fill: Filler): Promise<void> {
  const { papers } = await until(phone, "ballot");
  for (const paper of papers) phone.acts.fill(paper.paper, fill(paper));
  await until(phone, "ballot", (journey) => journey.ready);
  phone.acts.review();
  await until(phone, "review");
  phone.acts.cast();
}

/** The same mark for every candidate. */
export function allMarks(mark: "approve" | "oppose" | "abstain"): Filler {
  return ({ ballot }) => {
    if (ballot.kind !== "approval") throw new Error(`a ballot of kind ${ballot.kind}`);
    return { kind: "approval", marks: Object.fromEntries(ballot.candidates.map(({ id }) => [id, mark])) };
  };
}
