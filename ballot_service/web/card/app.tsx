// The scrutineer's screens: a card is held or it is not, and then one box after the other.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { completions, languageOf, readCardWords } from "../crypto/cardWords.ts";
import { fingerprintWords, type Language, type WordList } from "../crypto/words.ts";
import { Actions, Icon, MainButton, Notice, Progress, SideButton, Title } from "../screens/ui.tsx";
import type { Desk, Held, ShownBox } from "./desk.ts";
import { en, type Texts, zh } from "./texts.ts";

export type Lists = Readonly<Record<Language, WordList>>;

export function App({ desk, lists }: { desk: Desk; lists: Lists }) {
  const [, redraw] = useState(0);
  useLayoutEffect(() => desk.subscribe(() => redraw((count) => count + 1)), [desk]);
  const { view } = desk;
  const held = "held" in view ? view.held : null;
  const [chosen, choose] = useState<Language | null>(null);
  const language = chosen ?? (held?.meeting.locale === "en" ? "en" : "zh");
  const texts = language === "en" ? en : zh;
  useEffect(() => {
    document.documentElement.lang = texts.language;
    document.title = texts.app;
  }, [texts]);
  return (
    <>
      <header class="head">
        <p class="head-title">{held === null ? texts.app : texts.card(held.card)}</p>
        <button
          type="button"
          class="language"
          lang={language === "en" ? "zh-CN" : "en"}
          onClick={() => choose(language === "en" ? "zh" : "en")}
        >
          {texts.other}
        </button>
      </header>
      <div class="bands" role="status">
        {desk.isOffline && <p class="band">{texts.offline}</p>}
      </div>
      <main class={`screen ${view.kind}`}>
        <Screen desk={desk} texts={texts} lists={lists} language={language} />
      </main>
    </>
  );
}

interface Shown {
  readonly desk: Desk;
  readonly texts: Texts;
  readonly lists: Lists;
  readonly language: Language;
}

function Screen(shown: Shown) {
  const { desk, texts, lists, language } = shown;
  const { view } = desk;
  switch (view.kind) {
    case "no-card":
      return <NoCard {...shown} why={view.why} />;
    case "reading":
      return (
        <>
          <Title>{texts.reading}</Title>
          <Progress done={0} of={0} label={texts.reading} />
        </>
      );
    case "compare":
      return (
        <>
          <Title>{texts.compare.title}</Title>
          <p class="strong">{view.held.meeting.title}</p>
          <Words held={view.held} lists={lists} language={language} />
          <p>{texts.compare.text}</p>
          <p class="strong">{texts.compare.differ}</p>
          <Actions>
            <MainButton onClick={() => desk.same()}>{texts.compare.same}</MainButton>
          </Actions>
        </>
      );
    case "held":
      return <HeldCard {...shown} held={view.held} />;
    case "stopped":
      return (
        <>
          <Title>{texts.stopped.title}</Title>
          <Notice kind="alarm">
            <p>{texts.stopped.why[view.why]}</p>
            <p class="strong">{texts.stopped.call}</p>
          </Notice>
          <p class="code">
            {texts.stopped.detail}
            {view.detail}
          </p>
        </>
      );
    default:
      return never(view);
  }
}

function never(view: never): never {
  throw new TypeError(`no screen for ${JSON.stringify(view)}`);
}

function Words({ held, lists, language }: { held: Held; lists: Lists; language: Language }) {
  const words = fingerprintWords(held.fingerprint, lists[language]).split(" ");
  return (
    <ul class={`fingerprint ${language}`} lang={language === "en" ? "en" : "zh-CN"}>
      {words.map((word, place) => (
        <li key={place}>{word}</li>
      ))}
    </ul>
  );
}

// ── a card whose meeting is known ──────────────────────────────────────────────────────────────────────────────────

