// One slip's way through the meeting: what happens, in which order, and what is shown meanwhile. Whatever it must not lose
// stands in the session before it happens, so that a visit may end anywhere and a new one goes on from there.

import type { Poll } from "../api/answers.ts";
import { NoAnswer, Refused } from "../api/errors.ts";
import { Service } from "../api/service.ts";
import { prepareToSign } from "../crypto/ed25519.ts";
import { fingerprintWords, type Language, type WordList } from "../crypto/words.ts";
import { Attempts } from "./attempts.ts";
import { makeBallots, PAUSE_MS, sendOnce, unsent } from "./casting.ts";
import { Stop } from "./checks.ts";
import { emptyDraft } from "./choices.ts";
import { checkVoids, closePolls, isSettled, objectToMissing, wipe } from "./closing.ts";
import type { Environment } from "./environment.ts";
import type { Draft, Journey, Keeping, MeetingFacts } from "./journey.ts";
import { Ledger } from "./ledger.ts";
import { between, pollDelay, shuffled } from "./polling.ts";
import { type Progress, redeem } from "./redeeming.ts";
import type { Keeper } from "./session.ts";
import { journeyOf, type Stage } from "./shown.ts";
import { factsOf } from "./views.ts";

/** A refused ballot is sent again after so long: a refusal proves nothing. */
const REFUSED_AGAIN_MS = 60_000;
const LONGEST_WAIT_MS = 120_000;
const IDLE_MS = 3_600_000;

export interface VisitParts {
  readonly env: Environment;
  readonly keeper: Keeper;
  readonly keeping: () => Keeping;
  readonly onChange: () => void;
}

export class Visit {
  private readonly env: Environment;
  private readonly keeper: Keeper;
  private readonly keeping: () => Keeping;
  private readonly onChange: () => void;
  private readonly attempts: Attempts;
  private readonly ledger: Ledger;
  private readonly leaving = new AbortController();
  private stage: Stage = { stage: "opening" };
  private readonly drafts = new Map<string, Draft>();
  private reviewing = false;
  private casting = false;
  private tapped: () => void = () => {};
  private visible = true;

  constructor({ env, keeper, keeping, onChange }: VisitParts) {
    this.env = env;
    this.keeper = keeper;
    this.keeping = keeping;
    this.onChange = onChange;
    this.attempts = new Attempts(env.clock, env.random, onChange);
    const { baseUrl, meetingId } = keeper.session;
    const { fetch, random, clock } = env;
    const service = new Service({ baseUrl, meetingId, fetch, random, clock, signal: this.leaving.signal });
    this.ledger = new Ledger(service, keeper);
  }

  // ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Until the meeting is over or the page goes away. Throws: Stop, Left, TakenOver, Refused (not-found: no such meeting here). */
  async run(): Promise<void> {
    if (this.keeper.session.abandoned) {
      throw new Stop("booklet-abandoned", "an answer to this booklet was wrong: it is not asked for again");
    }
    await this.attempts.until(() => this.ledger.meet());
    if (await this.redeemed()) await Promise.all([this.look(), this.send()]);
    else await this.look();
  }

  /** Until there is a booklet; false when the meeting is over before. */
  private async redeemed(): Promise<boolean> {
    const { keeper, ledger, attempts, env } = this;
    while (keeper.session.pages.length === 0 && !keeper.session.over) {
      const { seed, slipUsed } = keeper.session;
      if (seed === null || slipUsed) await this.welcome(); // else the tap was before this page was opened
      const onProgress = (progress: Progress) => this.show({ stage: "redeeming", progress });
      const outcome = await redeem({ env, keeper, ledger, attempts, onProgress });
      if (outcome === "meeting-closed") return false;
      if (outcome === "slip-used") await this.tap({ stage: "slip-used" });
    }
    return true;
  }

  private async welcome(): Promise<void> {
    const { fingerprint, meeting } = this.ledger.meeting;
    const list = await this.wordList(meeting.locale === "zh-CN" ? "zh" : "en");
    const words = fingerprintWords(fingerprint, list).split(" ");
    this.ledger.moduli().then(prepareToSign, () => undefined); // while the person reads; whoever needs them asks again
    await this.tap({ stage: "welcome", words });
  }

  private wordList(language: Language): Promise<WordList> {
    return this.attempts.until(async () => {
      try {
        return await this.env.wordList(language);
      } catch {
        throw new NoAnswer("a list of words did not come");
      }
    });
  }

  /** Show something until it is tapped. */
  private async tap(stage: Stage): Promise<void> {
    let isTapped = false;
    this.tapped = () => {
      isTapped = true;
      this.attempts.wake();
    };
    this.show(stage);
    while (!isTapped) await this.attempts.sleep(IDLE_MS);
    this.tapped = () => {};
  }

  /** Look at the meeting again and again, and do what follows. */
  private async look(): Promise<void> {
    const { attempts, ledger, keeper, env } = this;
    for (;;) {
      await attempts.answerTo(() => ledger.look());
      await this.noteWhoWasEarly();
      await checkVoids(keeper, ledger, attempts);
      this.show({ stage: "room" });
      const open = this.openPoll();
      if (open !== undefined) await attempts.answerTo(() => ledger.papersOf(open));
      this.forgetDrafts(open);
      this.show({ stage: "room" });
      await closePolls(keeper, ledger, attempts);
      await objectToMissing(keeper, ledger, attempts);
      const isOver = ledger.state?.closed === true && isSettled(keeper, ledger);
      if (isOver) await wipe(keeper);
      this.show({ stage: "room" });
      if (isOver) return attempts.wake();
      await attempts.sleep(pollDelay(env.random, this.visible));
    }
  }

