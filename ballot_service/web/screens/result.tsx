// A result as it was announced. The phone shows it and judges nothing.

import type { CountName, Result, ResultRow } from "../voting/journey.ts";
import { Said, useTexts } from "./ui.tsx";

const COUNTS: readonly CountName[] = ["expected", "present", "issued", "returned", "valid", "invalid", "abstain"];

/** `title`: of the contest, where an item has several. */
export function ResultTable({ title, result, isOpen }: { title: string | null; result: Result; isOpen: boolean }) {
  const texts = useTexts();
  const words = texts.result;
  const state = words.state[result.state];
  const reasons = result.reasons.map((reason) => texts.reasons[reason]);
  return (
    <details class="result" open={isOpen}>
      <summary>
        {title === null ? (
          words.title
        ) : (
          <>
            {words.of}
            <Said>{title}</Said>
          </>
        )}
      </summary>
      <p class="strong">
        {result.round > 1 && `${texts.ballot.round(result.round)} `}
        {reasons.length > 0 ? words.because(state, reasons) : state}
      </p>
      {words.next[result.next] !== "" && <p>{words.next[result.next]}</p>}
      {result.values.length > 0 && (
        <dl class="counts values">
          {result.values.map((value) => (
            <div key={value.id}>
              <dt>
                <Said>{words.value(value)}</Said>
              </dt>
              <dd>{value.display ?? words.noValue}</dd>
            </div>
          ))}
        </dl>
      )}
      <ul class="rows">
        {result.rows.map((row) => (
          <li key={row.id} class={row.votes.kind}>
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
