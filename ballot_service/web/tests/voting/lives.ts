// People who do what the screen asks, and whose phones may be switched off at one chosen moment: before or after one write or
// one request. They then open the page again, and scan the slip again where nothing is stored.

import type { Fetch } from "../../api/service.ts";
import type { Journey, Phone } from "../../voting/journey.ts";
import { startPhone } from "../../voting/machine.ts";
import { indexedDbStore, type Store } from "../../voting/store.ts";
import { allMarks, clockAt, type Device, device, type Filler } from "./phones.ts";

/** `point`: the how-manieth write or request; state requests count up to the third. */
export interface Cut {
  readonly point: number;
  readonly when: "before" | "after";
}

export interface Life {
  readonly device: Device;
  phone: Phone;
  /** Writes and requests so far, as "write session" or "POST /ballots". */
  readonly steps: string[];
  /** Where it was cut off, once it was. */
  cutAt: string | null;
  /** Everything that was ever stored, as text. */
  readonly stored: string[];
  end(): void;
}

/** A crowd polls: time runs less fast than for single phones, or the service does nothing else. */
const CLOCK = clockAt(12);

export function live(name: string, slip: string, cut: Cut | null = null, fill: Filler = allMarks("approve")): Life {
  let states = 0;
  let leave = () => {};
  const never = new Promise<never>(() => {});

  /** Does the work, unless this is where the phone is switched off. */
  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const counts = !what.includes("lease/") && (!what.includes("/state") || ++states <= 3);
    if (counts) life.steps.push(what);
    const isCut = counts && life.cutAt === null && cut !== null && life.steps.length === cut.point;
    if (isCut) life.cutAt = what;
    const incarnation = life.phone;
    if (isCut && cut.when === "before") return cutOff();
    const done = await work();
    if (isCut) return cutOff();
    return life.phone === incarnation ? done : never; // the dead get no answers
  }

  function cutOff(): Promise<never> {
    leave();
    life.phone.leave();
    setTimeout(begin, 0);
    return never;
  }

  const openStore = async (): Promise<Store> => {
    const store = await indexedDbStore(name);
    return {
      read: (key) => store.read(key),
      update: (key, change) =>
        step(`write ${key.replace(/\/.*/, "/")}`, () =>
          store.update(key, (there) => {
            const next = change(there);
            life.stored.push(JSON.stringify(next));
            return next;
          }),
        ),
    };
  };
  const through: Fetch = (url, init) =>
    step(`${init.method} ${url.replace(/^.*\/meetings\/[^/]*/, "")}`, () => fetch(url, init));

  function act(journey: Journey): void {
    const { acts } = life.phone;
    if (journey.kind === "no-slip") acts.scan(slip);
    if (journey.kind === "welcome") acts.redeem();
    if (journey.kind === "review") acts.cast();
    if (journey.kind !== "ballot") return;
    for (const paper of journey.papers) acts.fill(paper.paper, fill(paper));
    acts.review();
  }

  function begin(): void {
    life.phone = startPhone(life.device.env);
    leave = life.phone.subscribe(act);
  }

  const life: Life = {
    device: device(name, slip, { openStore, fetch: through, clock: CLOCK }),
    phone: null as unknown as Phone,
    steps: [],
    cutAt: null,
    stored: [],
    end: () => {
      leave();
      life.phone.leave();
    },
  };
  begin();
  return life;
}

/** All lives once each has come so far. */
export async function allAre(lives: readonly Life[], fits: (journey: Journey) => boolean): Promise<void> {
  const late = Date.now() + 30_000;
  for (;;) {
    const behind = lives.filter((life) => !fits(life.phone.journey));
    const [first] = behind;
    if (first === undefined) return;
    const shown = JSON.stringify(first.phone.journey).slice(0, 1500);
    if (Date.now() > late)
      throw new Error(`${behind.length} behind; ${first.device.name}, cut at ${first.cutAt}: ${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
