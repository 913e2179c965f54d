// Which journey a visit shows: from all that it knows, to exactly one. Pure: the order of these questions is the order of
// what matters to the person.

import type { Poll, State } from "../api/answers.ts";
import type { Meeting } from "../api/meeting.ts";
import { willWait } from "./casting.ts";
import type { CheckedPaper, KnownItem } from "./checks.ts";
import type { Connection, Draft, Journey, Keeping, Redeeming, Welcome } from "./journey.ts";
import type { Session, StoredBallot } from "./session.ts";
import { contestOf, factsOf, type Known, minePapers, paperView, roomOf } from "./views.ts";

/** How far a visit has come. */
export type Stage =
  | { readonly stage: "opening" | "slip-used" | "room" }
  | { readonly stage: "welcome"; readonly words: Welcome["words"] }
  | { readonly stage: "redeeming"; readonly progress: Pick<Redeeming, "stage" | "done" | "of"> };

export interface Shown {
  readonly stage: Stage;
  readonly ambient: { readonly connection: Connection; readonly keeping: Keeping };
  /** Null before it was fetched and checked. */
  readonly met: Meeting | null;
  readonly items: readonly KnownItem[];
  readonly state: State | null;
  readonly session: Session;
  /** Of the open poll, for this class; null while they are being fetched and checked. */
  readonly papers: readonly CheckedPaper[] | null;
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly reviewing: boolean;
  /** The tap on 投出选票 is being stored. */
  readonly casting: boolean;
  /** Ballots wait elsewhere, not here. */
  readonly handsOver: boolean;
  readonly now: number;
}

export function journeyOf(shown: Shown): Journey {
  const { stage, ambient, met, items, state, session } = shown;
  if (stage.stage === "opening" || met === null) return { kind: "opening", ...ambient };
  const meeting = factsOf(met, session.voterClass);
  if (stage.stage === "slip-used") return { kind: "slip-used", meeting };
  if (stage.stage === "redeeming") return { kind: "redeeming", ...ambient, meeting, ...stage.progress };
  if (stage.stage === "welcome") {
    const agenda = met.agenda.map((item) => item.title);
    return { kind: "welcome", ...ambient, meeting, words: stage.words, agenda, pages: met.pages };
  }
  if (state === null) return { kind: "opening", ...ambient };
  const known: Known = { meeting: met, items, state, session };
  if (session.over || (state.closed && session.pages.length === 0)) {
    return { kind: "meeting-closed", room: roomOf(known) };
  }
  const open = state.polls.find((poll) => poll.phase === "open");
  if (open === undefined || minePapers(open, session).length === 0) {
    return { kind: "waiting", ...ambient, room: roomOf(known) };
  }
  return journeyInPoll(shown, known, open);
}

function journeyInPoll(shown: Shown, known: Known, open: Poll): Journey {
  const { ambient } = shown;
  const { session } = known;
  const meeting = factsOf(known.meeting, session.voterClass);
  const { poll } = open;
  const ballots = minePapers(open, session).map((paper) => session.ballots[paper.paper]);
  const total = ballots.length;
  if (shown.casting || ballots.some((ballot) => ballot?.fate === "sent")) {
    const received = ballots.filter((ballot) => ballot?.fate === "received").length;
    return { kind: "sending", ...ambient, meeting, poll, total, received, wait: waitOf(session, shown.now) };
  }
  if (ballots.every((ballot) => ballot !== undefined)) {
    return { kind: "received", ...ambient, poll, total, refused: refusedOf(known, open, ballots), room: roomOf(known) };
  }
  if (shown.papers === null) return { kind: "waiting", ...ambient, room: roomOf(known) };
  const papers = shown.papers
    .filter((paper) => session.ballots[paper.paper] === undefined)
    .map((paper) => paperView(paper, shown.drafts.get(paper.paper), known));
  const ready = papers.every((paper) => paper.problem === null);
  if (shown.reviewing && ready) {
    const waits = !shown.handsOver && willWait(session, poll);
    return { kind: "review", ...ambient, meeting, poll, papers, willWait: waits };
  }
  return { kind: "ballot", ...ambient, meeting, poll, papers, ready };
}

function refusedOf(
  known: Known,
  open: Poll,
  ballots: readonly (StoredBallot | undefined)[],
): Extract<Journey, { kind: "received" }>["refused"] {
  return minePapers(open, known.session)
    .map((paper, place) => ({ contest: contestOf(known.items, paper.contest), paper, ballot: ballots[place] }))
    .filter(({ ballot }) => ballot?.fate === "refused")
    .map(({ contest, paper, ballot }) => ({
      title: contest?.title ?? paper.contest,
      subject: contest?.subject ?? null,
      code: ballot?.refusal ?? "unknown",
    }));
}

function waitOf(session: Session, now: number): Session["wait"] {
  return session.wait !== null && session.wait.until > now ? session.wait : null;
}
