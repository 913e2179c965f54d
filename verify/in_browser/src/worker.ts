// The verifier in a worker of its own, so that the page never freezes. A message in: the files and what was typed. Out:
// progress, then the verdict.

import type { Options } from "./case.ts";
import type { Verdict } from "./verdict.ts";
import { verify } from "./verify.ts";

export interface Task {
  readonly ledger: Uint8Array;
  readonly options: Options;
}

export type Answer =
  | { readonly kind: "progress"; readonly check: string; readonly done: number; readonly of: number }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "error"; readonly message: string };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Task>) => void) | null;
  postMessage: (answer: Answer) => void;
};

const BETWEEN_REPORTS = 100; // milliseconds

scope.onmessage = (event) => {
  let last = 0;
  const progress = async (check: string, done: number, of: number): Promise<void> => {
    const now = performance.now();
    if (now - last < BETWEEN_REPORTS) return;
    last = now;
    scope.postMessage({ kind: "progress", check, done, of });
  };
  verify(event.data.ledger, event.data.options, progress).then(
    (verdict) => scope.postMessage({ kind: "verdict", verdict }),
    (error: unknown) => scope.postMessage({ kind: "error", message: String(error) }),
  );
};
