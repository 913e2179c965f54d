// One phone on one page: the frame that stays, and in it the one screen that its journey is at.
//
// The switch has a case for every kind of journey, so a screen that was forgotten does not compile.

import { useEffect, useState } from "preact/hooks";
import { type Texts, zhCN } from "../locales/zh-CN.ts";
import type { Acts, Journey, MeetingFacts, Phone } from "../voting/journey.ts";
import { Booth } from "./booth.tsx";
import { DamagedSlip, NoSlip, Opening, OtherTab, SlipUsed, WrongAddress } from "./entrance.tsx";
import { MeetingClosed, Received, Waiting } from "./room.tsx";
import { Sending } from "./sending.tsx";
import { Stopped } from "./stopped.tsx";
import { SideButton, useTexts, WordsContext } from "./ui.tsx";
import { Redeeming, Welcome } from "./welcome.tsx";

const AGAIN_MS = 2_000;

/**
 * `language`: where the page begins, whatever the meeting says. `english`: fetches that locale when it is wanted; until it
 * is there the page is Chinese.
 */
export function App(props: { phone: Phone; language?: string; english: () => Promise<Texts> }) {
  const { phone, language, english } = props;
  const [journey, setJourney] = useState(phone.journey);
  useEffect(() => {
    setJourney(phone.journey);
    return phone.subscribe(setJourney);
  }, [phone]);

  const [chosen, choose] = useState(language);
  const meeting = meetingOf(journey);
  const meetingLanguage = meeting?.locale ?? zhCN.language;
  const wanted = chosen ?? meetingLanguage;
  const en = useFetched(english, wanted === "en");
  const texts = wanted === "en" && en !== null ? en : zhCN;
  const other = texts === zhCN ? "en" : "zh-CN";
  useEffect(() => {
    document.documentElement.lang = texts.language;
    document.title = texts.appName;
  }, [texts]);

  return (
    <WordsContext.Provider value={{ texts, meetingLanguage }}>
      <header class="head">
        {meeting === null || journey.kind === "welcome" ? (
          <p class="head-title">{texts.appName}</p>
        ) : (
          <p class="head-title" lang={meetingLanguage}>
            {meeting.title}
          </p>
        )}
        <button type="button" class="language" lang={other} onClick={() => choose(other)}>
          {texts.otherLanguage}
        </button>
      </header>
      <Bands journey={journey} acts={phone.acts} />
      <main class={`screen ${journey.kind}`}>
        <Screen journey={journey} acts={phone.acts} />
      </main>
    </WordsContext.Provider>
  );
}

/** Null until it is there; tried again while it is wanted. */
function useFetched(english: () => Promise<Texts>, isWanted: boolean): Texts | null {
  const [texts, setTexts] = useState<Texts | null>(null);
  useEffect(() => {
    if (!isWanted || texts !== null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const ask = () => {
      english().then(
        (fetched) => isOver || setTexts(fetched),
        () => {
          if (!isOver) timer = setTimeout(ask, AGAIN_MS);
        },
      );
    };
    ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [english, isWanted, texts]);
  return texts;
}

function Screen({ journey, acts }: { journey: Journey; acts: Acts }) {
  switch (journey.kind) {
    case "opening":
      return <Opening />;
    case "no-slip":
      return <NoSlip acts={acts} />;
    case "damaged-slip":
      return <DamagedSlip acts={acts} />;
    case "wrong-address":
      return <WrongAddress journey={journey} acts={acts} />;
    case "other-tab":
      return <OtherTab />;
    case "welcome":
      return <Welcome journey={journey} acts={acts} />;
    case "redeeming":
      return <Redeeming journey={journey} />;
    case "slip-used":
      return <SlipUsed acts={acts} />;
    case "waiting":
      return <Waiting journey={journey} />;
    case "ballot":
    case "review":
      return <Booth key={journey.poll} journey={journey} acts={acts} />;
    case "sending":
      return <Sending journey={journey} />;
    case "received":
      return <Received journey={journey} />;
    case "meeting-closed":
      return <MeetingClosed journey={journey} />;
    case "stopped":
      return <Stopped journey={journey} />;
    default:
      return never(journey);
  }
}

function never(journey: never): never {
  throw new TypeError(`no screen for ${JSON.stringify(journey)}`);
}

/** What may have to be said above every screen. Always in the page, so that a change is read out. */
function Bands({ journey, acts }: { journey: Journey; acts: Acts }) {
  const texts = useTexts();
  const connection = "connection" in journey ? journey.connection : null;
  const memory = "keeping" in journey && journey.keeping === "memory";
  return (
    <div class="bands">
      <div role="status">
        {connection?.state === "trying" && (
          <p class="band">{connection.why === "busy" ? texts.bands.busy : texts.bands.noAnswer}</p>
        )}
        {memory && <p class="band">{texts.bands.memory}</p>}
      </div>
      {connection?.state === "trying" && <SideButton onClick={acts.tryNow}>{texts.bands.tryNow}</SideButton>}
    </div>
  );
}

function meetingOf(journey: Journey): MeetingFacts | null {
  if ("meeting" in journey) return journey.meeting;
  return "room" in journey ? journey.room.meeting : null;
}
