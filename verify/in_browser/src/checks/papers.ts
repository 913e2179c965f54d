// V08: every paper is a contest of the agenda, or of an item that a motion let in, in the round that the recorded results
// lead to.

import { itemsBefore, type OrderedCase } from "../case.ts";
import { canBeComputed, type Contest, type Item } from "../contests.ts";
import { Fault } from "../fault.ts";
import { encode, isObject, type Json, type JsonObject } from "../json.ts";
import { distinct } from "../shapes.ts";
import type { Paper, Story } from "../story.ts";

/** A round as the ledger records it: what the meeting acted upon. */
export interface Recorded {
  readonly at: number;
  readonly contest: string;
  readonly paper: Paper;
  readonly round: JsonObject;
}

/** The first result of each opened poll, contest by contest in the order of its papers, before this line. */
export function recordedBefore(story: Story, at: number): Recorded[] {
  const found: Recorded[] = [];
  for (const result of story.results) {
    if (result.at >= at || result.poll.resultAt !== result.at) continue;
    const contests = (story.entries[result.at] as JsonObject)["contests"] as JsonObject;
    for (const paper of result.poll.papers) {
      const round = contests[paper.contest.id];
      if (isObject(round)) found.push({ at: result.at, contest: paper.contest.id, paper, round });
    }
  }
  return found;
}

/** A list of texts in a recorded round. */
export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** The people in `barred` of a recorded round. */
export function barredIn(round: JsonObject): string[] {
  const list = round["barred"];
  if (!Array.isArray(list)) return [];
  return texts(list.map((one) => (isObject(one as Json) ? ((one as JsonObject)["person"] ?? null) : null)));
}

export function checkPapers(one: OrderedCase): void {
  const { story } = one;
  for (const added of story.items) checkAddedItem(one, added.item, added.admittedBy, added.at);
  for (const paper of story.papers.values()) checkPaper(one, paper);
  for (const poll of story.polls.values()) {
    for (const paper of poll.papers) checkRound(one, paper, poll.openAt);
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return encode(a as Json) === encode(b as Json);
}

function checkPaper(one: OrderedCase, paper: Paper): void {
  const item = itemsBefore(one, paper.at).find((other) => other.id === paper.item);
  const contest = item?.contests.find((other) => other.id === paper.contest.id);
  if (contest === undefined) throw new Fault("a paper of a contest that is not on the agenda", paper.at);
  if (paper.round === 1 ? !sameJson(contest, paper.contest) : !fewerNames(contest, paper.contest)) {
    throw new Fault("a paper that is not the contest of the agenda", paper.at);
  }
  if (!sameJson(paper.classes, contest.voters)) throw new Fault("a paper for other classes", paper.at);
  if (!Object.keys(paper.recused).every((id) => paper.classes.includes(id))) {
    throw new Fault("somebody recused who does not vote", paper.at);
  }
}

/** Equal, but that some candidates may be left out, in the same order. */
function fewerNames(agenda: Contest, paper: Contest): boolean {
  if (agenda.ballot.kind !== "approval") return sameJson(agenda, paper);
  if (paper.ballot.kind !== "approval") return false;
  const ids = paper.ballot.candidates.map((one) => one.id);
  const candidates = agenda.ballot.candidates.filter((one) => ids.includes(one.id));
  return sameJson({ ...agenda, ballot: { ...agenda.ballot, candidates } }, paper);
}

function checkRound(one: OrderedCase, paper: Paper, at: number): void {
  const { story } = one;
  const recorded = recordedBefore(story, at);
  const own = recorded.filter((other) => other.contest === paper.contest.id);
  const last = own.at(-1);
  if (last === undefined) {
    if (paper.round !== 1) throw new Fault("a later round before the first", at);
    return;
  }
  if (paper.round !== last.paper.round + 1) throw new Fault("a round out of order", at);
  const next = last.round["next"];
  if (next !== "revote" && next !== "committee-decides") throw new Fault("a round after the last", at);
  if (next === "committee-decides") {
    const decision = story.entries.find(
      (entry, place) =>
        place < at &&
        place > last.at &&
        entry["type"] === "decision" &&
        entry["contest"] === last.contest &&
        entry["round"] === last.paper.round,
    );
    if (decision?.["choice"] !== "revote") throw new Fault("a round without a decision to vote again", at);
  }
  const gone = new Set(own.flatMap((other) => texts(other.round["elected"])));
  for (const other of recorded) {
    const { post } = other.paper.contest;
    if (post !== null && post === paper.contest.post) for (const person of barredIn(other.round)) gone.add(person);
  }
  const before = last.paper.contest.ballot.candidates ?? [];
  const wanted = before.map((person) => person.id).filter((id) => !gone.has(id));
  if (
    !sameJson(
      wanted,
      (paper.contest.ballot.candidates ?? []).map((person) => person.id),
    )
  ) {
    throw new Fault("a later round with other names", at);
  }
}

function checkAddedItem(one: OrderedCase, item: Item, admittedBy: string, at: number): void {
  const { meeting, story } = one;
  const before = itemsBefore(one, at);
  const forCadres = (other: Contest) =>
    other.post !== null || other.rules.some((rule) => rule.rule === "seats" || rule.rule === "bar");
  if (item.cadre || item.contests.some(forCadres)) throw new Fault("an added item about cadres", at);
  const motion = before.flatMap((other) => other.contests).find((other) => other.id === admittedBy);
  if (motion?.ballot.kind !== "approval") throw new Fault("an added item that no motion let in", at);
  const round = recordedBefore(story, at)
    .filter((other) => other.contest === admittedBy)
    .at(-1);
  const passed = texts(round?.round["passed"]).length;
  const used = story.items.filter((other) => other.at < at && other.admittedBy === admittedBy).length;
  if (used >= passed) throw new Fault("an added item that was not admitted", at);
  const classes = meeting.classes.map((other) => other.id);
  if (!item.contests.every((other) => other.voters.every((id) => classes.includes(id)))) {
    throw new Fault("an added item for unknown classes", at);
  }
  const all = [...before, item];
  const contests = all.flatMap((other) => other.contests);
  const inputs = [meeting, ...all].flatMap((other) => other.inputs);
  const scores = [meeting, ...all].flatMap((other) => other.scores);
  if (![all, contests, inputs, scores].every((list) => distinct(list.map((other) => other.id)))) {
    throw new Fault("an added item with an id that is taken", at);
  }
  const world = {
    contests: new Map(contests.map((other) => [other.id, other])),
    inputs: new Set(inputs.map((other) => other.id)),
    scores: new Map(scores.map((other) => [other.id, other])),
  };
  if (!canBeComputed(world)) throw new Fault("an added item whose scores cannot be computed", at);
}
