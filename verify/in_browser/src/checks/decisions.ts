// V17 and V19: decisions, nominations, what earlier ledgers show, and announcements.

import { itemsBefore, type OrderedCase } from "../case.ts";
import { barRule, covers, follow, historyVotes } from "../bars.ts";
import { ANNOUNCE_MODES, type Contest } from "../contests.ts";
import { Fault } from "../fault.ts";
import { isObject, type Json } from "../json.ts";
import { recordedBefore, type Recorded, texts } from "./papers.ts";

export function checkDecisions(one: OrderedCase): void {
  const taken = new Set<string>();
  for (const [at, entry] of one.story.entries.entries()) {
    if (entry["type"] !== "decision") continue;
    const id = entry["contest"] as string;
    const last = recordedBefore(one.story, at)
      .filter((other) => other.contest === id)
      .at(-1);
    if (last === undefined) throw new Fault("a decision on a contest that was not counted", at);
    if (last.round["next"] !== "committee-decides") throw new Fault("a decision that is not the committee's", at);
    if (entry["round"] !== last.paper.round) throw new Fault("a decision on another round", at);
    const key = `${id} ${last.paper.round}`;
    if (taken.has(key)) throw new Fault("a second decision on a round", at);
    taken.add(key);
  }
}

function nominated(contest: Contest): string[] {
  return [...(contest.ballot.candidates ?? []), ...(contest.ballot.options ?? [])].map((one) => one.id);
}

export function checkNominations(one: OrderedCase): void {
  const { meeting } = one;
  const history = historyVotes(meeting);
  for (const contest of itemsBefore(one, Infinity).flatMap((item) => item.contests)) {
    const { post } = contest;
    if (post === null) continue;
    const rule = barRule(contest);
    for (const person of nominated(contest)) {
      const named = meeting.bars.some(
        (bar) => bar.person === person && (bar.post === post || bar.post === "any") && covers(bar, meeting.date),
      );
      const followed = rule === null ? [] : follow(history, person, post, rule).bars;
      if (named || followed.some((bar) => covers(bar, meeting.date))) {
        throw new Fault(`${person} may not be nominated in ${contest.id}`);
      }
    }
  }
}

/** A failed or passed vote that an earlier ledger records. */
interface EarlierVote {
  readonly person: string;
  readonly post: string;
  readonly date: string;
  readonly meeting: string;
  readonly contest: string;
  readonly round: number;
  readonly passed: boolean;
  readonly nobodyPassed: boolean;
  readonly ledger: number;
  readonly place: number; // in its ledger: by the entries of the results, in one poll by its papers
}

function votesIn(one: OrderedCase, ledger: number): EarlierVote[] {
  return recordedBefore(one.story, Infinity).flatMap((recorded: Recorded, place) => {
    const { contest, round: number } = recorded.paper;
    if (contest.post === null || !contest.rules.some((rule) => rule.rule === "pass")) return [];
    const passed = texts(recorded.round["passed"]);
    const tally = recorded.round["tally"];
    return (isObject(tally) ? Object.keys(tally) : []).map((person) => ({
      person,
      post: contest.post as string,
      date: one.meeting.date,
      meeting: one.meeting.id,
      contest: contest.id,
      round: number,
      passed: passed.includes(person),
      nobodyPassed: passed.length === 0,
      ledger,
      place,
    }));
  });
}

function isLater(a: EarlierVote, than: EarlierVote): boolean {
  if (a.ledger === than.ledger) return a.place > than.place;
  return a.date === than.date ? a.round > than.round : a.date > than.date;
}

/** docs/protocol.md, "V17, history and earlier ledgers". The ledgers were judged already. */
export function checkHistory(one: OrderedCase, earlier: readonly OrderedCase[]): void {
  const { meeting } = one;
  const contests = itemsBefore(one, Infinity).flatMap((item) => item.contests);
  const isNominated = (person: string, post: string) =>
    contests.some((contest) => contest.post === post && nominated(contest).includes(person));
  const votes = earlier
    .flatMap((other, index) => votesIn(other, index))
    .filter((vote) => vote.date <= meeting.date && isNominated(vote.person, vote.post));
  const failed = votes.filter((vote) => !vote.passed);
  const taken = new Set<number>();
  const lines = meeting.history.map((line, index) => ({ line, index }));
  const inOrder = [
    ...lines.filter(({ line }) => line.meeting !== null),
    ...lines.filter(({ line }) => line.meeting === null),
  ];
  for (const vote of failed) {
    const found = inOrder.find(
      ({ line, index }) =>
        !taken.has(index) &&
        line.person === vote.person &&
        line.post === vote.post &&
        line.date === vote.date &&
        (line.meeting === null || line.meeting === vote.meeting) &&
        (line.contest === null || line.contest === vote.contest) &&
        (line.round === null || line.round === vote.round) &&
        (line.nobody_passed === null || line.nobody_passed === vote.nobodyPassed),
    );
    if (found !== undefined) {
      taken.add(found.index);
      continue;
    }
    const keepsCounting = contests.some((contest) => contest.post === vote.post && barRule(contest)?.reset === false);
    const passedLater = votes.some(
      (other) => other.passed && other.person === vote.person && other.post === vote.post && isLater(other, vote),
    );
    if (keepsCounting || !passedLater) throw new Fault(`the history lacks a failed vote on ${vote.person}`);
  }
  const given = new Set(earlier.map((other) => other.meeting.id));
  for (const { line, index } of lines) {
    if (taken.has(index) || line.meeting === null || !given.has(line.meeting)) continue;
    if (isNominated(line.person, line.post))
      throw new Fault(`the history has a vote on ${line.person} that no ledger shows`);
  }
  for (const other of earlier) checkEarlierBars(one, other, isNominated);
}

function checkEarlierBars(
  one: OrderedCase,
  earlier: OrderedCase,
  isNominated: (person: string, post: string) => boolean,
) {
  for (const recorded of recordedBefore(earlier.story, Infinity)) {
    const list = recorded.round["barred"];
    for (const value of Array.isArray(list) ? (list as readonly Json[]) : []) {
      if (!isObject(value)) continue;
      const bar = value as unknown as { person: string; post: string; from: string; until: string | null };
      if (covers(bar, one.meeting.date) && isNominated(bar.person, bar.post)) {
        throw new Fault(`${bar.person} was barred by an earlier meeting`);
      }
    }
  }
}

export function checkAnnouncements(one: OrderedCase): number {
  const told = new Map<string, number>(); // contest and round: how many audiences so far
  let announcements = 0;
  for (const [at, entry] of one.story.entries.entries()) {
    if (entry["type"] !== "announce") continue;
    announcements++;
    for (const id of entry["contests"] as readonly string[]) {
      const item = itemsBefore(one, at).find((other) => other.contests.some((contest) => contest.id === id));
      if (item === undefined) throw new Fault("an announcement of a contest that is not on the agenda", at);
      if (entry["mode"] !== item.announce) throw new Fault("an announcement in another mode", at);
      const last = recordedBefore(one.story, at)
        .filter((other) => other.contest === id)
        .at(-1);
      if (last === undefined) throw new Fault("an announcement of a contest that is not counted", at);
      const key = `${id} ${last.paper.round}`;
      const audiences = ANNOUNCE_MODES[item.announce] ?? [];
      const place = told.get(key) ?? 0;
      if (audiences[place] !== entry["to"]) throw new Fault("an announcement out of order", at);
      told.set(key, place + 1);
    }
  }
  return announcements;
}
