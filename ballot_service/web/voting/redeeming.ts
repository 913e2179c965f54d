// From a slip to a booklet: one scan, one tap. The seed is stored before the first request, so that whatever happens the
// same request can be made again; an answer that does not verify ends the booklet for good.

import { Refused, WrongAnswer } from "../api/errors.ts";
import { type Seal, WrongSealedAnswer } from "../api/service.ts";
import { SEED_BYTES } from "../crypto/booklet.ts";
import type { BookletJob, BookletOutcome, BookletSource } from "../crypto/bookletJob.ts";
import { b64u, fromB64u } from "../crypto/encoding.ts";
import { type Attempts, isBusy } from "./attempts.ts";
import { Stop } from "./checks.ts";
import type { Environment } from "./environment.ts";
import type { Redeeming } from "./journey.ts";
import type { Ledger } from "./ledger.ts";
import type { Keeper } from "./session.ts";

export type Progress = Pick<Redeeming, "stage" | "done" | "of">;

const DECISIONS = ["slip-used", "meeting-closed"];

interface Parts {
  readonly env: Environment;
  readonly keeper: Keeper;
  readonly ledger: Ledger;
  readonly attempts: Attempts;
  readonly onProgress: (progress: Progress) => void;
}

/** Exchange the slip. Throws: Stop, Left, and what storing throws. */
export async function redeem(parts: Parts): Promise<"redeemed" | "slip-used" | "meeting-closed"> {
  const { env, keeper, ledger, attempts, onProgress } = parts;
  onProgress({ stage: "making", done: 0, of: 0 });
  const { session } = keeper;
  const seed = session.seed ?? b64u(env.random(SEED_BYTES));
  await keeper.change((now) => ({ ...now, seed, slipUsed: false }));
  // The request is made while the state comes.
  const [made] = await Promise.all([make(parts, fromB64u(seed)), attempts.answerTo(() => ledger.look())]);
  if (ledger.state?.closed === true) return "meeting-closed";
  const open = (ledger.state?.polls ?? []).filter((poll) => poll.phase === "open").map((poll) => poll.poll);
  await keeper.change((now) => ({ ...now, redeemedDuring: open }));
  onProgress({ stage: "asking", done: 0, of: 0 });
  const blindSignatures = await askForBooklet(parts, ledger.seal("booklet", 0), made.blinded);
  if (typeof blindSignatures === "string") return blindSignatures;
  const finished = await run(parts, "checking", { kind: "finish", source: made.source, blindSignatures });
  if (finished.kind !== "finished") throw await abandon(keeper, reason(finished));
  const pages = finished.pages.map((page) => ({
    number: page.number,
    keySeed: b64u(page.ballotKeySeed),
    credentials: page.credentials.map(b64u),
  }));
  // Token and seed are forgotten: the seed would give away every ballot key at once.
  await keeper.change((now) => ({ ...now, pages, token: null, seed: null, justRedeemed: true }));
  return "redeemed";
}

/** What is asked for, and what it was made from. Nothing is sent. */
async function make(
  parts: Parts,
  seed: Uint8Array,
): Promise<{ readonly source: BookletSource; readonly blinded: readonly (readonly Uint8Array[])[] }> {
  const { keeper, ledger, attempts } = parts;
  const moduli = await attempts.answerTo(() => ledger.moduli());
  const { meeting, fingerprint } = ledger.meeting;
  const { voterClass } = keeper.session;
  const source: BookletSource = { seed, fingerprint, voterClass, rsaBits: meeting.rsaBits, moduli };
  const made = await run(parts, "making", { kind: "make", source });
  if (made.kind !== "made") throw new Stop("wrong-keys", `an issuer key must not be used: ${reason(made)}`);
  return { source, blinded: made.blinded };
}

async function askForBooklet(
  { keeper, ledger, attempts }: Parts,
  seal: Seal,
  blinded: readonly (readonly Uint8Array[])[],
): Promise<readonly (readonly Uint8Array[])[] | "slip-used" | "meeting-closed"> {
  const { token } = keeper.session;
  if (token === null) throw new RangeError("a slip has its token until it is redeemed");
  try {
    return await attempts.until(async () => {
      try {
        return await ledger.service.booklet(seal, fromB64u(token), blinded);
      } catch (error) {
        // It opened under this request's key, so it is the service's own: signatures of no use are wrong ones.
        if (error instanceof WrongSealedAnswer) throw await abandon(keeper, error.message);
        const isDecision = error instanceof Refused && (DECISIONS.includes(error.code) || isBusy(error));
        throw error instanceof Refused && !isDecision ? new WrongAnswer(error.message) : error;
      }
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await keeper.change((now) => ({ ...now, slipUsed: true }));
    return error.code === "meeting-closed" ? "meeting-closed" : "slip-used";
  }
}

async function abandon(keeper: Keeper, why: string): Promise<Stop> {
  await keeper.change((now) => ({ ...now, abandoned: true }));
  return new Stop("wrong-signature", `the booklet does not verify: ${why}`);
}

async function run(parts: Parts, stage: "making" | "checking", job: BookletJob): Promise<BookletOutcome> {
  for (let failures = 1; ; failures++) {
    try {
      return await parts.env.runBooklet(job, (done, of) => parts.onProgress({ stage, done, of }));
    } catch {
      await parts.attempts.sleep(1000 * Math.min(failures, 10)); // the worker could not be loaded
    }
  }
}

function reason(outcome: BookletOutcome): string {
  return outcome.kind === "refused" ? `${outcome.code}, ${outcome.message}` : outcome.kind;
}
