// The verifier off the page's own thread. One worker judges; helpers beside it do heaps of ballots for it, each over a
// port of its own. In: the files and what was typed. Out: how far it is, then what was found.

import { type Crew, type Heap, type Worked, workThrough } from "./arithmetic.ts";
import type { GivenFile, Options, Progress } from "./case.ts";
import { unreadable } from "./checks/trust.ts";
import { judgeSeries } from "./series.ts";
import { type ShownAll, shownOf } from "./shown.ts";
import { examine, type Examined, judge } from "./verify.ts";

export interface Judge {
  readonly role: "judge";
  readonly ledgers: readonly File[];
  readonly checkpoints: readonly File[];
  readonly receipts: readonly File[];
  readonly options: Pick<Options, "ledgerKey" | "fingerprint" | "unpinned" | "witnesses">;
  readonly helpers: readonly MessagePort[];
}

export interface Helper {
  readonly role: "helper";
  readonly port: MessagePort;
}

export type Answer =
  | {
      readonly kind: "progress";
      readonly ledger: number; // which one, from 0
      readonly check: string;
      readonly done: number;
      readonly of: number;
    }
  | { readonly kind: "found"; readonly all: ShownAll }
  | { readonly kind: "not what it was given as"; readonly name: string }
  | { readonly kind: "error"; readonly message: string };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Judge | Helper>) => void) | null;
  postMessage: (answer: Answer) => void;
};

const BETWEEN_REPORTS = 100; // milliseconds

scope.onmessage = (event) => {
  if (event.data.role === "helper") help(event.data.port);
  else {
    judgeAll(event.data).then(
      (answer) => scope.postMessage(answer),
      (error: unknown) => scope.postMessage({ kind: "error", message: String(error) }),
    );
  }
};

function help(port: MessagePort): void {
  port.onmessage = (event: MessageEvent<Heap>) => port.postMessage(workThrough(event.data));
}

async function judgeAll({ ledgers, checkpoints, receipts, options: typed, helpers }: Judge): Promise<Answer> {
  const options: Options = {
    ...typed,
    checkpoints: await Promise.all(checkpoints.map(read)),
    receipts: await Promise.all(receipts.map(read)),
  };
  const wrong = unreadable(options);
  if (wrong !== null) return { kind: "not what it was given as", name: wrong.name };
  const crew = new Helpers(helpers);
  const examined: Examined[] = [];
  for (const [ledger, file] of ledgers.entries()) {
    const given = await read(file);
    examined.push(await examine(given, { crew, progress: reporting(ledger) }));
  }
  return { kind: "found", all: shown(examined, options) };
}

function shown(examined: readonly Examined[], options: Options): ShownAll {
  const toShow = (one: Examined, verdict: ReturnType<typeof judge>) => ({
    name: one.name,
    verdict,
    shown: shownOf(one),
  });
  if (examined.length === 1) {
    const one = examined[0] as Examined;
    return { series: null, members: [toShow(one, judge(one, options))] };
  }
  const fingerprints = options.fingerprint === null ? [] : [options.fingerprint];
  const series = judgeSeries(examined, { ...options, fingerprint: null }, fingerprints);
  const { accepted, findings } = series;
  return { series: { accepted, findings }, members: series.members.map((one) => toShow(one.examined, one.verdict)) };
}

async function read(file: File): Promise<GivenFile> {
  return { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
}

function reporting(ledger: number): Progress {
  let last = 0;
  let lastCheck = "";
  return async (check, done, of) => {
    const now = performance.now();
    if (check === lastCheck && now - last < BETWEEN_REPORTS) return;
    last = now;
    lastCheck = check;
    scope.postMessage({ kind: "progress", ledger, check, done, of });
  };
}

/** Heaps go to whichever helper is free. */
class Helpers implements Crew {
  private readonly free: MessagePort[];
  private readonly waiting: { heap: Heap; done: (worked: Worked) => void }[] = [];
  readonly hands: number;

  constructor(ports: readonly MessagePort[]) {
    this.free = [...ports];
    this.hands = ports.length;
  }

  work(heap: Heap): Promise<Worked> {
    return new Promise((done) => {
      this.waiting.push({ heap, done });
      this.handOut();
    });
  }

  private handOut(): void {
    const port = this.free.pop();
    if (port === undefined) return;
    const next = this.waiting.shift();
    if (next === undefined) return void this.free.push(port);
    port.onmessage = (event: MessageEvent<Worked>) => {
      this.free.push(port);
      next.done(event.data);
      this.handOut();
    };
    port.postMessage(next.heap);
  }
}
