// The choices once more, in the size of any other text: a neighbour reads no more here than on the form.

import type { Acts, PaperView, Reviewing } from "../voting/journey.ts";
import { Actions, MainButton, Said, SideButton, Title, useTexts } from "./ui.tsx";

export function Review({ journey, acts, change }: { journey: Reviewing; acts: Acts; change: (place: number) => void }) {
  const { review } = useTexts();
  return (
    <>
      <Title>{review.title}</Title>
      <p>{review.final}</p>
      {journey.willWait && <p>{review.willWait}</p>}
      <ul class="review-list">
        {journey.papers.map((paper, place) => (
          <li key={paper.paper} class="card">
            <div class="review-head">
              <h2>
                <Said>{paper.contest.title}</Said>
              </h2>
              <SideButton label={review.changeOf(paper.contest.title)} onClick={() => change(place)}>
                {review.change}
              </SideButton>
            </div>
            <Choices paper={paper} />
          </li>
        ))}
      </ul>
      <Actions>
        <SideButton onClick={acts.back}>{review.back}</SideButton>
        <MainButton onClick={acts.cast}>{review.cast}</MainButton>
      </Actions>
    </>
  );
}

function Choices({ paper }: { paper: PaperView }) {
  const texts = useTexts();
  const { review } = texts;
  const { ballot, draft } = paper;
  if (ballot.kind === "approval" && draft.kind === "approval") {
    return (
      <ul class="chosen">
        {ballot.candidates.map(({ id, name }) => {
          const mark = new Map(Object.entries(draft.marks)).get(id);
          return (
            <li key={id}>
              <Said>{name}</Said>
              <span>{mark === undefined ? review.unmarked : <Said>{ballot.labels[mark]}</Said>}</span>
            </li>
          );
        })}
      </ul>
    );
  }
  if (ballot.kind === "pick" && draft.kind === "pick") {
    const picked = ballot.options.filter((option) => draft.picks.includes(option.id)).map((option) => option.name);
    const names = [...picked, ...draft.writeIn.map((name) => name.trim()).filter((name) => name !== "")];
    if (names.length === 0) return <p>{review.noPick}</p>;
    return (
      <ul class="chosen">
        {names.map((name) => (
          <li key={name}>
            <Said>{name}</Said>
          </li>
        ))}
      </ul>
    );
  }
  if (draft.kind === "comment") {
    return draft.text.trim() === "" ? <p>{review.noText}</p> : <p class="comment-text">{draft.text}</p>;
  }
  return (
    <p>
      <Answer paper={paper} />
    </p>
  );
}

function Answer({ paper: { ballot, draft } }: { paper: PaperView }) {
  const texts = useTexts();
  if ((draft.kind !== "grade" && draft.kind !== "score") || draft.answer === null) return <>{texts.review.blank}</>;
  const { answer } = draft;
  if (answer === "unknown") return <>{texts.ballot.unknown}</>;
  if ("score" in answer) return <>{texts.review.points(answer.score)}</>;
  const grade = ballot.kind === "grade" ? ballot.grades.find((one) => one.id === answer.grade) : undefined;
  return <Said>{grade?.name}</Said>;
}
