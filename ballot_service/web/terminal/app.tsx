// What a terminal shows: the frame with its switches, and in it one screen. The screens of a visit are those of the phone
// (screens/), with a few words changed; the rest is here and in attract.tsx.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Booth } from "../screens/booth.tsx";
import { Opening } from "../screens/entrance.tsx";
import { Stopped } from "../screens/stopped.tsx";
import { Actions, Icon, MainButton, Progress, SideButton, Title, WordsContext } from "../screens/ui.tsx";
import { Redeeming, Welcome } from "../screens/welcome.tsx";
import type { Connection, Journey } from "../voting/journey.ts";
import { Attract } from "./attract.tsx";
import type { Farewell, Front, Screen, View } from "./terminal.ts";
import { screensEn, terminalEn } from "./texts/en.ts";
import { screensZhCN, terminalZhCN } from "./texts/zh-CN.ts";
import { TerminalWords, useSeconds, useTerminalTexts } from "./ui.tsx";

/** reader: the script of the camera's worker; null: no camera is asked for. */
export function App({ terminal, reader }: { terminal: Front; reader: string | null }) {
  const [view, setView] = useState(terminal.view);
  useEffect(() => {
    setView(terminal.view);
    return terminal.subscribe(setView);
  }, [terminal]);

  const { screen, settings, meeting } = view;
  const meetingLanguage = meeting?.locale === "en" ? "en" : "zh-CN";
  const isEnglish = (settings.language ?? meetingLanguage) === "en";
  const texts = isEnglish ? terminalEn : terminalZhCN;
  useEffect(() => {
    const { documentElement: page } = document;
    page.lang = texts.language;
    page.classList.toggle("large", settings.large);
    page.classList.toggle("contrast", settings.contrast);
    document.title = texts.appName;
  }, [texts, settings]);

  const [asked, ask] = useState<"leaving" | "assisted" | null>(null);
  const hasBallot = screen.kind === "visit" && ["ballot", "review"].includes(screen.journey.kind);
  const leave = () => (hasBallot ? ask("leaving") : terminal.end());
  useEffect(() => {
    if (!hasBallot) ask(null);
  }, [hasBallot]);
  const overlay = view.warning !== null ? "idle" : hasBallot ? asked : null;

  return (
    <WordsContext.Provider value={{ texts: isEnglish ? screensEn : screensZhCN, meetingLanguage }}>
      <TerminalWords.Provider value={texts}>
        <div class={`page on-${screen.kind}`} {...(overlay === null ? {} : { inert: true })}>
          <Head
            view={view}
            terminal={terminal}
            {...(canLeave(screen) ? { leave } : {})}
            {...(hasBallot ? { assist: () => ask("assisted") } : {})}
          />
          <Bands view={view} />
          <main class={`screen ${nameOf(screen)}`}>
            <Shown view={view} terminal={terminal} reader={reader} leave={leave} />
          </main>
        </div>
        {overlay === "idle" && view.warning !== null && (
          <IdleWarning key="idle" until={view.warning.until} goOn={() => terminal.goOn()} />
        )}
        {overlay === "leaving" && <LeaveQuestion key="leaving" stay={() => ask(null)} leave={() => terminal.end()} />}
        {overlay === "assisted" && (
          <AssistedQuestion
            key="assisted"
            answer={(isAssisted) => {
              terminal.assist(isAssisted);
              ask(null);
            }}
            leave={() => ask(null)}
          />
        )}
      </TerminalWords.Provider>
    </WordsContext.Provider>
  );
}

function nameOf(screen: Screen): string {
  return screen.kind === "visit" ? `visit ${screen.journey.kind}` : screen.kind;
}

/** Whoever sends a ballot stays until it is there; the other screens have a button of their own, or nobody is on. */
function canLeave(screen: Screen): boolean {
  return screen.kind === "visit" && screen.journey.kind !== "sending" && screen.journey.kind !== "stopped";
}

