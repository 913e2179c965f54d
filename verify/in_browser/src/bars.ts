// Who may not be nominated (docs/rules.md, "bar"): votes for a post are followed through one contest's bar rule.

import type { Contest, Rule } from "./contests.ts";
import type { History, Meeting } from "./entries.ts";
import { addMonths } from "./days.ts";

/** One vote on one person for a post. */
export interface Vote {
  readonly person: string;
  readonly post: string;
  readonly date: string;
  readonly passed: boolean;
  readonly nobodyPassed: boolean | null; // null: not known
}

export interface Barred {
  readonly person: string;
  readonly post: string;
  readonly from: string;
  readonly until: string | null;
}

export interface Followed {
  readonly failures: number;
  readonly barred: Barred | null; // by the last of the votes
  readonly bars: readonly Barred[];
}

export function barRule(contest: Contest): Rule | null {
  return contest.rules.find((one) => one.rule === "bar") ?? null;
}

/** The votes on this person for this post, in order, through the rule. */
export function follow(votes: readonly Vote[], person: string, post: string, rule: Rule): Followed {
  let failures = 0;
  let until: string | null | undefined; // undefined: no bar yet
  let barred: Barred | null = null;
  const bars: Barred[] = [];
  for (const vote of votes) {
    if (vote.person !== person || vote.post !== post) continue;
    barred = null;
    if (rule.reset && typeof until === "string" && vote.date > until) {
      failures = 0;
      until = undefined;
    }
    if (vote.passed) {
      if (rule.reset) failures = 0;
      continue;
    }
    if (!rule.count_loss && vote.nobodyPassed === false) continue;
    failures++;
    if (failures < rule.failures) continue;
    barred = { person, post, from: vote.date, until: addMonths(vote.date, rule.months) };
    bars.push(barred);
    until = until === null ? null : barred.until;
  }
  return { failures, barred, bars };
}

/** The meeting's history as votes: by date, then round, one without round last. */
export function historyVotes(meeting: Meeting): Vote[] {
  const order = (one: History) => one.round ?? Infinity;
  return [...meeting.history]
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : order(a) === order(b) ? 0 : order(a) - order(b)))
    .map((one) => ({
      person: one.person,
      post: one.post,
      date: one.date,
      passed: false,
      nobodyPassed: one.nobody_passed,
    }));
}

export function covers(bar: { readonly from: string; readonly until: string | null }, date: string): boolean {
  return bar.from <= date && (bar.until === null || date <= bar.until);
}
