// The small parts that the terminal's own screens share.

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { type TerminalTexts, terminalZhCN } from "./texts/zh-CN.ts";

export const TerminalWords = createContext<TerminalTexts>(terminalZhCN);

export function useTerminalTexts(): TerminalTexts {
  return useContext(TerminalWords);
}

/** Whole seconds until then, counting down to 0. */
export function useSeconds(until: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(0, Math.ceil((until - now) / 1000));
}
