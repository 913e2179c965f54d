// Between the polls: what became of this phone's ballots, and where the meeting stands.

import type { ComponentChildren } from "preact";
import type {
  AgendaLine,
  ContestLine,
  EndedPoll,
  Fate,
  MeetingClosed as MeetingClosedJourney,
  Received as ReceivedJourney,
  Room,
  Waiting as WaitingJourney,
} from "../voting/journey.ts";
import { ResultTable } from "./result.tsx";
import { Icon, Notice, Progress, Said, Title, useTexts } from "./ui.tsx";

export function Waiting({ journey }: { journey: WaitingJourney }) {
  const { waiting } = useTexts();
  const { room } = journey;
  const next = room.agenda.find((item) => item.id === room.next);
  return (
    <>
      {room.latest === null ? (
        <Title>{waiting.title}</Title>
      ) : (
        <>
          <Latest poll={room.latest} />
          <p class="strong">{waiting.title}</p>
        </>
      )}
      {room.openPoll === "not-my-class" && <p>{waiting.notMyClass}</p>}
      {room.openPoll === "all-cast" && <p>{waiting.allCast}</p>}
      {room.unsent > 0 && (
        <Notice kind="plain">
          <p>{waiting.unsent(room.unsent)}</p>
        </Notice>
      )}
      {next !== undefined && (
        <p>
          {waiting.next[next.progress]}
          <Said>{next.title}</Said>
        </p>
      )}
      <p>{waiting.stay}</p>
      <Agenda room={room} />
    </>
  );
}

