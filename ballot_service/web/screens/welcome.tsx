// The slip is good: what this is, the words to compare, and the exchange of the slip for a booklet.

import type {
  Acts,
  MeetingFacts,
  Redeeming as RedeemingJourney,
  Welcome as WelcomeJourney,
} from "../voting/journey.ts";
import { Actions, Day, MainButton, Progress, Said, Title, useTexts } from "./ui.tsx";

export function Welcome({ journey, acts }: { journey: WelcomeJourney; acts: Acts }) {
  const { welcome } = useTexts();
  const { meeting, agenda } = journey;
  return (
    <>
      <Title>
        <Said>{meeting.title}</Said>
      </Title>
      <Facts meeting={meeting} />
      <p>
        {welcome.what}
        {welcome.cannotSee}
      </p>
      <Words journey={journey} />
      <p>{welcome.once}</p>
      <details class="card">
        <summary>{welcome.agenda}</summary>
        <ol class="plain-list">
          {agenda.map((title) => (
            <li key={title}>
              <Said>{title}</Said>
            </li>
          ))}
        </ol>
      </details>
      {(meeting.ceremony === "server" || meeting.transport === "plain") && (
        <details class="card">
          <summary>{welcome.about}</summary>
          {meeting.ceremony === "server" && <p>{welcome.server}</p>}
          {meeting.transport === "plain" && <p>{welcome.plain}</p>}
        </details>
      )}
      <Actions>
        <MainButton onClick={acts.redeem}>{welcome.redeem}</MainButton>
      </Actions>
    </>
  );
}

function Facts({ meeting }: { meeting: MeetingFacts }) {
  const { welcome } = useTexts();
  return (
    <p class="meeting-facts">
      <span>
        <Said>{meeting.organiser}</Said>
      </span>
      <span>
        <Said>{meeting.place}</Said>
      </span>
      <span>
        <Day date={meeting.date} />
      </span>
      <span>
        {welcome.voterClass}
        <Said>{meeting.voterClass.name}</Said>
      </span>
    </p>
  );
}

/** The words as the slip and the hall's screen show them: in the meeting's language. */
function Words({ journey }: { journey: WelcomeJourney }) {
  const { welcome } = useTexts();
  const isChinese = journey.meeting.locale === "zh-CN";
  return (
    <section class="card words-card" aria-labelledby="words-title">
      <h2 id="words-title">{welcome.wordsTitle}</h2>
      <ol class={`fingerprint ${isChinese ? "zh" : "en"}`} lang={isChinese ? "zh-CN" : "en"}>
        {journey.words.map((word, place) => (
          <li key={`${place} ${word}`}>{word}</li>
        ))}
      </ol>
      <p>{welcome.wordsText}</p>
      <p class="strong">{welcome.wordsDiffer}</p>
    </section>
  );
}

export function Redeeming({ journey }: { journey: RedeemingJourney }) {
  const { redeeming } = useTexts();
  return (
    <>
      <Title>{redeeming.title}</Title>
      <p role="status" class="strong">
        {redeeming[journey.stage]}
      </p>
      <Progress done={journey.done} of={journey.of} label={redeeming[journey.stage]} />
      <p>{redeeming.keepOpen}</p>
    </>
  );
}
