// From what a phone knows to what a screen shows. Pure functions: the same phone gives the same journey. Nothing secret and
// no ballot id comes in here but by `Session`, and none goes out.

import type { PaperSummary, Poll, State } from "../api/answers.ts";
import type { Contest, Item, Meeting, VoterClass } from "../api/meeting.ts";
import type { CheckedPaper, KnownItem } from "./checks.ts";
import { emptyDraft, isBlank, problemOf, unmarked } from "./choices.ts";
import type {
  AgainWhy,
  AgendaLine,
  ContestLine,
  Draft,
  EndedPoll,
  Fate,
  ItemProgress,
  MeetingFacts,
  PaperView,
  Room,
  StepLine,
} from "./journey.ts";
import { resultView } from "./resultView.ts";
import type { Session } from "./session.ts";

/** All that a room is drawn from. */
export interface Known {
  readonly meeting: Meeting;
  readonly items: readonly KnownItem[];
  readonly state: State;
  readonly session: Session;
}

export function factsOf(meeting: Meeting, classId: string): MeetingFacts {
  const { id, title, organiser, place, date, locale, ceremony, transport } = meeting;
  const voterClass = meeting.classes.find((one) => one.id === classId) as VoterClass; // checked with the meeting
  return { id, title, organiser, place, date, locale, voterClass, ceremony, transport };
}

export function roomOf(known: Known): Room {
  const { meeting, items, state, session } = known;
  const agenda = items.map(({ item }) => agendaLine(known, item));
  const open = state.polls.find((poll) => poll.phase === "open");
  return {
    meeting: factsOf(meeting, session.voterClass),
    attendance: state.attendance,
    agenda,
    next: nextItem(agenda),
    openPoll: open === undefined ? "none" : minePapers(open, session).length === 0 ? "not-my-class" : "all-cast",
    latest: latestPoll(known),
    unsent: unsettled(known),
  };
}

/** The papers of a poll that this slip's class votes on. */
export function minePapers(poll: Poll, session: Session): readonly PaperSummary[] {
  return poll.papers.filter((paper) => paper.classes.includes(session.voterClass));
}

/** Ballots on their way: stored, without a receipt, their poll not void. */
function unsettled({ session }: Known): number {
  return Object.values(session.ballots).filter((one) => one.fate === "sent" && voidOf(one.poll, session) === undefined)
    .length;
}

/** Why a poll is void; undefined where no line of the ledger was found to say so. */
function voidOf(poll: string, session: Session): string | undefined {
  return session.voids.find((one) => one.poll === poll)?.reason;
}

/** A void without its line is not believed: the poll has ended, no more. */
function phaseOf(poll: Poll, session: Session): Poll["phase"] {
  return poll.phase === "void" && voidOf(poll.poll, session) === undefined ? "closed" : poll.phase;
}

/** Nothing of the poll is left to look into: its line where it is said to be void, its list where it has one. */
export function isChecked(poll: Poll, session: Session): boolean {
  return session.checkedPolls.includes(poll.poll) && phaseOf(poll, session) === poll.phase;
}

// ── the agenda ─────────────────────────────────────────────────────────────────────────────────────────────────────

function agendaLine(known: Known, item: Item): AgendaLine {
  const { meeting, state } = known;
  const contests = item.contests.map((contest) => contestLine(known, item, contest));
  const steps = item.steps.map((step): StepLine => ({ step, done: isStepDone(item, step, state) }));
  return {
    id: item.id,
    title: item.title,
    added: !meeting.agenda.some((one) => one.id === item.id),
    steps,
    progress: progressOf(
      contests,
      state.steps.some((done) => done.item === item.id),
    ),
    contests,
  };
}

/** For the whole item, or once for every subject. */
function isStepDone(item: Item, step: string, state: State): boolean {
  const done = state.steps.filter((one) => one.item === item.id && one.step === step).map((one) => one.subject);
  const subjects = item.contests.map((contest) => contest.subject?.id).filter((id) => id !== undefined);
  return done.includes(null) || (subjects.length > 0 && subjects.every((id) => done.includes(id)));
}

function progressOf(contests: readonly ContestLine[], isBegun: boolean): ItemProgress {
  const phases = contests.map((contest) => contest.poll?.phase);
  if (phases.includes("open")) return "voting";
  if (phases.includes("closed")) return "counting";
  if (phases.every((phase) => phase === "opened")) return "done";
  return isBegun || phases.some((phase) => phase !== undefined) ? "under-way" : "ahead";
}

