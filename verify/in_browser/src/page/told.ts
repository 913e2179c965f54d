// What a contest came to, in words and in one line each: for the table at the top, the contest itself and the sheet.

import type { Contest, Item, Rule, Score } from "../contests.ts";
import { isObject, type Json } from "../json.ts";
import type { Proposal, Round } from "../judging.ts";
import type { Shown } from "../shown.ts";
import type { ContestVerdict, Verdict } from "../verdict.ts";
import type { Texts } from "./texts.ts";

/** A contest with its item and what was found of it. */
export interface Told {
  readonly item: Item;
  readonly contest: Contest;
  readonly found: ContestVerdict;
}

export type Count = keyof Round["counts"]["total"] & keyof Texts;
export const COUNTS = ["expected", "present", "issued", "returned", "invalid", "valid", "abstain"] as const;
export const MARKS = ["approve", "oppose", "abstain"] as const;

export function contestsOf(verdict: Verdict, shown: Shown): Told[] {
  return shown.items.flatMap((item) =>
    item.contests.flatMap((contest) => {
      const found = verdict.contests[contest.id];
      return found === undefined ? [] : [{ item, contest, found }];
    }),
  );
}

/** The name on the paper; an id that is none stays as it is. */
export function nameIn(contest: Contest, id: string): string {
  const { candidates, options, grades } = contest.ballot;
  return [...(candidates ?? []), ...(options ?? []), ...(grades ?? [])].find((one) => one.id === id)?.name ?? id;
}

/** Which counts are worth a column: “do not know” only where the ballot offers it. */
export function countsOf(contest: Contest): readonly Count[] {
  return contest.ballot.unknown === true ? [...COUNTS, "unknown"] : COUNTS;
}

export function countLine(round: Round, names: readonly Count[], texts: Texts): string {
  return names.map((name) => `${texts[name] as string}\u00a0${round.counts.total[name]}`).join("　"); // no break inside
}

export function conclusion({ contest, found }: Told, texts: Texts): string {
  const last = found.rounds.at(-1);
  if (last === undefined) return texts.notPolled;
  const listed = (ids: readonly string[]) => ids.map((id) => nameIn(contest, id)).join(texts.comma);
  const hasLine = contest.rules.some((rule) => rule.rule === "pass");
  const parts: string[] = [texts.states[found.final.state as keyof Texts["states"]] ?? found.final.state];
  if (found.final.elected.length > 0) parts.push(`${texts.elected}${texts.colon}${listed(found.final.elected)}`);
  else if (hasLine && last.passed.length > 0) parts.push(`${texts.reached}${texts.colon}${listed(last.passed)}`);
  else if (hasLine) parts.push(texts.reasons.none);
  if (contest.ballot.kind === "grade" || contest.ballot.kind === "score") {
    for (const { id } of contest.rules) {
      const value = id === null ? undefined : last.values[id];
      if (value?.display != null) parts.push(`${valueName(contest, id as string, texts)} ${value.display}`);
    }
  }
  parts.push(...last.reasons.filter((one) => one !== "none").map((one) => texts.reasons[one as "tie"] ?? one));
  parts.push(...last.flags.filter((one) => one.raised).map((one) => `${one.code} ${texts.raised}`));
  if (texts.next[last.next] !== "") parts.push(texts.next[last.next]);
  return parts.join(texts.semicolon);
}

/** What a rate, a mean or a band is, in words: rules have ids, people need more. */
export function valueName(contest: Contest, id: string, texts: Texts): string {
  const rule = contest.rules.find((one) => one.id === id && ["rate", "mean", "bands"].includes(one.rule));
  if (rule === undefined) return id;
  if (rule.rule === "mean") return texts.mean;
  if (rule.rule === "bands") return texts.byBand(valueName(contest, rule.value, texts));
  return texts.share(whatOf(contest, rule), texts.bases[rule.of as keyof Texts["bases"]] ?? rule.of);
}

function whatOf(contest: Contest, rule: Rule): string {
  if (rule.candidate !== undefined) {
    const marks = (rule.marks ?? []).map((mark) => contest.ballot.labels[mark as "approve"] ?? mark);
    return `${nameIn(contest, rule.candidate)} ${marks.join("+")}`;
  }
  return (rule.grades ?? rule.options ?? []).map((id) => nameIn(contest, id)).join("+");
}

/** (who or what, figures) of a round, for the sheet that is held against the minutes. */
export function figuresOf(contest: Contest, round: Round, texts: Texts): [string, string][] {
  if (contest.ballot.kind === "comment") return [];
  if (contest.ballot.kind === "approval") {
    return Object.entries(round.tally).map(([id, marks]) => [
      nameIn(contest, id),
      MARKS.map((mark) => `${contest.ballot.labels[mark]}\u00a0${(marks as Record<string, number>)[mark]}`).join("　"),
    ]);
  }
  const votes = plainTally(contest, round, texts).map(([name, times]) => `${name}${texts.colon}${times}`);
  const values = Object.entries(round.values).map(([id, value]): [string, string] => [
    valueName(contest, id, texts),
    value.display ?? "—",
  ]);
  return [[texts.votes, votes.join("　")], ...values];
}

/** (name, votes) of a round without marks; written names say that they are. */
export function plainTally(contest: Contest, round: Round, texts: Texts): [string, number][] {
  const written = contest.ballot.kind === "pick" ? round.tally["write_in"] : undefined;
  const own = Object.entries(round.tally).filter(([id]) => written === undefined || id !== "write_in");
  if (contest.ballot.kind === "score") own.sort(([a], [b]) => Number(a) - Number(b)); // objects put whole numbers first
  return [
    ...own.map(([id, times]): [string, number] => [nameIn(contest, id), times as number]),
    ...(isObject(written as Json)
      ? Object.entries(written as Readonly<Record<string, number>>).map(([name, times]): [string, number] => [
          name + texts.writtenIn,
          times,
        ])
      : []),
  ];
}

/** (where it comes from, proposal) of the last round of each contest, then of the scores. */
export function proposalsOf(verdict: Verdict, shown: Shown): [string, Proposal][] {
  const titleOf = (id: string) => shown.scores.find((one: Score) => one.id === id)?.title ?? id;
  return [
    ...contestsOf(verdict, shown).flatMap(({ contest, found }) =>
      (found.rounds.at(-1)?.proposals ?? []).map((one): [string, Proposal] => [contest.title, one]),
    ),
    ...Object.entries(verdict.scores).flatMap(([id, score]) =>
      (score.proposals ?? []).map((one): [string, Proposal] => [titleOf(id), one]),
    ),
  ];
}
