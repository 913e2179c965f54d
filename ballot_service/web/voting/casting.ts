// From drafts to ballots in the box: all lines are made and stored in one step, then each goes out by itself, in random
// order with short random pauses, the same bytes again and again until there is a receipt. No choice outlives `makeBallots`.

import { NoAnswer, Refused } from "../api/errors.ts";
import { makeBallot } from "../crypto/ballot.ts";
import { readUtf8 } from "../crypto/bytes.ts";
import { b64u, fromB64u } from "../crypto/encoding.ts";
import type { RandomBytes } from "../crypto/random.ts";
import { isBusy } from "./attempts.ts";
import { type CheckedPaper, checkOwnReceipt } from "./checks.ts";
import { choiceBytes } from "./choices.ts";
import type { Draft } from "./journey.ts";
import type { Ledger } from "./ledger.ts";
import { between } from "./polling.ts";
import { type Keeper, type Session, type StoredBallot, type StoredPage, withBallot } from "./session.ts";
import type { Deposit } from "./store.ts";

/** After redeeming while a poll was open: so long before the first cast. */
const FIRST_WAIT_MS = [20_000, 120_000] as const;
/** Between two ballots. */
export const PAUSE_MS = [300, 2_500] as const;

/** Whether a cast in this poll waits before its first ballot. */
export function willWait(session: Session, poll: string): boolean {
  const hasCast = Object.values(session.ballots).some((ballot) => ballot.poll === poll);
  return session.redeemedDuring.includes(poll) && !hasCast;
}

/**
 * Seal and sign every draft, and store all of them in one step: before the first POST, and for good.
 *
 * handsOver: they leave in that step, and no line stays (environment.ts).
 */
export async function makeBallots(
  keeper: Keeper,
  ledger: Ledger,
  drafts: readonly { readonly paper: CheckedPaper; readonly draft: Draft }[],
  random: RandomBytes,
  now: number,
  handsOver: boolean,
): Promise<void> {
  let deposit: Deposit | null = null;
  const make = (session: Session): Session => {
    const fresh = drafts.filter(({ paper }) => session.ballots[paper.paper] === undefined);
    const [first] = fresh;
    if (first === undefined) return session;
    const made = fresh.map(({ paper, draft }) => {
      const page = session.pages[paper.page - 1];
      const box = ledger.meeting.meeting.boxes[paper.box];
      if (page === undefined || page.keySeed === null || box === undefined) {
        throw new RangeError("a page without a ballot has its key");
      }
      const line = makeBallot({
        keySeed: fromB64u(page.keySeed),
        paperHash: fromB64u(paper.paper),
        voterClass: session.voterClass,
        credentials: page.credentials.map((one) => fromB64u(one)),
        boxPublicKey: box.key,
        choice: choiceBytes(paper.contest.ballot, draft),
        length: paper.length,
        ephemeralSeed: random(32),
      });
      return { paper, line: readUtf8(line) };
    });
    if (handsOver) deposit = { poll: first.paper.poll, lines: made.map(({ line }) => line) };
    const stored = made.map(({ paper, line }) => [paper.paper, storedBallot(paper, handsOver ? null : line)] as const);
    const waits = !handsOver && willWait(session, first.paper.poll);
    const wait = waits ? { from: now, until: Math.ceil(now + between(random, ...FIRST_WAIT_MS)) } : null;
    const used = new Set(fresh.map(({ paper }) => paper.page));
    return {
      ...session,
      wait,
      ballots: { ...session.ballots, ...Object.fromEntries(stored) },
      pages: session.pages.map((page) => (used.has(page.number) ? withoutKey(page) : page)),
    };
  };
  await keeper.change(make, () => deposit);
}

function storedBallot(paper: CheckedPaper, line: string | null): StoredBallot {
  const { page, poll, box } = paper;
  return { page, poll, box, line, receipt: null, fate: line === null ? "deposited" : "sent", refusal: null };
}

/** From here on only the made line is sent, so its key and credentials have done their work. */
function withoutKey(page: StoredPage): StoredPage {
  return { ...page, keySeed: null, credentials: [] };
}

/** Paper hashes of the ballots that have no receipt and may still get one. */
export function unsent(session: Session): readonly string[] {
  return Object.entries(session.ballots)
    .filter(([, ballot]) => (ballot.fate === "sent" || ballot.fate === "refused") && ballot.line !== null)
    .map(([paper]) => paper);
}

/**
 * Send one stored ballot once, and store what comes of it.
 *
 * Throws: NoAnswer and busy refusals (send it again), Stop (wrong-receipt).
 */
export async function sendOnce(keeper: Keeper, ledger: Ledger, paper: string): Promise<void> {
  const stored = keeper.session.ballots[paper];
  if (stored === undefined || stored.line === null || stored.receipt !== null) return;
  const { line } = stored;
  try {
    await keepReceipt(
      keeper,
      ledger,
      paper,
      line,
      await ledger.service.receipt(ledger.seal("ballots", stored.box), line),
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await settleRefusal(keeper, ledger, paper, line, error);
  }
}

/**
 * Closed meanwhile: its transport key is gone, and while another poll is open the body does not even open. Box 0 still
 * answers whether the ballot is in. A refusal proves nothing: the list of the closed poll has the last word.
 */
async function settleRefusal(
  keeper: Keeper,
  ledger: Ledger,
  paper: string,
  line: string,
  refused: Refused,
): Promise<void> {
  const isOver = ["poll-closed", "bad-request", "meeting-closed"].includes(refused.code);
  if (isOver) {
    await ledger.look();
    const poll = pollOf(ledger, keeper.session.ballots[paper]);
    if (poll === undefined || poll === "open") {
      if (refused.code !== "bad-request") throw new NoAnswer("refused as closed, and shown as open");
    } else {
      if (poll === "void") return;
      try {
        const receipt = await ledger.service.receipt(ledger.seal("receipts", 0), line);
        await keepReceipt(keeper, ledger, paper, line, receipt);
      } catch (error) {
        if (!(error instanceof Refused)) throw error; // not taken, says the service: look at the list
        if (isBusy(error)) throw error;
      }
      return;
    }
  }
  if (isBusy(refused)) throw refused;
  await keeper.change((session) => withBallot(session, paper, { fate: "refused", refusal: refused.code }));
}

async function keepReceipt(
  keeper: Keeper,
  ledger: Ledger,
  paper: string,
  line: string,
  receipt: Uint8Array,
): Promise<void> {
  checkOwnReceipt(line, receipt, ledger.meeting.meeting);
  await keeper.change((session) =>
    withBallot(session, paper, { receipt: b64u(receipt), fate: "received", refusal: null }),
  );
}

/** The phase of the poll of a ballot, as far as the state shows. */
export function pollOf(ledger: Ledger, ballot: StoredBallot | undefined): string | undefined {
  return ledger.state?.polls.find((poll) => poll.poll === ballot?.poll)?.phase;
}
