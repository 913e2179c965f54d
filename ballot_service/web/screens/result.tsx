// A result as it was announced. The phone shows it and judges nothing.

import type { ContestLine, CountName, Result, ResultRow } from "../voting/journey.ts";
import { Said, useTexts } from "./ui.tsx";

const COUNTS: readonly CountName[] = ["expected", "present", "issued", "returned", "valid", "invalid", "abstain"];

export function ResultTable({ contest, result }: { contest: ContestLine; result: Result }) {
  const texts = useTexts();
  const words = texts.result;
  return (
    <details class="result">
      <summary>
        {words.of}
        <Said>{contest.title}</Said>
      </summary>
      <p class="strong">
        {result.round > 1 && `${texts.ballot.round(result.round)} `}
        {words.state[result.state]}
        {result.reasons.length > 0 && ` (${texts.list(result.reasons.map((reason) => texts.reasons[reason]))})`}
      </p>
      {words.next[result.next] !== "" && <p>{words.next[result.next]}</p>}
      <ul class="rows">
        {result.rows.map((row) => (
          <li key={row.id}>
            <Row row={row} />
          </li>
        ))}
      </ul>
      <dl class="counts">
        {COUNTS.map((name) => (
          <div key={name}>
            <dt>{words.counts[name]}</dt>
            <dd>{result.counts[name]}</dd>
          </div>
        ))}
      </dl>
      {result.values.length > 0 && (
        <>
          <h4>{words.values}</h4>
          <dl class="counts">
            {result.values.map((value) => (
              <div key={value.id}>
                <dt class="code">{value.id}</dt>
                <dd>{value.display ?? words.noValue}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </details>
  );
}

function Row({ row }: { row: ResultRow }) {
  const { result: words } = useTexts();
  const { votes } = row;
  return (
    <>
      <span class="row-name">
        <Said>{row.name}</Said>
        {row.elected && <span class="badge">{words.elected}</span>}
        {row.passed && !row.elected && <span class="badge">{words.passed}</span>}
        {row.rank !== null && <span class="badge plain">{words.rank(row.rank)}</span>}
      </span>
      {votes.kind === "count" ? (
        <span>{words.votes(votes.count)}</span>
      ) : (
        <span class="marks">
          <span>
            {words.approve} {votes.approve}
          </span>
          <span>
            {words.oppose} {votes.oppose}
          </span>
          <span>
            {words.abstain} {votes.abstain}
          </span>
        </span>
      )}
    </>
  );
}
