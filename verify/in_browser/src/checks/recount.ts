// V16 and V18: every round and every score once more, from the opened ballots, and held against what was recorded.

import { itemsBefore, type OrderedCase } from "../case.ts";
import { historyVotes, type Vote } from "../bars.ts";
import { readOnPaper } from "../choices.ts";
import { type Contest, exactly, type Input, type Item } from "../contests.ts";
import { Box } from "../counting.ts";
import { Fault } from "../fault.ts";
import { encode, type Json, type JsonObject } from "../json.ts";
import { type Ballots, judge, type Pooled, type Round } from "../judging.ts";
import { computeScores, type Scored } from "../scoring.ts";
import type { Paper } from "../story.ts";
import { type Figures, issuedToDevices, paperCount } from "./attendance.ts";
import type { Opened } from "./ballots.ts";
import type { Slips } from "./keysAndSlips.ts";

export interface Recounted {
  readonly contest: Contest; // as on the paper
  readonly round: Round;
  readonly pools: ReadonlyMap<string, Pooled>;
  readonly resultAt: number | null;
}

/** Every opened round in the order of the openings. Throws NotCountable. */
export function recount(one: OrderedCase, opened: Opened, slips: Slips, figures: Figures): Recounted[] {
  const { meeting, story } = one;
  const rounds: Recounted[] = [];
  const votes: Vote[] = historyVotes(meeting);
  for (const { poll } of story.openings) {
    for (const paper of poll.papers) {
      const contest = paper.contest;
      const before = rounds.filter((other) => other.contest.id === contest.id);
      const elected = before.flatMap((other) => other.round.elected);
      const seats = contest.rules.find((rule) => rule.rule === "seats")?.seats ?? 0;
      const samePost = rounds.filter(
        (other) => other.contest.id === contest.id || (contest.post !== null && other.contest.post === contest.post),
      );
      const judged = judge({
        meeting,
        contest,
        poll: poll.id,
        round: paper.round,
        classes: new Map(contest.voters.map((id) => [id, ballotsOf(one, paper, id, opened, slips, figures)])),
        quorum: itemOf(one, paper)?.quorum ?? meeting.quorum,
        seatsLeft: Math.max(0, seats - elected.length),
        elected,
        barred: samePost.flatMap((other) => other.round.barred.map((bar) => bar.person)),
        votes,
      });
      votes.push(...judged.votes);
      rounds.push({ contest, round: judged.round, pools: judged.pools, resultAt: poll.resultAt });
    }
  }
  return rounds;
}

function itemOf(one: OrderedCase, paper: Paper): Item | undefined {
  return itemsBefore(one, paper.at).find((other) => other.id === paper.item);
}

function ballotsOf(
  one: OrderedCase,
  paper: Paper,
  id: string,
  opened: Opened,
  slips: Slips,
  figures: Figures,
): Ballots {
  const box = new Box();
  box.addAll(opened.box(paper, id));
  const onPaper = paperCount(one, paper, id);
  for (const ballot of onPaper.ballots) box.add(readOnPaper(ballot, paper.contest.ballot), ballot.times);
  const { openAt, closeAt } = paper.poll as { openAt: number; closeAt: number | null };
  return {
    box,
    expected: figures.expected(id, closeAt ?? Infinity),
    present: figures.present(id, closeAt ?? Infinity),
    presentAtOpening: figures.present(id, openAt),
    issued: issuedToDevices(slips, paper, id) + onPaper.handedOut,
  };
}

/** The round as a `result` entry holds it: without prose. */
export function withoutProse(round: Round): Json {
  const { judgements: _judgements, proposals: _proposals, quorum, values, ...rest } = round;
  return {
    ...rest,
    quorum: quorum === null ? null : { held: quorum.held },
    values: Object.fromEntries(
      Object.entries(values).map(([id, { exact, empty_classes }]) => [
        id,
        empty_classes === undefined ? { exact } : { exact, empty_classes },
      ]),
    ),
  } as unknown as Json;
}

export function checkResults(one: OrderedCase, rounds: readonly Recounted[]): void {
  for (const { contest, round, resultAt } of rounds) {
    if (resultAt === null) continue;
    const recorded = ((one.story.entries[resultAt] as JsonObject)["contests"] as JsonObject)[contest.id] as Json;
    if (encode(recorded) !== encode(withoutProse(round))) {
      throw new Fault(`the recount of ${contest.id} differs from the record`, resultAt);
    }
  }
}

export interface GivenInput {
  readonly value: string;
  readonly evidence: string;
}

/** The last entry for each input, in the order in which they were first given. */
export function givenInputs(one: OrderedCase): Map<string, GivenInput> {
  const given = new Map<string, GivenInput>();
  for (const entry of one.story.entries) {
    if (entry["type"] !== "input") continue;
    given.set(entry["id"] as string, { value: entry["value"] as string, evidence: entry["evidence"] as string });
  }
  return given;
}

export function scoresOf(one: OrderedCase, rounds: readonly Recounted[]): Map<string, Scored> {
  const inputs = givenInputs(one);
  const last = new Map<string, Recounted>(rounds.map((other) => [other.contest.id, other]));
  const find = (name: string) => {
    const [contest, rule] = name.split(".") as [string, string];
    return { recounted: last.get(contest), rule };
  };
  const all = [one.meeting, ...itemsBefore(one, Infinity)].flatMap((other) => other.scores);
  return computeScores(
    all,
    {
      value: (name) => find(name).recounted?.round.values[find(name).rule],
      pool: (name) => find(name).recounted?.pools.get(find(name).rule),
      input: (id) => inputs.get(id)?.value,
    },
    one.meeting,
  );
}

export function checkScores(one: OrderedCase, scores: ReadonlyMap<string, Scored>): void {
  const { meeting, story } = one;
  for (const [at, entry] of story.entries.entries()) {
    if (entry["type"] !== "input") continue;
    const known: Input[] = [meeting, ...itemsBefore(one, at)].flatMap((other) => other.inputs);
    const input = known.find((other) => other.id === entry["id"]);
    if (input === undefined) throw new Fault("an input that is not there", at);
    const value = exactly(entry["value"] as string);
    const below = input.min !== null && value.compare(exactly(input.min)) < 0;
    const above = input.max !== null && value.compare(exactly(input.max)) > 0;
    if (below || above) throw new Fault("an input outside its limits", at);
  }
  if (!story.finished) return;
  const at = story.entries.length - 1;
  const own = Object.fromEntries([...scores].map(([id, score]) => [id, score.exact]));
  if (encode(own) !== encode((story.entries[at] as JsonObject)["scores"] as Json)) {
    throw new Fault("scores that are not those computed", at);
  }
}
