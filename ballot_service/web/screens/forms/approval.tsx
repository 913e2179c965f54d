// 同意, 不同意 or 弃权 for every candidate, in the ballot's own words. 差额: one 同意 too many is refused, and it says why.

import { useState } from "preact/hooks";
import type { Mark } from "../../api/meeting.ts";
import { approvalsLeft, withMark } from "../../voting/choices.ts";
import { Choice, Said, useTexts } from "../ui.tsx";
import type { FormProps } from "./form.tsx";

const MARKS: readonly Mark[] = ["approve", "oppose", "abstain"];

export function Approval({ paper, ballot, draft, place, desk }: FormProps<"approval">) {
  const { approval } = useTexts();
  const [refused, setRefused] = useState<string | null>(null);
  const { candidates, labels, maxApprove } = ballot;
  const marks = new Map(Object.entries(draft.marks));
  const left = approvalsLeft(ballot, draft);
  const isLimited = maxApprove < candidates.length;
  const approved = candidates.filter((one) => marks.get(one.id) === "approve").map((one) => one.name);

  return (
    <>
      {isLimited && (
        <p class="limit" role="status">
          {approval.limit(maxApprove, labels.approve)}{" "}
          <span class="count">{approval.given(approved.length, maxApprove, labels.approve)}</span>
        </p>
      )}
      {candidates.map(({ id, name, note }) => (
        <fieldset key={id} class="block">
          <legend class={candidates.length === 1 && name === paper.contest.title ? "unseen" : ""}>
            <Said>{name}</Said>
          </legend>
          {note !== null && (
            <p class="about">
              <Said>{note}</Said>
            </p>
          )}
          <div class="marks-row">
            {MARKS.map((mark) => {
              const isChecked = marks.get(id) === mark;
              return (
                <Choice
                  key={mark}
                  type="radio"
                  name={`mark-${place}-${id}`}
                  checked={isChecked}
                  blocked={mark === "approve" && !isChecked && left <= 0}
                  onBlocked={() => setRefused(id)}
                  onPick={() => {
                    setRefused(null);
                    desk.fill(paper.paper, withMark(ballot, draft, id, mark), false);
                  }}
                >
                  <Said>{labels[mark]}</Said>
                </Choice>
              );
            })}
          </div>
          <div role="alert">
            {refused === id && left <= 0 && (
              <p class="why">
                {approval.full(maxApprove, labels.approve, approved, name, [labels.oppose, labels.abstain])}
              </p>
            )}
          </div>
        </fieldset>
      ))}
    </>
  );
}