  /** Polls that are open right after redeeming: the first cast in one of them waits. */
  private async noteWhoWasEarly(): Promise<void> {
    if (!this.keeper.session.justRedeemed) return;
    const open = this.openPoll()?.poll;
    await this.keeper.change((now) => ({
      ...now,
      justRedeemed: false,
      redeemedDuring: open === undefined ? now.redeemedDuring : [...now.redeemedDuring, open],
    }));
  }

  /** Send what is stored and has no receipt, one by one. */
  private async send(): Promise<void> {
    const { attempts, keeper, ledger, env } = this;
    const triedAt = new Map<string, number>();
    while (!keeper.session.over) {
      const { wait } = keeper.session;
      const left = wait === null ? 0 : Math.min(wait.until - env.clock.now(), LONGEST_WAIT_MS);
      if (left > 0) await attempts.sleep(left, true);
      const now = env.clock.now();
      const due = unsent(keeper.session).filter((paper) => {
        const ballot = keeper.session.ballots[paper];
        const isOpen = this.openPoll()?.poll === ballot?.poll;
        const isFresh = ballot?.fate === "sent" || now - (triedAt.get(paper) ?? 0) >= REFUSED_AGAIN_MS;
        return isOpen && isFresh;
      });
      const [paper] = shuffled(env.random, due);
      if (paper === undefined) {
        await attempts.sleep(REFUSED_AGAIN_MS);
        continue;
      }
      triedAt.set(paper, now);
      await attempts.until(() => sendOnce(keeper, ledger, paper));
      this.onChange();
      await attempts.sleep(between(env.random, ...PAUSE_MS), true);
    }
  }

  private openPoll(): Poll | undefined {
    return this.ledger.state?.polls.find((poll) => poll.phase === "open");
  }

  private forgetDrafts(open: Poll | undefined): void {
    for (const paper of [...this.drafts.keys()]) {
      if (open === undefined || !open.papers.some((one) => one.paper === paper)) this.drafts.delete(paper);
    }
    if (open === undefined) this.reviewing = false;
  }

  // ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  redeem(): void {
    if (this.stage.stage === "welcome") this.tapped();
  }

  fill(paper: string, draft: Draft): void {
    const { journey } = this;
    if (journey.kind !== "ballot") return;
    const view = journey.papers.find((one) => one.paper === paper);
    if (view === undefined || view.ballot.kind !== draft.kind) return;
    this.drafts.set(paper, draft);
    this.onChange();
  }

  review(): void {
    const { journey } = this;
    if (journey.kind !== "ballot" || !journey.ready) return;
    this.reviewing = true;
    this.onChange();
  }

  back(): void {
    this.reviewing = false;
    this.onChange();
  }

  /** Store all ballots, forget the drafts; `send` does the rest. Rejects as storing does. */
  async cast(): Promise<void> {
    const { journey } = this;
    const open = this.openPoll();
    const papers = open === undefined ? null : this.ledger.knownPapersOf(open);
    if (journey.kind !== "review" || open === undefined || papers === null || this.casting) return;
    const filled = papers
      .filter((checked) => journey.papers.some((one) => one.paper === checked.paper))
      .map((paper) => ({ paper, draft: this.drafts.get(paper.paper) ?? emptyDraft(paper.contest.ballot) }));
    this.casting = true;
    this.reviewing = false;
    this.drafts.clear();
    this.onChange();
    try {
      const { keeper, ledger, env } = this;
      await makeBallots(
        keeper,
        ledger,
        ([] as { paper: (typeof papers)[number]; draft: Draft }[]).concat(...filled),
        env.random,
        env.clock.now(),
        env.handsOver,
      );
    } finally {
      this.casting = false;
    }
    this.attempts.wake();
    this.onChange();
  }

  tryNow(): void {
    if (this.stage.stage === "slip-used") this.tapped();
    else this.attempts.wake();
  }

  seen(visible: boolean): void {
    this.visible = visible;
    if (visible) this.attempts.wake();
  }

  leave(): void {
    this.drafts.clear();
    this.attempts.leave();
    this.leaving.abort();
  }

  // ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

  private show(stage: Stage): void {
    this.stage = stage;
    this.onChange();
  }

  get received(): number {
    const fates = Object.values(this.keeper.session.ballots).map((ballot) => ballot.fate);
    return fates.filter((fate) => fate === "received" || fate === "in").length;
  }

  get facts(): MeetingFacts | null {
    return this.ledger.isMet ? factsOf(this.ledger.meeting.meeting, this.keeper.session.voterClass) : null;
  }

  get journey(): Journey {
    const { ledger, keeper } = this;
    const open = this.openPoll();
    return journeyOf({
      stage: this.stage,
      ambient: { connection: this.attempts.connection, keeping: this.keeping() },
      met: ledger.isMet ? ledger.meeting.meeting : null,
      items: ledger.items,
      state: ledger.state,
      session: keeper.session,
      papers: open === undefined ? null : ledger.knownPapersOf(open),
      drafts: this.drafts,
      reviewing: this.reviewing,
      casting: this.casting,
      handsOver: this.env.handsOver,
      now: this.env.clock.now(),
    });
  }
}

/** No such meeting at this address, as the service says. */
export function isUnknownMeeting(error: unknown): boolean {
  return error instanceof Refused && error.code === "not-found";
}