function nextItem(agenda: readonly AgendaLine[]): string | null {
  for (const progress of ["voting", "under-way", "ahead", "counting"]) {
    const found = agenda.find((line) => line.progress === progress);
    if (found !== undefined) return found.id;
  }
  return null;
}

function contestLine(known: Known, item: Item, contest: Contest): ContestLine {
  const { state, session } = known;
  const mine = contest.voters.includes(session.voterClass);
  const last = lastOf(state.polls.filter((poll) => paperOf(poll, contest.id) !== undefined));
  const paper = last === undefined ? undefined : paperOf(last, contest.id);
  const result = state.results.get(contest.id);
  return {
    id: contest.id,
    title: contest.title,
    subject: contest.subject,
    mine,
    poll:
      last === undefined || paper === undefined
        ? null
        : { id: last.poll, phase: phaseOf(last, session), round: paper.round },
    fate: mine && last !== undefined && paper !== undefined ? fateOf(last, paper, session) : null,
    result: result === undefined ? null : resultView(result, contest, item.showRanks, known.meeting.classes),
  };
}

function paperOf(poll: Poll, contest: string): PaperSummary | undefined {
  return poll.papers.find((paper) => paper.contest === contest);
}

function lastOf<T>(all: readonly T[]): T | undefined {
  return all[all.length - 1];
}

// ── own ballots ────────────────────────────────────────────────────────────────────────────────────────────────────

/** A void excuses a ballot that never got into the ledger, and not one that a closed poll's list leaves out. */
function fateOf(poll: Poll, paper: PaperSummary, session: Session): Fate | null {
  const ballot = session.ballots[paper.paper];
  const reason = voidOf(poll.poll, session);
  if (reason !== undefined)
    return ballot?.fate === "missing" ? { fate: "missing", objection: "void" } : { fate: "void", reason };
  if (ballot === undefined) return poll.phase === "open" ? null : { fate: "not-cast" };
  switch (ballot.fate) {
    case "sent":
    case "deposited": // no receipt is known here; a terminal shows no fates
      return { fate: "sending" };
    case "missing":
      return { fate: "missing", objection: "sending" };
    case "objected":
      return { fate: "missing", objection: "recorded" };
    case "refused":
      return { fate: "refused", code: ballot.refusal ?? "unknown" };
    default:
      return { fate: ballot.fate };
  }
}

function latestPoll(known: Known): EndedPoll | null {
  const { state, session } = known;
  const last = lastOf(state.polls.filter((poll) => poll.phase !== "open" && minePapers(poll, session).length > 0));
  if (last === undefined || last.phase === "open") return null;
  return {
    poll: last.poll,
    phase: phaseOf(last, session) as EndedPoll["phase"],
    checking: !isChecked(last, session),
    papers: minePapers(last, session).map((paper) => {
      const contest = contestOf(known.items, paper.contest);
      return {
        contest: paper.contest,
        title: contest?.title ?? paper.contest,
        subject: contest?.subject ?? null,
        round: paper.round,
        fate: fateOf(last, paper, session) ?? { fate: "not-cast" },
      };
    }),
  };
}

export function contestOf(items: readonly KnownItem[], id: string): Contest | undefined {
  for (const { item } of items) {
    const found = item.contests.find((contest) => contest.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

// ── papers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function paperView(paper: CheckedPaper, draft: Draft | undefined, known: Known): PaperView {
  const { item, contest, round } = paper;
  const filled = draft ?? emptyDraft(contest.ballot);
  return {
    paper: paper.paper,
    item: { id: item.id, title: item.title },
    contest: { id: contest.id, title: contest.title },
    subject: contest.subject,
    seats: round === 1 ? contest.seats : null,
    round,
    again: againWhy(paper, known),
    ballot: contest.ballot,
    draft: filled,
    blank: isBlank(filled),
    unmarked: unmarked(contest.ballot, filled),
    problem: problemOf(contest.ballot, filled),
  };
}

function againWhy({ contest, poll, round }: CheckedPaper, { state, session }: Known): AgainWhy | null {
  const place = state.polls.findIndex((one) => one.poll === poll);
  const before = lastOf(state.polls.slice(0, place).filter((one) => paperOf(one, contest.id) !== undefined));
  if (before !== undefined && phaseOf(before, session) === "void" && paperOf(before, contest.id)?.round === round) {
    return { why: "voided" };
  }
  if (round === 1) return null;
  const result = state.results.get(contest.id);
  return result?.round === round - 1 ? { why: "revote", reasons: result.reasons } : { why: "further-round" };
}
