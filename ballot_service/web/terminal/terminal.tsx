// The one script of a terminal's page. On the page it starts the terminal and draws it; loaded again as a worker it makes
// booklets, as screens/main.tsx does on a phone.

import { render } from "preact";
import { systemClock } from "../api/clock.ts";
import { QUIETLY } from "../api/early.ts";
import { runInWorker } from "../crypto/bookletJob.ts";
import { systemRandom } from "../crypto/random.ts";
import { readWordList } from "../crypto/words.ts";
import { work } from "../crypto/worker.ts";
import { App } from "./app.tsx";
import { Hub } from "./hub.ts";
import { isTextField, lockDown } from "./lockdown.ts";
import { Keystrokes } from "./scanner.ts";
import { Terminal } from "./terminal.ts";

declare const WORD_LIST_URLS: Readonly<Record<"zh" | "en", string>>;
declare const READER_URL: string;

/** A browser that has not closed by then does not let a page close it. */
const CLOSING_MS = 1_500;
const HUB_AGAIN_MS = 2_000;

if (typeof document === "undefined") work();
else showPage((document.currentScript as HTMLScriptElement).src);

/** script: this file, which is its worker too. */
function showPage(script: string): void {
  const ask = (url: string, init: RequestInit) => fetch(url, init);
  const [, name = "1"] = /^\/t\/([A-Za-z0-9-]{1,16})$/.exec(location.pathname) ?? [];
  const terminal = new Terminal({
    name,
    origin: location.origin,
    hub: new Hub(location.origin, ask, systemClock),
    fetch: ask,
    clock: systemClock,
    random: systemRandom,
    runBooklet: (job, onProgress) => runInWorker(script, job, onProgress),
    wordList: async (language) => readWordList(await (await ask(WORD_LIST_URLS[language], {})).text(), language),
    wipe: () => void wipe(),
  });

  const app = document.getElementById("app") as HTMLElement;
  app.textContent = "";
  render(<App terminal={terminal} reader={READER_URL} />, app);
  terminal.start();

  lockDown();
  const keys = new Keystrokes(systemClock, (readings) => terminal.scan(readings));
  addEventListener(
    "keydown",
    (event) => {
      terminal.touch();
      if (event.isComposing || isTextField(event.target)) return;
      if (!keys.press(event)) return;
      event.preventDefault();
      event.stopPropagation(); // Enter after a scan must not press the button that has the focus
    },
    { capture: true },
  );
  for (const type of ["pointerdown", "wheel"]) addEventListener(type, () => terminal.touch(), { passive: true });
  addEventListener("pagehide", () => terminal.stop());
  // A page that comes back out of the browser's memory would show what its last voter saw.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/**
 * Nothing of a voter stays: with `?fresh=1` the browser itself goes, and the launcher starts a new one; else this page makes
 * way for a new one that leads back nowhere, as soon as the hub can give one.
 */
async function wipe(): Promise<void> {
  if (new URLSearchParams(location.search).has("fresh")) {
    window.close();
    await pause(CLOSING_MS);
  }
  while (!(await isThere())) await pause(HUB_AGAIN_MS);
  location.replace(location.pathname + location.search);
}

/** Else the browser would show a page of its own, and stay there. */
async function isThere(): Promise<boolean> {
  try {
    return (await fetch("/hub/meeting", QUIETLY)).ok;
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