export function Received({ journey }: { journey: ReceivedJourney }) {
  const { received, latest } = useTexts();
  const { total, refused } = journey;
  const got = total - refused.length;
  return (
    <>
      {got === 0 ? (
        <Title>{latest.refused.title}</Title>
      ) : (
        <>
          <div class="big-icon">
            <Icon name="tick" />
          </div>
          <Title>{received.title}</Title>
          <p class="strong">{received.text(got, total)}</p>
        </>
      )}
      {refused.length > 0 && (
        <Notice kind="alarm">
          <p class="strong">{received.refused(refused.length)}</p>
          <ul class="fates">
            {refused.map(({ title, code }) => (
              <li key={title}>
                <Said>{title}</Said>
                <span class="code">{code}</span>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {got > 0 && <p>{received.later}</p>}
      <Agenda room={journey.room} />
    </>
  );
}

export function MeetingClosed({ journey }: { journey: MeetingClosedJourney }) {
  const { closed } = useTexts();
  return (
    <>
      <Title>{closed.title}</Title>
      {journey.room.latest !== null && <Latest poll={journey.room.latest} as="h2" />}
      <p>{closed.text}</p>
      <p class="strong">{closed.slip}</p>
      <Agenda room={journey.room} />
    </>
  );
}

/** The worst first: it decides what the card says. That one of several was left out is no worse than its being in. */
const WORST_FIRST: readonly Fate["fate"][] = [
  "missing",
  "refused",
  "not-taken",
  "void",
  "sending",
  "received",
  "in",
  "not-cast",
];

function worst(fates: readonly Fate[]): Fate | undefined {
  return [...fates].sort((left, right) => WORST_FIRST.indexOf(left.fate) - WORST_FIRST.indexOf(right.fate))[0];
}

/** The poll that ended last. Its outcome is the heading of the screen, unless that has another. */
function Latest({ poll, as = "title" }: { poll: EndedPoll; as?: "title" | "h2" }) {
  const texts = useTexts();
  const fate = worst(poll.papers.map((paper) => paper.fate));
  if (fate === undefined) return as === "title" ? <Title>{texts.waiting.title}</Title> : null;
  const isChecking = poll.checking && fate.fate === "received";
  const areMixed = poll.papers.some((paper) => paper.fate.fate !== fate.fate);
  const outcome = isChecking ? CHECKING : fate;
  return (
    <section class="latest">
      <Outcome key={outcome.fate} fate={outcome} as={as} />
      {areMixed && (
        <ul class="fates" aria-label={texts.latest.papers}>
          {poll.papers.map((paper) => (
            <li key={paper.contest}>
              <Said>{paper.title}</Said>
              <FateWord fate={paper.fate} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the service itself writes as the reason; nobody's words. */
const INTAKE_LOST = "intake-lost";
const CHECKING = { fate: "checking" } as const;

function Outcome({ fate, as }: { fate: Fate | typeof CHECKING; as: "title" | "h2" }) {
  const texts = useTexts();
  const { latest } = texts;
  switch (fate.fate) {
    case "checking":
      return (
        <Card as={as} kind="plain" title={latest.checking.title}>
          <p>{latest.checking.text}</p>
          <Progress done={0} of={0} label={latest.checking.title} />
        </Card>
      );
    case "in":
      return (
        <Card as={as} kind="good" title={latest.in.title}>
          <p>{latest.in.text}</p>
        </Card>
      );
    case "missing":
      return (
        <Card as={as} kind="alarm" title={latest.missing.title}>
          <p>{latest.missing.text}</p>
          <p>{latest.missing[fate.objection]}</p>
          <p class="strong">{latest.missing.show}</p>
        </Card>
      );
    case "not-taken":
      return (
        <Card as={as} kind="alarm" title={latest["not-taken"].title}>
          <p>{latest["not-taken"].text}</p>
          <p class="strong">{latest["not-taken"].show}</p>
        </Card>
      );
    case "refused":
      return (
        <Card as={as} kind="alarm" title={latest.refused.title}>
          <p>{latest.refused.text}</p>
          <p class="strong">{latest.refused.show}</p>
          <p>
            {texts.code}
            <span class="code">{fate.code}</span>
          </p>
        </Card>
      );
    case "void":
      return (
        <Card as={as} kind="plain" title={latest.void.title}>
          <p>{latest.void.text}</p>
          {fate.reason !== INTAKE_LOST && (
            <p>
              {latest.void.reason}
              <Said>{fate.reason}</Said>
            </p>
          )}
        </Card>
      );
    case "not-cast":
    case "sending":
    case "received":
      return (
        <Card as={as} kind="plain" title={latest[fate.fate].title}>
          <p>{latest[fate.fate].text}</p>
        </Card>
      );
  }
}

function Card(props: {
  as: "title" | "h2";
  kind: "plain" | "alarm" | "good";
  title: string;
  children: ComponentChildren;
}) {
  return (
    <Notice kind={props.kind}>
      {props.as === "title" ? <Title>{props.title}</Title> : <h2>{props.title}</h2>}
      {props.children}
    </Notice>
  );
}

function FateWord({ fate }: { fate: Fate }) {
  const { fates } = useTexts();
  return <span class={`fate ${fate.fate}`}>{fates[fate.fate]}</span>;
}

function Agenda({ room }: { room: Room }) {
  const { waiting } = useTexts();
  return (
    <section class="agenda" aria-labelledby="agenda-title">
      <h2 id="agenda-title">{waiting.agenda}</h2>
      {room.attendance !== null && (
        <p class="aside">{waiting.attendance(room.attendance.expected, room.attendance.present)}</p>
      )}
      <ol class="items">
        {room.agenda.map((item) => (
          <AgendaItem key={item.id} item={item} isNext={item.id === room.next} />
        ))}
      </ol>
    </section>
  );
}

function AgendaItem({ item, isNext }: { item: AgendaLine; isNext: boolean }) {
  const texts = useTexts();
  return (
    <li class={`item ${item.progress}`} {...(isNext ? { "aria-current": "step" as const } : {})}>
      <div class="item-head">
        <h3>
          <Said>{item.title}</Said>
        </h3>
        <span class="item-progress">{texts.progress[item.progress]}</span>
      </div>
      {item.added && <p class="aside">{texts.added}</p>}
      {isNext && item.steps.length > 0 && (
        <ul class="item-steps">
          {item.steps.map(({ step, done }) => (
            <li key={step}>{texts.step(texts.steps[step], done)}</li>
          ))}
        </ul>
      )}
      <Contests contests={item.contests} />
    </li>
  );
}

/** One line where all papers of an item fared alike; else one line each. */
function Contests({ contests }: { contests: readonly ContestLine[] }) {
  const texts = useTexts();
  const results = contests.filter((contest) => contest.result !== null);
  const [first, ...others] = contests;
  if (first === undefined) return null;
  if (contests.every((contest) => !contest.mine)) return <p class="aside">{texts.notMine}</p>;
  const isUniform = others.every((contest) => contest.fate?.fate === first.fate?.fate);
  return (
    <>
      {isUniform && contests.length > 1 ? (
        <p class="fates">
          {texts.papersOf(contests.length)}
          {first.fate !== null && <FateWord fate={first.fate} />}
        </p>
      ) : (
        <ul class="fates">
          {contests.map((contest) => (
            <li key={contest.id}>
              <span>
                <Said>{contest.title}</Said>
                {contest.poll !== null && contest.poll.round > 1 && ` ${texts.ballot.round(contest.poll.round)}`}
              </span>
              {contest.fate !== null && <FateWord fate={contest.fate} />}
              {!contest.mine && <span class="aside">{texts.notMine}</span>}
            </li>
          ))}
        </ul>
      )}
      {results.map(
        ({ id, title, result }) =>
          result && (
            <ResultTable
              key={id}
              title={contests.length === 1 ? null : title}
              result={result}
              isOpen={results.length === 1}
            />
          ),
      )}
    </>
  );
}