function HeldCard({ desk, texts, lists, language, held }: Shown & { held: Held }) {
  const now = current(held.boxes);
  const rest = held.boxes.filter((one) => one !== now);
  const isTested = held.tested.includes(held.card);
  const putAway = <SideButton onClick={() => desk.forget()}>{texts.putAway}</SideButton>;
  if (held.isOver) {
    return (
      <>
        <Title>{held.meeting.title}</Title>
        <Notice kind="plain">
          <p>{texts.over}</p>
        </Notice>
        <Earlier boxes={held.boxes} texts={texts} />
        <Actions>{putAway}</Actions>
      </>
    );
  }
  const asksToTest = now === null && !isTested;
  const mayOpen = now !== null && now.phase === "closed" && now.waits === "no" && !now.mine;
  return (
    <>
      <Title key={asksToTest ? "test" : `box ${now?.box ?? ""}`}>
        {asksToTest ? texts.test.title : now === null ? held.meeting.title : texts.box(now.box)}
      </Title>
      {(asksToTest || now !== null) && <p class="about">{held.meeting.title}</p>}
      {now === null ? (
        <Test held={held} texts={texts} isTested={isTested} />
      ) : (
        <Box box={now} held={held} texts={texts} />
      )}
      <details class="meeting-words">
        <summary>{texts.fingerprint}</summary>
        <Words held={held} lists={lists} language={language} />
      </details>
      <Earlier boxes={rest} texts={texts} />
      <Actions>
        {asksToTest && (
          <Act isSending={held.isSending} label={texts.test.button} texts={texts} act={() => desk.test()} />
        )}
        {mayOpen && <Act isSending={held.isSending} label={texts.open} texts={texts} act={() => desk.open(now)} />}
        {putAway}
      </Actions>
    </>
  );
}

/** The box that is to be opened first; else the one that is being filled; else the last one, once there are any. */
function current(boxes: readonly ShownBox[]): ShownBox | null {
  const waiting = boxes.filter((one) => one.phase === "closed");
  const mine = waiting.find((one) => !one.mine && one.waits !== "objection");
  return mine ?? waiting[0] ?? boxes.find((one) => one.phase === "open") ?? boxes[boxes.length - 1] ?? null;
}

function Act(props: { isSending: boolean; label: string; texts: Texts; act: () => Promise<void> }) {
  return (
    <MainButton onClick={() => void props.act()}>{props.isSending ? props.texts.sending : props.label}</MainButton>
  );
}

function Test({ held, texts, isTested }: { held: Held; texts: Texts; isTested: boolean }) {
  if (!isTested) {
    return (
      <>
        <p>{texts.test.text}</p>
        <Said held={held} box={0} texts={texts} />
      </>
    );
  }
  return (
    <>
      <Notice kind="good">
        <p class="strong">{texts.test.good(held.boxCount)}</p>
        <p>{texts.test.done(held.tested, held.cards)}</p>
      </Notice>
      <p>{texts.test.wait}</p>
    </>
  );
}

function Box({ box, held, texts }: { box: ShownBox; held: Held; texts: Texts }) {
  return (
    <>
      <Questions box={box} texts={texts} />
      <div role="status">
        <BoxState box={box} held={held} texts={texts} />
      </div>
      <Said held={held} box={box.box} texts={texts} />
    </>
  );
}

function BoxState({ box, held, texts }: { box: ShownBox; held: Held; texts: Texts }) {
  if (box.phase === "opened") {
    return (
      <Notice kind="good">
        <p class="strong">{texts.phase.opened}</p>
        <p>{texts.openedBy(box.released)}</p>
      </Notice>
    );
  }
  if (box.phase !== "closed") return <p class="strong">{texts.phase[box.phase]}</p>;
  if (box.waits === "objection") {
    return (
      <Notice kind="alarm">
        <p>{texts.waits.objection}</p>
      </Notice>
    );
  }
  if (box.waits !== "no") {
    const { waits } = texts;
    return (
      <Notice kind="plain">
        <p>{box.waits === "seconds" ? waits.seconds(box.seconds) : waits.witnesses}</p>
      </Notice>
    );
  }
  return (
    <>
      {box.mine ? (
        <Notice kind="good">
          <p class="strong">{texts.mine}</p>
          <p>{texts.released(box.released, held.threshold)}</p>
        </Notice>
      ) : (
        <>
          <p class="strong">{texts.ask}</p>
          <p>{texts.released(box.released, held.threshold)}</p>
        </>
      )}
    </>
  );
}