function Head(props: { view: View; terminal: Front; leave?: () => void; assist?: () => void }) {
  const { view, terminal, leave, assist } = props;
  const texts = useTerminalTexts();
  const { meeting, settings } = view;
  const other = texts.language === "en" ? "zh-CN" : "en";
  return (
    <header class="head">
      <p class="head-title">
        {meeting === null ? texts.appName : <span lang={meeting.locale}>{meeting.title}</span>}
        {meeting !== null && (
          <span class="head-organiser" lang={meeting.locale}>
            {meeting.organiser}
          </span>
        )}
      </p>
      <div class="switches" role="group" aria-label={texts.settings}>
        <button type="button" class="switch" lang={other} onClick={() => terminal.set({ language: other })}>
          {texts.otherLanguage}
        </button>
        <Switch isOn={settings.large} set={(large) => terminal.set({ large })}>
          {texts.large}
        </Switch>
        <Switch isOn={settings.contrast} set={(contrast) => terminal.set({ contrast })}>
          {texts.contrast}
        </Switch>
        {assist !== undefined && (
          <Switch isOn={view.assisted} set={assist}>
            {texts.assisted.button}
          </Switch>
        )}
      </div>
      {leave !== undefined && (
        <button type="button" class="switch leave" onClick={leave}>
          {texts.leave}
        </button>
      )}
    </header>
  );
}

function Switch(props: { isOn: boolean; set: (on: boolean) => void; children: ComponentChildren }) {
  return (
    <button type="button" class="switch" aria-pressed={props.isOn} onClick={() => props.set(!props.isOn)}>
      <span class="switch-tick" aria-hidden="true" />
      {props.children}
    </button>
  );
}

/** What may have to be said above a screen. Always in the page, so that a change is read out. */
function Bands({ view }: { view: View }) {
  const { bands } = useTerminalTexts();
  const { screen, hub, closing } = view;
  const isOn = screen.kind === "visit";
  const connection: Connection = isOn && "connection" in screen.journey ? screen.journey.connection : { state: "ok" };
  const trouble = hub !== "none" ? hub : connection.state === "ok" ? null : "no-service";
  const journey = isOn ? screen.journey : null;
  const poll = journey?.kind === "ballot" || journey?.kind === "review" ? journey.poll : null;
  return (
    <div class="bands">
      <div role="alert">{closing !== null && closing.poll === poll && <ClosingBand until={closing.until} />}</div>
      <div role="status">
        {isOn && trouble !== null && (
          <p class="band">{trouble === "full" ? bands.full : trouble === "no-hub" ? bands.noHub : bands.noService}</p>
        )}
      </div>
    </div>
  );
}

function ClosingBand({ until }: { until: number | null }) {
  const { bands } = useTerminalTexts();
  const seconds = useSeconds(until ?? 0);
  const [first] = useState(seconds);
  if (until === null) return <p class="band urgent">{bands.closingSoon}</p>;
  return (
    <p class="band urgent">
      <span aria-hidden="true">{bands.closing(seconds)}</span>
      <span class="unseen">{bands.closing(first)}</span>
    </p>
  );
}

function Shown(props: { view: View; terminal: Front; reader: string | null; leave: () => void }) {
  const { view, terminal, reader, leave } = props;
  const texts = useTerminalTexts();
  const { screen } = view;
  switch (screen.kind) {
    case "starting":
      return (
        <>
          <Title>{texts.starting.title}</Title>
          <p role="status">{view.hub === "none" ? "" : texts.starting.noHub}</p>
          <Progress done={0} of={0} label={texts.starting.title} />
        </>
      );
    case "attract":
      return <Attract view={view} terminal={terminal} notice={screen.notice} reader={reader} />;
    case "visit":
      return <Visit journey={screen.journey} terminal={terminal} view={view} leave={leave} />;
    case "farewell":
      return <FarewellScreen why={screen.why} until={screen.until} end={() => terminal.end()} />;
    case "out":
      return (
        <>
          <div class="stop-panel">
            <Icon name="alarm" />
            <Title>{texts.out.title}</Title>
            <p>{texts.out.why[screen.why]}</p>
          </div>
          <p class="lead">{texts.out.nothing}</p>
        </>
      );
    case "gone":
      return <Title>{texts.starting.title}</Title>;
  }
}

