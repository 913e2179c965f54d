// The form of a paper, by the kind of its ballot; and what is wrong with what was typed.

import type { DraftProblem, PaperView } from "../../voting/journey.ts";
import type { Desk } from "../booth.tsx";
import { useTexts } from "../ui.tsx";
import { Approval } from "./approval.tsx";
import { Comment } from "./comment.tsx";
import { Grade } from "./grade.tsx";
import { Pick } from "./pick.tsx";
import { rangeOf, Score } from "./score.tsx";

export interface FormProps<Kind extends PaperView["ballot"]["kind"]> {
  readonly paper: PaperView;
  readonly ballot: Extract<PaperView["ballot"], { kind: Kind }>;
  readonly draft: Extract<PaperView["draft"], { kind: Kind }>;
  /** Where it stands among the papers: for ids in the page. */
  readonly place: number;
  readonly desk: Desk;
}

export function BallotForm({ paper, place, desk }: { paper: PaperView; place: number; desk: Desk }) {
  return (
    <>
      <FormOfKind paper={paper} place={place} desk={desk} />
      {paper.problem !== null && <Problem paper={paper} problem={paper.problem} />}
    </>
  );
}

function FormOfKind({ paper, place, desk }: { paper: PaperView; place: number; desk: Desk }) {
  const { ballot, draft } = paper;
  const rest = { paper, place, desk };
  switch (ballot.kind) {
    case "approval":
      return draft.kind === "approval" ? <Approval ballot={ballot} draft={draft} {...rest} /> : mismatch();
    case "pick":
      return draft.kind === "pick" ? <Pick ballot={ballot} draft={draft} {...rest} /> : mismatch();
    case "grade":
      return draft.kind === "grade" ? <Grade ballot={ballot} draft={draft} {...rest} /> : mismatch();
    case "score":
      return draft.kind === "score" ? <Score ballot={ballot} draft={draft} {...rest} /> : mismatch();
    case "comment":
      return draft.kind === "comment" ? <Comment ballot={ballot} draft={draft} {...rest} /> : mismatch();
  }
}

function mismatch(): never {
  throw new TypeError("the draft is not of its ballot's kind");
}

function Problem({ paper, problem }: { paper: PaperView; problem: DraftProblem }) {
  return (
    <p role="alert" class="problem">
      <ProblemText paper={paper} problem={problem} />
    </p>
  );
}

function ProblemText({ paper, problem }: { paper: PaperView; problem: DraftProblem }) {
  const { problems } = useTexts();
  switch (problem.code) {
    case "too-many":
    case "name-too-long":
    case "text-too-long":
      return <>{problems[problem.code](problem.max)}</>;
    case "not-a-score": {
      if (paper.ballot.kind !== "score") return null;
      const { min, max, step } = rangeOf(paper.ballot);
      return <>{problems[problem.code](min, max, step)}</>;
    }
    default:
      return <>{problems[problem.code]}</>;
  }
}
