// An announced round as rows for people, in the order of the ballot. Nothing is judged here: whoever wants to know recounts.

import { displayNumber, displayPercent } from "../api/exact.ts";
import type { Contest } from "../api/meeting.ts";
import type { Round } from "../api/results.ts";
import type { Result, ResultRow } from "./journey.ts";

export function resultView(round: Round, contest: Contest, showRanks: boolean): Result {
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
    values: values(round, contest),
  };
}

/** id and name of each row; later rounds have fewer candidates. */
function namesOf(round: Round, { ballot }: Contest): readonly (readonly [string, string])[] {
  switch (ballot.kind) {
    case "approval":
      return ballot.candidates.filter(({ id }) => round.tally.has(id)).map(({ id, name }) => [id, name]);
    case "pick":
      return ballot.options.map(({ id, name }) => [id, name]);
    case "grade":
      return ballot.grades.map(({ id, name }) => [id, name]);
    case "score":
      return [...round.tally.keys()].map((score) => [score, score]);
    case "comment":
      return [];
  }
}

function values(round: Round, contest: Contest): Result["values"] {
  return contest.figures.map(({ id, rule }) => {
    const exact = round.values.get(id) ?? null;
    return { id, display: exact === null ? null : rule === "rate" ? displayPercent(exact) : displayNumber(exact) };
  });
}
