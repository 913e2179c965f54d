// The voting booth: papers to fill in, and the review. One question a screen for few papers, one sheet for many.
//
// Two things live here and nowhere else: which paper is shown, and where a person has tapped 弃权 by hand (in a draft that
// is the same as nothing filled in). Both are gone with the booth.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Acts, Draft, Filling, PaperView, Reviewing } from "../voting/journey.ts";
import { BallotForm } from "./forms/form.tsx";
import { PaperHead, paperId } from "./paper.tsx";
import { Review } from "./review.tsx";
import { Actions, MainButton, Progress, Said, SideButton, Title, useTexts } from "./ui.tsx";

/** More than this many are one sheet. */
const MOST_ONE_BY_ONE = 5;

export function Booth({ journey, acts }: { journey: Filling | Reviewing; acts: Acts }) {
  const [place, setPlace] = useState(0);
  const [abstained, setAbstained] = useState<readonly string[]>([]);
  const { papers } = journey;

  const fill = (paper: string, draft: Draft, isAbstention: boolean) => {
    setAbstained((before) => [...before.filter((one) => one !== paper), ...(isAbstention ? [paper] : [])]);
    acts.fill(paper, draft);
  };
  const change = (to: number) => {
    setPlace(to);
    acts.back();
  };
  const abstains = (paper: PaperView) => paper.blank && abstained.includes(paper.paper);
  const desk: Desk = { fill, abstains, isFilled: (paper) => isFilled(paper, abstains(paper)) };

  if (journey.kind === "review") return <Review journey={journey} acts={acts} change={change} />;
  if (papers.length > MOST_ONE_BY_ONE) return <Sheet journey={journey} acts={acts} desk={desk} start={place} />;
  return (
    <OneByOne journey={journey} acts={acts} desk={desk} place={Math.min(place, papers.length - 1)} go={setPlace} />
  );
}

/** What a form may do. */
export interface Desk {
  readonly fill: (paper: string, draft: Draft, isAbstention: boolean) => void;
  readonly abstains: (paper: PaperView) => boolean;
  readonly isFilled: (paper: PaperView) => boolean;
}

function isFilled(paper: PaperView, abstains: boolean): boolean {
  return paper.ballot.kind === "approval" ? paper.unmarked === 0 : !paper.blank || abstains;
}

interface BoothProps {
  journey: Filling;
  acts: Acts;
  desk: Desk;
}

function OneByOne({ journey, acts, desk, place, go }: BoothProps & { place: number; go: (place: number) => void }) {
  const texts = useTexts();
  const { papers } = journey;
  const paper = papers[place];
  if (paper === undefined) return null;
  const isLast = place === papers.length - 1;
  const isStuck = isLast && !journey.ready;
  return (
    <section key={paper.paper} class="paper">
      {papers.length > 1 && (
        <p class="place">
          <span>{texts.ballot.place(place + 1, papers.length)}</span>
          <Progress done={place + 1} of={papers.length} label={texts.ballot.place(place + 1, papers.length)} />
        </p>
      )}
      <p class="item-title">
        <Said>{paper.item.title}</Said>
      </p>
      <PaperHead paper={paper} place={place} as="title" />
      <BallotForm paper={paper} place={place} desk={desk} />
      <Actions>
        {isStuck && (
          <p role="alert" class="problem">
            {texts.ballot.notReady}
          </p>
        )}
        {place > 0 && <SideButton onClick={() => go(place - 1)}>{texts.ballot.previous}</SideButton>}
        {isLast ? (
          <MainButton onClick={() => (journey.ready ? acts.review() : go(firstProblem(papers)))}>
            {texts.ballot.review}
          </MainButton>
        ) : (
          <MainButton onClick={() => go(place + 1)}>{texts.ballot.next}</MainButton>
        )}
      </Actions>
    </section>
  );
}

function Sheet({ journey, acts, desk, start }: BoothProps & { start: number }) {
  const texts = useTexts();
  const { papers } = journey;
  const first = useRef(start);
  useEffect(() => {
    if (first.current > 0) show(first.current);
  }, []);
  const done = papers.filter(desk.isFilled).length;
  const groups = grouped(papers);
  return (
    <section class="paper sheet">
      {groups.length === 1 && groups[0] !== undefined ? (
        <Title>
          <Said>{groups[0].title}</Said>
        </Title>
      ) : (
        <Title>{texts.ballot.title}</Title>
      )}
      <div class="sheet-progress">
        <p role="status">{texts.ballot.filled(done, papers.length)}</p>
        <Progress done={done} of={papers.length} label={texts.ballot.filled(done, papers.length)} />
      </div>
      {groups.map((group) => (
        <section key={group.id} class="group">
          {groups.length > 1 && (
            <h2 class="item-title">
              <Said>{group.title}</Said>
            </h2>
          )}
          {group.places.map((place) => {
            const paper = papers[place];
            return (
              paper !== undefined && (
                <section key={paper.paper} class="card row">
                  <PaperHead paper={paper} place={place} as={groups.length > 1 ? "h3" : "h2"} />
                  <BallotForm paper={paper} place={place} desk={desk} />
                </section>
              )
            );
          })}
        </section>
      ))}
      {done < papers.length && <p class="aside">{texts.ballot.left(papers.length - done)}</p>}
      <Actions>
        {!journey.ready && (
          <p role="alert" class="problem">
            {texts.ballot.notReady}
          </p>
        )}
        <MainButton onClick={() => (journey.ready ? acts.review() : show(firstProblem(papers)))}>
          {texts.ballot.review}
        </MainButton>
      </Actions>
    </section>
  );
}

function firstProblem(papers: readonly PaperView[]): number {
  return Math.max(
    0,
    papers.findIndex((paper) => paper.problem !== null),
  );
}

function show(place: number): void {
  const heading = document.getElementById(paperId(place));
  heading?.scrollIntoView({ block: "center" });
  heading?.focus({ preventScroll: true });
}

interface Group {
  readonly id: string;
  readonly title: string;
  readonly places: readonly number[];
}

/** Papers under the items that they belong to, in their order. */
function grouped(papers: readonly PaperView[]): readonly Group[] {
  const ids = [...new Set(papers.map((paper) => paper.item.id))];
  return ids.map((id) => {
    const places = papers.map((_, place) => place).filter((place) => papers[place]?.item.id === id);
    return { id, title: papers[places[0] ?? 0]?.item.title ?? "", places };
  });
}
