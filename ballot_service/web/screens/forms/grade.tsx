// One grade, best first; apart from them 不了解, where it is offered, and 弃权.

import { withGrade } from "../../voting/choices.ts";
import { paperId } from "../paper.tsx";
import { Choice, Said, useTexts } from "../ui.tsx";
import type { FormProps } from "./form.tsx";

export function Grade({ paper, ballot, draft, place, desk }: FormProps<"grade">) {
  const texts = useTexts();
  const { answer } = draft;
  const name = `grade-${place}`;
  const graded = answer !== null && answer !== "unknown" ? answer.grade : null;
  return (
    <div class="block" role="radiogroup" aria-labelledby={paperId(place)}>
      <div class="options grades">
        {ballot.grades.map((grade) => (
          <Choice
            key={grade.id}
            type="radio"
            name={name}
            checked={graded === grade.id}
            onPick={() => desk.fill(paper.paper, withGrade({ grade: grade.id }), false)}
          >
            <Said>{grade.name}</Said>
          </Choice>
        ))}
      </div>
      <div class="options grades apart">
        {ballot.unknown && (
          <Choice
            type="radio"
            name={name}
            checked={answer === "unknown"}
            onPick={() => desk.fill(paper.paper, withGrade("unknown"), false)}
          >
            {texts.ballot.unknown}
          </Choice>
        )}
        <Choice
          type="radio"
          name={name}
          checked={desk.abstains(paper)}
          onPick={() => desk.fill(paper.paper, withGrade(null), true)}
        >
          {texts.ballot.abstain}
        </Choice>
      </div>
    </div>
  );
}
