// What stands above the choices of a paper: the question, whom it is about, which round, and why again.

import type { AgainWhy, PaperView } from "../voting/journey.ts";
import { Notice, Said, Title, useTexts } from "./ui.tsx";

/** Of a paper's heading; the choices are labelled by it. */
export function paperId(place: number): string {
  return `paper-${place}`;
}

export function PaperHead({ paper, place, as }: { paper: PaperView; place: number; as: "title" | "h2" | "h3" }) {
  const texts = useTexts();
  const { contest, seats, round } = paper;
  const about = aboutSubject(paper);
  const heading = (
    <>
      <Said>{contest.title}</Said> {round > 1 && <span class="round">{texts.ballot.round(round)}</span>}
    </>
  );
  const Heading = as;
  return (
    <div class="paper-head">
      {Heading === "title" ? (
        <Title id={paperId(place)}>{heading}</Title>
      ) : (
        <Heading id={paperId(place)} tabIndex={-1}>
          {heading}
        </Heading>
      )}
      {about !== "" && (
        <p class="about">
          <Said>{about}</Said>
        </p>
      )}
      {paper.again !== null && (
        <Notice kind="plain">
          <p>
            <Again again={paper.again} />
          </p>
        </Notice>
      )}
      {seats !== null && seats > 1 && <p class="aside">{texts.ballot.seats(seats)}</p>}
    </div>
  );
}

/** Name, unit and title of who is assessed, without what the question says already. */
function aboutSubject({ subject, contest, ballot }: PaperView): string {
  if (subject === null) return "";
  const note = ballot.kind === "approval" && ballot.candidates.length === 1 ? ballot.candidates[0]?.note : null;
  const parts = [contest.title.includes(subject.name) ? null : subject.name, subject.unit, subject.title];
  return parts.filter((part) => part !== null && part !== note).join(" ");
}

function Again({ again }: { again: AgainWhy }) {
  const texts = useTexts();
  switch (again.why) {
    case "voided":
      return <>{texts.ballot.voided}</>;
    case "revote":
      return <>{texts.again(again.reasons.map((reason) => texts.reasons[reason]))}</>;
    case "further-round":
      return <>{texts.ballot.again}</>;
  }
}
