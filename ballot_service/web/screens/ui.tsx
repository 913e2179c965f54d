// The small parts that every screen is made of. They know texts and looks, and nothing about voting.

import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Texts, zhCN } from "../locales/zh-CN.ts";

interface Words {
  readonly texts: Texts;
  /** Of the meeting file's own words, for those who have the page read to them. */
  readonly meetingLanguage: string;
}

export const WordsContext = createContext<Words>({ texts: zhCN, meetingLanguage: zhCN.language });

export function useTexts(): Texts {
  return useContext(WordsContext).texts;
}

/** Words of the meeting file, in its language whatever that of the page. */
export function Said({ children }: { children: ComponentChildren }) {
  const { texts, meetingLanguage } = useContext(WordsContext);
  return meetingLanguage === texts.language ? <>{children}</> : <span lang={meetingLanguage}>{children}</span>;
}

/** The heading of a screen. It takes the focus when the screen appears, so that it is read first, and from the top. */
export function Title({ children, id }: { children: ComponentChildren; id?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <h1 {...(id === undefined ? {} : { id })} tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

type ButtonProps = { onClick: () => void; children: ComponentChildren; label?: string };

/** The one act of a screen. */
export function MainButton({ onClick, children }: ButtonProps) {
  return (
    <button type="button" class="button main" onClick={onClick}>
      {children}
    </button>
  );
}

export function SideButton({ onClick, children, label }: ButtonProps) {
  return (
    <button
      type="button"
      class="button side"
      onClick={onClick}
      {...(label === undefined ? {} : { "aria-label": label })}
    >
      {children}
    </button>
  );
}

/** The buttons of a screen, at its lower edge, where a thumb reaches them. */
export function Actions({ children }: { children: ComponentChildren }) {
  return <div class="actions">{children}</div>;
}

/** Something to read closely, in a box. `alarm`: red, and read out at once. */
export function Notice({ kind, children }: { kind: "plain" | "alarm" | "good"; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} {...(kind === "alarm" ? { role: "alert" } : {})}>
      <Icon name={kind === "alarm" ? "alarm" : kind === "good" ? "tick" : "info"} />
      <div class="notice-text">{children}</div>
    </div>
  );
}

const SHAPES = {
  tick: "M5 12.5l4.5 4.5L19 7.5",
  alarm: "M12 6v8M12 17.5v.5",
  info: "M12 11v6.5M12 6.5v.5",
} as const;

/** Says nothing that words beside it do not say. */
export function Icon({ name }: { name: keyof typeof SHAPES }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="11" />
      <path d={SHAPES[name]} />
    </svg>
  );
}

export function Progress({ done, of, label }: { done: number; of: number; label: string }) {
  return <progress {...(of > 0 ? { value: done, max: of } : {})} aria-label={label} />;
}

/** A date as the meeting file writes it, in words. */
export function Day({ date }: { date: string }) {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return <time dateTime={date}>{useTexts().date(year, month, day)}</time>;
}

/**
 * A radio button or a checkbox as a large field. `blocked`: a tap changes nothing and calls `onBlocked`, which says why;
 * it stays reachable, because who cannot reach it does not learn why.
 */
export function Choice(props: {
  type: "radio" | "checkbox";
  name: string;
  checked: boolean;
  onPick: (picked: boolean) => void;
  blocked?: boolean;
  onBlocked?: () => void;
  children: ComponentChildren;
}) {
  const { type, name, checked, onPick, blocked = false, onBlocked, children } = props;
  return (
    <label class={`choice ${type}${blocked ? " blocked" : ""}`}>
      <input
        type={type}
        name={name}
        checked={checked}
        aria-disabled={blocked}
        onClick={(event) => {
          if (!blocked) return;
          event.preventDefault();
          onBlocked?.();
        }}
        onChange={(event) => onPick(event.currentTarget.checked)}
      />
      <span class="face">
        <span class="dot" aria-hidden="true" />
        <span class="words">{children}</span>
      </span>
    </label>
  );
}

/**
 * Text that is being typed. Between a keystroke and the journey's answer the field is ahead of the draft, so it is set
 * from the draft only when that changed for another reason; else an input method would lose what it is composing.
 */
export function useTyped(draft: string, send: (text: string) => void): { value: string; type: (text: string) => void } {
  const [value, setValue] = useState(draft);
  const sent = useRef(draft);
  useEffect(() => {
    if (draft === sent.current) return;
    sent.current = draft;
    setValue(draft);
  }, [draft]);
  return {
    value,
    type: (text) => {
      sent.current = text;
      setValue(text);
      send(text);
    },
  };
}

/** The time, while `until` has not come; again every second. */
export function useClock(until: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (Date.now() >= until) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return now;
}
