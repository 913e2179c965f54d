// What the server tells of a draft's ballots, as the types that the screens draw.

import { readItem } from "../api/readMeeting.ts";
import { count, field, flag, members, oneOf, text } from "../api/read.ts";
import { emptyDraft, isBlank, problemOf, unmarked } from "../voting/choices.ts";
import type { Draft, MeetingFacts, PaperView } from "../voting/journey.ts";

export interface Ballots {
  readonly meeting: MeetingFacts;
  readonly papers: readonly PaperView[];
}

/** The item as one class sees it. Throws: WrongAnswer. */
export function readBallots(value: unknown): Ballots {
  const told = members(value, "ballots");
  const item = field(told, "item", readItem);
  const voterClass = members(told["class"], "class");
  return {
    meeting: {
      id: field(told, "id", text),
      title: field(told, "title", text),
      organiser: field(told, "organiser", text),
      place: field(told, "place", text),
      date: field(told, "date", text),
      locale: field(told, "locale", text),
      voterClass: {
        id: field(voterClass, "id", text),
        name: field(voterClass, "name", text),
        expected: field(voterClass, "expected", count),
        observer: field(voterClass, "observer", flag),
      },
      ceremony: "server",
      transport: field(told, "transport", oneOf("https", "plain")),
    },
    papers: item.contests.map((contest) => ({
      paper: contest.id,
      item: { id: item.id, title: item.title },
      contest: { id: contest.id, title: contest.title },
      subject: contest.subject,
      seats: contest.seats,
      round: 1,
      again: null,
      ballot: contest.ballot,
      ...judged(contest.ballot, emptyDraft(contest.ballot)),
    })),
  };
}

/** What a draft of a ballot is: as the real phone says it. */
export function judged(
  ballot: PaperView["ballot"],
  draft: Draft,
): Pick<PaperView, "draft" | "blank" | "unmarked" | "problem"> {
  return { draft, blank: isBlank(draft), unmarked: unmarked(ballot, draft), problem: problemOf(ballot, draft) };
}
