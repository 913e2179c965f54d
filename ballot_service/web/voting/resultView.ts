// An announced round as rows for people, in the order of the ballot. Nothing is judged here: whoever wants to know recounts.

import { displayNumber, displayPercent } from "../api/exact.ts";
import type { Ballot, Contest, VoterClass } from "../api/meeting.ts";
import type { Round } from "../api/results.ts";
import type { Result, ResultRow } from "./journey.ts";

export function resultView(round: Round, contest: Contest, showRanks: boolean, classes: readonly VoterClass[]): Result {
  const [ranks] = showRanks ? [...round.ranks.values()] : [];
  const rows = namesOf(round, contest).map(([id, name]): ResultRow => {
    const tallied = round.tally.get(id) ?? 0;
    return {
      id,
      name,
      votes: typeof tallied === "number" ? { kind: "count", count: tallied } : { kind: "marks", ...tallied },
      passed: round.passed.includes(id),
      elected: round.elected.includes(id),
      rank: ranks?.get(id) ?? null,
    };
  });
  const { round: number, counts, state, reasons, next } = round;
  return {
    round: number,
    ballot: contest.ballot.kind,
    counts,
    rows,
    state,
    reasons,
    next,
    values: values(round, contest, classes),
  };
}

/** id and name of each row; later rounds have fewer candidates. */
function namesOf(round: Round, { ballot }: Contest): readonly (readonly [string, string])[] {
  switch (ballot.kind) {
    case "approval":
      return ballot.candidates.filter(({ id }) => round.tally.has(id)).map(({ id, name }) => [id, name]);
    case "score":
      return [...round.tally.keys()].map((score) => [score, score]);
    default:
      return listedOn(ballot).map(({ id, name }) => [id, name]);
  }
}

function values(round: Round, { ballot, figures }: Contest, classes: readonly VoterClass[]): Result["values"] {
  const listed = [listedOn(ballot), classes].map((all) => new Map(all.map(({ id, name }) => [id, name])));
  const [offered, classNames] = listed as [Map<string, string>, Map<string, string>];
  return figures.map(({ id, rule, of, marks, classes: counted, weighted }) => {
    const exact = round.values.get(id) ?? null;
    return {
      id,
      rule,
      of: of.map((one) => offered.get(one) ?? one),
      marks,
      classes: counted.map((one) => classNames.get(one) ?? one),
      weighted,
      display: exact === null ? null : rule === "rate" ? displayPercent(exact) : displayNumber(exact),
    };
  });
}

function listedOn(ballot: Ballot): readonly { readonly id: string; readonly name: string }[] {
  switch (ballot.kind) {
    case "approval":
      return ballot.candidates;
    case "pick":
      return ballot.options;
    case "grade":
      return ballot.grades;
    default:
      return [];
  }
}
