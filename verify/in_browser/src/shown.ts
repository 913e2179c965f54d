// What a page shows beside the verdict: names, titles and circumstances of the meeting, plain enough to leave a worker.

import { toBase64 } from "./bytes.ts";
import { itemsBefore, type OrderedCase } from "./case.ts";
import type { Input, Item, Score } from "./contests.ts";
import type { Finding } from "./series.ts";
import type { Examined } from "./verify.ts";
import type { Verdict } from "./verdict.ts";

export interface Shown {
  readonly root: string | null; // of the tree over all lines, as recomputed; spelt as in checkpoints and on the papers
  readonly meeting: null | {
    readonly organiser: string;
    readonly place: string;
    readonly date: string;
    readonly ceremony: string;
    readonly transport: string;
  };
  readonly smallGroups: readonly { readonly poll: string; readonly classes: readonly string[] }[];
  readonly closings: readonly { readonly poll: string; readonly hubsMissing: number; readonly assisted: number }[];
  readonly items: readonly Item[];
  readonly inputs: readonly Input[];
  readonly scores: readonly Score[];
}

export interface ShownMember {
  readonly name: string;
  readonly verdict: Verdict;
  readonly shown: Shown;
}

/** The answer to all that was dropped on the page. `series` is null for one ledger alone. */
export interface ShownAll {
  readonly series: null | { readonly accepted: boolean; readonly findings: readonly Finding[] };
  readonly members: readonly ShownMember[];
}

export function shownOf({ case: one }: Examined): Shown {
  const nothing: Shown = {
    root: null,
    meeting: null,
    smallGroups: [],
    closings: [],
    items: [],
    inputs: [],
    scores: [],
  };
  if (one === null) return nothing;
  const root = toBase64(one.tree.rootAt(one.leaves.length));
  const { meeting, story } = one;
  if (meeting === null) return { ...nothing, root };
  const { organiser, place, date, ceremony, transport } = meeting;
  const about = { organiser, place, date, ceremony, transport };
  if (story === null) return { ...nothing, root, meeting: about };
  const items = itemsBefore(one as OrderedCase, Infinity);
  return {
    root,
    meeting: about,
    smallGroups: [...story.polls.values()]
      .filter((poll) => poll.smallGroups.length > 0)
      .map((poll) => ({ poll: poll.id, classes: [...poll.smallGroups] })),
    closings: [...story.polls.values()].flatMap((poll) => {
      if (poll.closeAt === null || poll.voidAt !== null) return [];
      const { hubs_missing: hubsMissing, assisted } = story.entries[poll.closeAt] as Record<string, number>;
      return [{ poll: poll.id, hubsMissing: hubsMissing as number, assisted: assisted as number }];
    }),
    items,
    inputs: [meeting, ...items].flatMap((place) => place.inputs),
    scores: [meeting, ...items].flatMap((place) => place.scores),
  };
}