function Questions({ box, texts }: { box: ShownBox; texts: Texts }) {
  return (
    <section class="card">
      <p class="about">{texts.questions}</p>
      <ul class="plain-list">
        {box.questions.map(({ contest, round }) => (
          <li key={contest.id} class="strong">
            {contest.title} {round > 1 && <span class="round">{texts.round(round)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last tap on this box came to, where the box itself does not say it. */
function Said({ held, box, texts }: { held: Held; box: number; texts: Texts }) {
  const { said } = held;
  if (said === null || said.box !== box || said.what === "done") return null;
  if (said.what === "again") return <p role="status">{texts.again}</p>;
  return (
    <Notice kind="alarm">
      <p>{texts.refusals[said.what]}</p>
    </Notice>
  );
}

function Earlier({ boxes, texts }: { boxes: readonly ShownBox[]; texts: Texts }) {
  if (boxes.length === 0) return null;
  return (
    <details>
      <summary>{texts.earlier}</summary>
      <ul class="rows">
        {boxes.map((one) => (
          <li key={one.box}>
            <span class="row-name">{texts.box(one.box)}</span>
            {one.questions.map(({ contest }) => contest.title).join("、")}
            {one.phase !== "closed" && <span class="note">{texts.phase[one.phase]}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

// ── no card ────────────────────────────────────────────────────────────────────────────────────────────────────────

function NoCard({ desk, texts, lists, why }: Shown & { why: "none" | "damaged" | "wrong-place" }) {
  const { noCard } = texts;
  return (
    <>
      <Title>{noCard.title}</Title>
      {why !== "none" && (
        <Notice kind="alarm">
          <p>{why === "damaged" ? noCard.damaged : noCard.wrongPlace}</p>
        </Notice>
      )}
      <section class="card">
        <ol class="steps">
          {noCard.how.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p class="aside">{noCard.why}</p>
      </section>
      {why !== "wrong-place" && <TypedWords desk={desk} texts={texts} lists={lists} />}
    </>
  );
}

function TypedWords({ desk, texts, lists }: { desk: Desk; texts: Texts; lists: Lists }) {
  const { noCard } = texts;
  const [typed, setTyped] = useState("");
  const read = readCardWords(typed, lists);
  const suggested = completions(typed, lists[languageOf(typed)]);
  function send(event: Event): void {
    event.preventDefault();
    if (read.state !== "whole") return;
    setTyped("");
    desk.take({ secret: read.secret, prefix: null });
  }
  return (
    <details>
      <summary>{noCard.words}</summary>
      <form onSubmit={send}>
        <label class="label" for="words">
          {noCard.label}
        </label>
        <textarea
          id="words"
          class="text"
          rows={4}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {suggested.length > 0 && (
          <p class="suggested">
            {suggested.map((word) => (
              <button
                key={word}
                type="button"
                class="button side"
                onClick={() => setTyped(`${typed.replace(/[a-z]+$/i, "")}${word} `)}
              >
                {word}
              </button>
            ))}
          </p>
        )}
        <p role="status" class={read.state === "wrong" || read.state === "mixed-up" ? "wrong" : ""}>
          {read.state === "wrong"
            ? noCard.wrong(read.place, read.word)
            : read.state === "mixed-up"
              ? noCard.mixedUp
              : noCard.count(read.state === "whole" ? 24 : read.count)}
          {read.state === "whole" && <Icon name="tick" />}
        </p>
        {read.state === "whole" && (
          <button type="submit" class="button main">
            {noCard.go}
          </button>
        )}
      </form>
    </details>
  );
}
