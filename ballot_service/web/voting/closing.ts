// After the close: is every ballot of this phone in the box? All ids are downloaded and looked through here, so that
// nobody learns which were looked for. What has a receipt and is not there is objected to, by itself.

import type { Poll } from "../api/answers.ts";
import { Refused } from "../api/errors.ts";
import { type Attempts, isBusy } from "./attempts.ts";
import { pollOf } from "./casting.ts";
import { ballotIdOf, Stop } from "./checks.ts";
import type { Ledger } from "./ledger.ts";
import { type Keeper, type Session, type StoredBallot, withBallot } from "./session.ts";
import { isChecked, minePapers } from "./views.ts";

/** Check every closed poll that this class voted in and that was not checked yet; also by phones that cast nothing. */
export async function closePolls(keeper: Keeper, ledger: Ledger, attempts: Attempts): Promise<void> {
  for (const poll of ended(keeper, ledger)) {
    if (keeper.session.checkedPolls.includes(poll.poll)) continue;
    const ids = await unlessRefused(attempts, () => ledger.ballotIds(poll.poll));
    if (ids !== null) await keeper.change((now) => settled(now, poll.poll, ids));
    else if (poll.phase === "void") await keeper.change((now) => excused(now, poll.poll, ledger));
    // else at the next look again
  }
}

/** Look up the line of every poll that is said to be void: else one word to one phone, and it would miss no ballot. */
export async function checkVoids(keeper: Keeper, ledger: Ledger, attempts: Attempts): Promise<void> {
  for (const { poll, phase } of ended(keeper, ledger)) {
    if (phase !== "void" || keeper.session.voids.some((one) => one.poll === poll)) continue;
    const reason = await attempts.answerTo(() => ledger.voidReason(poll));
    await keeper.change((now) => ({ ...now, voids: [...now.voids, { poll, reason }] }));
  }
}

/** Polls of this class that have ended. */
function ended(keeper: Keeper, ledger: Ledger): readonly Poll[] {
  const polls = ledger.state?.polls ?? [];
  return polls.filter((poll) => poll.phase !== "open" && minePapers(poll, keeper.session).length > 0);
}

/** Voided while it was open: no ballot of it ever came into the ledger. Throws: Stop. */
function excused(session: Session, poll: string, ledger: Ledger): Session {
  if (ledger.wasClosed(poll))
    throw new Stop("wrong-proof", "the list of ballots of a closed poll is not shown any more");
  return { ...session, checkedPolls: [...session.checkedPolls, poll] };
}

function settled(session: Session, poll: string, ids: ReadonlySet<string>): Session {
  const ballots = Object.entries(session.ballots).map(([paper, ballot]) =>
    ballot.poll === poll ? ([paper, fateIn(ballot, ids)] as const) : ([paper, ballot] as const),
  );
  return { ...session, ballots: Object.fromEntries(ballots), checkedPolls: [...session.checkedPolls, poll] };
}

/**
 * In the box: line and receipt have done their work, and who has them could show the vote once the box is open. Of a
 * deposited one nothing is known here that could be looked up; whoever took it does.
 */
function fateIn(ballot: StoredBallot, ids: ReadonlySet<string>): StoredBallot {
  if (ballot.line === null) return ballot;
  if (ids.has(ballotIdOf(ballot.line))) return { ...ballot, fate: "in", line: null, receipt: null, refusal: null };
  if (ballot.receipt !== null) return { ...ballot, fate: "missing" };
  return { ...ballot, fate: "not-taken", line: null };
}

/** Protest for every missing ballot whose poll waits for its box. */
export async function objectToMissing(keeper: Keeper, ledger: Ledger, attempts: Attempts): Promise<void> {
  for (const [paper, ballot] of Object.entries(keeper.session.ballots)) {
    const { line, receipt } = ballot;
    if (ballot.fate !== "missing" || line === null || receipt === null || pollOf(ledger, ballot) !== "closed") continue;
    const recorded = await unlessRefused(attempts, async () => {
      await ledger.service.object(ledger.seal("objections", 0), line, receipt);
      return true;
    });
    if (recorded === true) await keeper.change((now) => withBallot(now, paper, { fate: "objected" }));
  }
}

/** Null where the service refuses for now, as while another poll is open. */
async function unlessRefused<T>(attempts: Attempts, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await attempts.until(ask);
  } catch (error) {
    if (error instanceof Refused && !isBusy(error)) return null;
    throw error;
  }
}

/** Nothing of this phone is open any more: every closed poll is checked. */
export function isSettled(keeper: Keeper, ledger: Ledger): boolean {
  const { session } = keeper;
  const polls = ledger.state?.polls ?? [];
  return polls.every((poll) => isChecked(poll, session) || minePapers(poll, session).length === 0);
}

/** The meeting is closed: no key is left, and of ballots only what became of them. Missing ones keep their proof. */
export async function wipe(keeper: Keeper): Promise<void> {
  await keeper.change((session) => {
    if (session.over) return session;
    const ballots = Object.entries(session.ballots).map(([paper, ballot]) => {
      const isProof = ballot.fate === "missing" || ballot.fate === "objected";
      return [paper, isProof ? ballot : { ...ballot, line: null, receipt: null }] as const;
    });
    const pages = session.pages.map((page) => ({ ...page, keySeed: null, credentials: [] }));
    return { ...session, over: true, token: null, seed: null, pages, ballots: Object.fromEntries(ballots) };
  });
}
