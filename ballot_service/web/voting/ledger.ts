// One phone's view of one ledger: what it fetches is checked against its slip, and every checkpoint against the one it
// kept. Nothing here retries: whoever asks does (attempts.ts).

import type { Lengths, Poll, SealedRoute, State } from "../api/answers.ts";
import { Refused, RolledBack, WrongAnswer } from "../api/errors.ts";
import type { Seal, Service } from "../api/service.ts";
import type { Checkpoint } from "../crypto/checkpoint.ts";
import * as checks from "./checks.ts";
import { sameLengths, sealedLengths } from "./lengths.ts";
import type { Keeper, Session } from "./session.ts";

/** Per issuer, per page. */
type Moduli = readonly (readonly Uint8Array[])[];

export class Ledger {
  readonly service: Service;
  private readonly keeper: Keeper;
  private met: checks.MetMeeting | null = null;
  private known: readonly checks.KnownItem[] = [];
  private shown: State | null = null;
  private readonly papers = new Map<string, checks.CheckedPaper>();
  private readonly shownClosed = new Set<string>();
  private fetchingModuli: Promise<Moduli> | null = null;
  private accepting: Promise<unknown> = Promise.resolve();

  constructor(service: Service, keeper: Keeper) {
    this.service = service;
    this.keeper = keeper;
  }

  get meeting(): checks.MetMeeting {
    if (this.met === null) throw new RangeError("a phone meets the meeting first");
    return this.met;
  }

  get isMet(): boolean {
    return this.met !== null;
  }

  /** The agenda, then what was added to it and fetched. */
  get items(): readonly checks.KnownItem[] {
    return this.known;
  }

  /** The newest state, or null before the first. */
  get state(): State | null {
    return this.shown;
  }

  /** Fetch the meeting, or take the stored one, and check it against the slip. Spends nothing. */
  async meet(): Promise<checks.MetMeeting> {
    const { session } = this.keeper;
    if (session.meetingLine !== null) return this.take(checks.meetingOf(session.meetingLine, session));
    const head = await this.service.head();
    const met = checks.meetingOf(head.meeting, session);
    checks.checkHead(head, met);
    await this.keeper.change((now) => ({
      ...now,
      meetingLine: head.meeting,
      lengths: head.lengths,
      note: head.checkpoint,
    }));
    return this.take(met);
  }

  private take(met: checks.MetMeeting): checks.MetMeeting {
    this.met = met;
    this.known = checks.agendaOf(met);
    return met;
  }

  /** Look at the state; false when nothing is new. Added items come with it. */
  async look(): Promise<boolean> {
    const state = await this.service.state(this.shown?.size ?? null);
    if (state === null) return false;
    const newest = await this.accept(state.checkpoint);
    if (newest.treeSize !== state.size || state.meeting !== this.meeting.meeting.id) {
      throw new WrongAnswer("the state is not that of its checkpoint");
    }
    if (this.shown !== null && state.size < this.shown.size) return false; // an older answer came late
    const polls = new Map(state.polls.map((poll) => [poll.poll, poll.phase]));
    // A poll that is left out would be looked for no more, and its receipts deleted when the meeting is over.
    if (!Object.values(this.keeper.session.ballots).every((ballot) => polls.has(ballot.poll))) {
      throw new WrongAnswer("the state leaves out a poll");
    }
    await this.fetchAdded(state);
    await this.takeLengths(state.lengths, state.added);
    for (const [poll, phase] of polls) if (phase === "closed" || phase === "opened") this.shownClosed.add(poll);
    this.shown = state;
    return true;
  }

  private async fetchAdded(state: State): Promise<void> {
    for (const id of state.added) {
      if (this.known.some((one) => one.item.id === id)) continue;
      const proven = await this.service.item(id);
      checks.checkInLedger(proven, await this.accept(proven.checkpoint));
      this.known = [...this.known, checks.addedItem(proven.line, id)];
    }
  }

  /** The lengths must be those that follow from the meeting: one's own lengths would be a mark. */
  private async takeLengths(lengths: Lengths, added: readonly string[]): Promise<void> {
    const { meeting } = this.meeting;
    const items = this.known.map((one) => one.item);
    const published = items.slice(0, meeting.agenda.length);
    const all = [...published, ...items.slice(meeting.agenda.length).filter((item) => added.includes(item.id))];
    if (!sameLengths(lengths, sealedLengths(meeting, all))) {
      throw new WrongAnswer("the lengths of sealed messages are not those of this meeting");
    }
    const { session } = this.keeper;
    if (session.lengths !== null && sameLengths(lengths, session.lengths)) return;
    await this.keeper.change((now) => ({ ...now, lengths }));
  }

  /** The moduli of this slip's class, checked. Fetched once; who asks meanwhile gets the same. */
  moduli(): Promise<Moduli> {
    this.fetchingModuli ??= this.fetchModuli().catch((error: unknown) => {
      this.fetchingModuli = null;
      throw error;
    });
    return this.fetchingModuli;
  }

  private async fetchModuli(): Promise<Moduli> {
    const { voterClass } = this.keeper.session;
    const lines = await this.service.keyLines(voterClass);
    return checks.issuerModuli(lines, this.meeting.meeting, voterClass);
  }