function Visit(props: { journey: Journey; terminal: Front; view: View; leave: () => void }) {
  const { journey, terminal, view, leave } = props;
  const texts = useTerminalTexts();
  const { acts } = terminal;
  if (acts === null) return null;
  switch (journey.kind) {
    case "welcome":
      return <Welcome journey={journey} acts={acts} />;
    case "redeeming":
      return <Redeeming journey={journey} />;
    case "ballot":
    case "review":
      return <Booth key={journey.poll} journey={journey} acts={acts} />;
    case "sending":
      return <SendingScreen isTrying={view.hub !== "none"} />;
    case "stopped":
      return (
        <>
          <Stopped journey={journey} />
          <Actions>
            <SideButton onClick={leave}>{texts.leave}</SideButton>
          </Actions>
        </>
      );
    default: // the others end the visit, or are on their way to the next
      return <Opening />;
  }
}

/** The ballot is sealed and not yet at the hub. */
function SendingScreen({ isTrying }: { isTrying: boolean }) {
  const { sending } = useTerminalTexts();
  const said = isTrying ? sending.waiting : sending.text;
  return (
    <>
      <Title>{sending.title}</Title>
      <p role="status" class="strong">
        {said}
      </p>
      <Progress done={0} of={0} label={sending.title} />
    </>
  );
}

const GOOD: readonly Farewell[] = ["done", "ready", "already"];

function FarewellScreen({ why, until, end }: { why: Farewell; until: number; end: () => void }) {
  const { farewells, seconds, finish } = useTerminalTexts();
  const left = useSeconds(until);
  return (
    <>
      <div class="big-icon">
        <Icon name={GOOD.includes(why) ? "tick" : "info"} />
      </div>
      <Title>{farewells[why].title}</Title>
      <p class="lead">{farewells[why].text}</p>
      <p class="countdown">{seconds(left)}</p>
      <Actions>
        <MainButton onClick={end}>{finish}</MainButton>
      </Actions>
    </>
  );
}

// ── questions before the page ──────────────────────────────────────────────────────────────────────────────────────

function IdleWarning({ until, goOn }: { until: number; goOn: () => void }) {
  const { idle } = useTerminalTexts();
  const left = useSeconds(until);
  return (
    <Dialog title={idle.title} outside={goOn}>
      <p class="countdown">{idle.text(left)}</p>
      <p>{idle.nothing}</p>
      <FocusedButton onClick={goOn}>{idle.goOn}</FocusedButton>
    </Dialog>
  );
}

function LeaveQuestion({ stay, leave }: { stay: () => void; leave: () => void }) {
  const { leaving, idle } = useTerminalTexts();
  return (
    <Dialog title={leaving.title} outside={stay}>
      <p>{idle.nothing}</p>
      <FocusedButton onClick={stay}>{leaving.stay}</FocusedButton>
      <SideButton onClick={leave}>{leaving.leave}</SideButton>
    </Dialog>
  );
}

/** Who is helped says so; most are not asked. */
function AssistedQuestion({ answer, leave }: { answer: (isAssisted: boolean) => void; leave: () => void }) {
  const { assisted } = useTerminalTexts();
  return (
    <Dialog title={assisted.title} outside={leave}>
      <p>{assisted.who}</p>
      <p>{assisted.counted}</p>
      <FocusedButton onClick={() => answer(true)}>{assisted.yes}</FocusedButton>
      <SideButton onClick={() => answer(false)}>{assisted.no}</SideButton>
    </Dialog>
  );
}

function Dialog(props: { title: string; outside: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  useEffect(
    () => () => {
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    },
    [],
  );
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && props.outside()}>
      <div ref={box} class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="dialog-title">
        <h1 id="dialog-title">{props.title}</h1>
        {props.children}
      </div>
    </div>
  );
}

/** The likely answer: Enter or Space is enough. */
function FocusedButton({ onClick, children }: { onClick: () => void; children: ComponentChildren }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button ref={button} type="button" class="button main" onClick={onClick}>
      {children}
    </button>
  );
}
