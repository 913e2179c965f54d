// What the page asks of its worker: to make a booklet's request, and to finish it. One job object in, messages out.
//
// A job holds everything it needs, the seed included: a phone that was switched off between the two makes the request
// again on its way to finishing it. The moduli are checked in every job.

import { PublicKey } from "./blindRsa.ts";
import { type BookletRequest, finish, makeRequest, type Page } from "./booklet.ts";
import { CryptoError } from "./errors.ts";

/** From which a booklet follows, to the byte. */
export interface BookletSource {
  readonly seed: Uint8Array; // 32 bytes, stored before the request is sent
  readonly fingerprint: Uint8Array; // 32 bytes
  readonly voterClass: string;
  readonly rsaBits: number;
  readonly moduli: readonly (readonly Uint8Array[])[]; // per issuer, per page
}

export type BookletJob =
  | { readonly kind: "make"; readonly source: BookletSource }
  | {
      readonly kind: "finish";
      readonly source: BookletSource;
      readonly blindSignatures: readonly (readonly Uint8Array[])[]; // per issuer, per page
    };

/** The last message of a job; after `refused` nothing may be sent, after `refused` to "finish" never again. */
export type BookletOutcome =
  | { readonly kind: "made"; readonly blinded: readonly (readonly Uint8Array[])[] }
  | { readonly kind: "finished"; readonly pages: readonly Page[] }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

export type BookletMessage = { readonly kind: "progress"; readonly done: number; readonly of: number } | BookletOutcome;

/** Do one job. `post` gets progress, then one outcome. Throws nothing but our own mistakes. */
export function runBookletJob(job: BookletJob, post: (message: BookletMessage) => void): void {
  try {
    post(outcomeOf(job, post));
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    post({ kind: "refused", code: error.code, message: error.message });
  }
}

/** Give a job to a worker of its own. script: the page's, which is a worker where there is no document. */
export async function runInWorker(
  script: string,
  job: BookletJob,
  onProgress: (done: number, of: number) => void,
): Promise<BookletOutcome> {
  const worker = new Worker(script);
  try {
    return await askWorker(worker, job, onProgress);
  } finally {
    worker.terminate();
  }
}

/** Give a job to a worker. Rejects when the worker itself fails, as it does where it cannot be loaded. */
export function askWorker(
  worker: Worker,
  job: BookletJob,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<BookletOutcome> {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<BookletMessage>) => {
      if (event.data.kind === "progress") onProgress(event.data.done, event.data.of);
      else resolve(event.data);
    };
    worker.onerror = () => reject(new Error("the worker failed"));
    worker.postMessage(job);
  });
}

function outcomeOf(job: BookletJob, post: (message: BookletMessage) => void): BookletOutcome {
  const pages = job.source.moduli[0]?.length ?? 0;
  const steps = job.kind === "make" ? 2 : 3;
  let done = 0;
  const step = () => post({ kind: "progress", done: ++done, of: steps * pages });
  const request = requestOf(job.source, step);
  if (job.kind === "make") return { kind: "made", blinded: request.blinded };
  return { kind: "finished", pages: finish(request, job.blindSignatures, step) };
}

function requestOf(source: BookletSource, onPage: () => void): BookletRequest {
  const { seed, fingerprint, voterClass, rsaBits, moduli } = source;
  const keys = moduli.map((perIssuer, issuer) =>
    perIssuer.map((modulus) => {
      const key = PublicKey.fromModulus(modulus, rsaBits);
      if (issuer === 0) onPage();
      return key;
    }),
  );
  return makeRequest(seed, fingerprint, voterClass, keys, onPage);
}