  /** The papers of a poll that this class votes on, each checked as if a person were to see it now. */
  async papersOf(poll: Poll): Promise<readonly checks.CheckedPaper[]> {
    const { voterClass } = this.keeper.session;
    const mine = poll.papers.filter((one) => one.classes.includes(voterClass));
    const checked: checks.CheckedPaper[] = [];
    for (const { paper } of mine) checked.push(this.papers.get(paper) ?? (await this.fetchPaper(paper, poll)));
    const pages = new Set(checked.map((one) => one.page));
    if (pages.size < checked.length) throw new checks.Stop("wrong-paper", "two papers of one poll are on one page");
    return checked;
  }

  /** What is known of a poll's papers without asking anybody; null when one is missing. */
  knownPapersOf(poll: Poll): readonly checks.CheckedPaper[] | null {
    const { voterClass } = this.keeper.session;
    const mine = poll.papers.filter((one) => one.classes.includes(voterClass));
    const known = mine.map((one) => this.papers.get(one.paper));
    return known.every((one) => one !== undefined) ? (known as checks.CheckedPaper[]) : null;
  }

  private async fetchPaper(name: string, poll: Poll): Promise<checks.CheckedPaper> {
    const proven = await this.service.paper(name);
    checks.checkPaperName(proven.line, name);
    // Entry 0 was proven in an earlier checkpoint, and this one continues it: both are in one ledger.
    checks.checkInLedger(proven, await this.accept(proven.checkpoint));
    await this.fetchItem(checks.itemOfPaper(proven.line));
    const checked = checks.checkPaper(proven.line, poll, {
      met: this.meeting,
      voterClass: this.keeper.session.voterClass,
      pages: this.keeper.session.pages.length,
      usedPages: usedPages(this.keeper.session),
      items: this.known,
    });
    this.papers.set(name, checked);
    return checked;
  }

  /** An item that the state did not name yet; what the service does not know stays unknown. */
  private async fetchItem(id: string): Promise<void> {
    if (this.known.some((one) => one.item.id === id)) return;
    try {
      const proven = await this.service.item(id);
      checks.checkInLedger(proven, await this.accept(proven.checkpoint));
      this.known = [...this.known, checks.addedItem(proven.line, id)];
    } catch (error) {
      if (!(error instanceof Refused && error.code === "not-found")) throw error;
    }
  }

  /** The ids of all ballots of a closed poll: everyone downloads all, so nobody shows which is theirs. */
  async ballotIds(poll: string): Promise<ReadonlySet<string>> {
    const answer = await this.service.ballotIds(poll);
    return checks.closedBallots(answer, await this.accept(answer.close));
  }

  /** Why a poll is void, as its line in the signed ledger says: the word of a state excuses nothing. */
  async voidReason(poll: string): Promise<string> {
    const proven = await this.service.voidLine(poll);
    checks.checkInLedger(proven, await this.accept(proven.checkpoint));
    return checks.voidReason(proven.line, poll);
  }

  /** Whether this page has seen the poll closed: then it has a list of ballots, also after it was voided. */
  wasClosed(poll: string): boolean {
    return this.shownClosed.has(poll);
  }

  /** How to seal for a route: box 0, or the open poll's box for a cast. */
  seal(route: SealedRoute, box: number): Seal {
    const { meeting, fingerprint } = this.meeting;
    const { lengths } = this.keeper.session;
    const keys = meeting.boxes[box];
    if (lengths === null || keys === undefined) throw new RangeError("a phone meets the meeting first");
    return { route, fingerprint, transportKey: keys.transport, lengths: lengths[route] };
  }

  private async consistency(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    try {
      return await this.service.consistency(oldSize, newSize);
    } catch (error) {
      const isUnknown = error instanceof Refused && error.code === "bad-request";
      throw isUnknown ? new RolledBack("the ledger has become shorter than it was shown before") : error;
    }
  }

  /** Check a checkpoint, and that it and the one kept are one history; keep the longer one. One after the other. */
  private accept(note: string): Promise<Checkpoint> {
    const done = this.accepting.then(() => this.acceptNow(note));
    this.accepting = done.catch(() => undefined);
    return done;
  }

  private async acceptNow(note: string): Promise<Checkpoint> {
    const { meeting } = this.meeting;
    const kept = this.keeper.session.note;
    if (kept === note) return checks.readKeptNote(note);
    const shown = checks.readSignedNote(note, meeting);
    if (kept === null) return shown;
    const old = checks.readKeptNote(kept);
    const [less, more] = old.treeSize <= shown.treeSize ? [old, shown] : [shown, old];
    const nodes = less.treeSize === more.treeSize ? [] : await this.consistency(less.treeSize, more.treeSize);
    checks.checkOneHistory(less, more, nodes);
    if (shown.treeSize > old.treeSize) await this.keeper.change((now) => ({ ...now, note }));
    return shown;
  }
}

function usedPages(session: Session): ReadonlyMap<number, string> {
  return new Map(Object.entries(session.ballots).map(([paper, ballot]) => [ballot.page, paper]));
}
