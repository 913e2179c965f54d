// The workers of one verification: one that judges, and as many helpers as the machine has processors.

import type { Options } from "../case.ts";
import type { ShownAll } from "../shown.ts";
import type { Answer, Helper, Judge } from "../worker.ts";

declare const WORKER_SOURCE: string;

const MOST_HELPERS = 8;

export type Typed = Judge["options"];
export type Progress = Extract<Answer, { kind: "progress" }>;

export interface Files {
  readonly ledgers: readonly File[];
  readonly checkpoints: readonly File[];
  readonly receipts: readonly File[];
}

export type Ending =
  | { readonly kind: "found"; readonly all: ShownAll }
  | { readonly kind: "not what it was given as"; readonly name: string }
  | { readonly kind: "error"; readonly message: string };

export interface Running {
  /** Ends all workers; nothing more is heard of them. */
  readonly stop: () => void;
}

export function start(
  files: Files,
  options: Pick<Options, "ledgerKey" | "fingerprint" | "unpinned" | "witnesses">,
  told: (progress: Progress) => void,
  ended: (ending: Ending) => void,
): Running {
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
  const workers: Worker[] = [];
  let isOver = false;
  const stop = () => {
    isOver = true;
    for (const worker of workers) worker.terminate();
    URL.revokeObjectURL(url);
  };
  const end = (ending: Ending) => {
    if (isOver) return;
    stop();
    ended(ending);
  };
  const hire = () => {
    const worker = new Worker(url);
    worker.onerror = (event) => end({ kind: "error", message: event.message });
    workers.push(worker);
    return worker;
  };

  const helpers = Array.from({ length: Math.min(Math.max(navigator.hardwareConcurrency, 1), MOST_HELPERS) }, () => {
    const { port1, port2 } = new MessageChannel();
    hire().postMessage({ role: "helper", port: port1 } satisfies Helper, [port1]);
    return port2;
  });
  const judge = hire();
  judge.onmessage = (event: MessageEvent<Answer>) => {
    if (event.data.kind !== "progress") end(event.data);
    else if (!isOver) told(event.data);
  };
  judge.postMessage({ role: "judge", ...files, options, helpers } satisfies Judge, helpers);
  return { stop };
}
