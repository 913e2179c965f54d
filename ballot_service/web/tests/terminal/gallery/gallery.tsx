// The terminal's gallery: one sample view at a time, without a hub. `?screen=NAME&language=en&large=1&contrast=1`; without a
// name, the list. Its terminal follows what is tapped on the ballot, and nothing more.

import { render } from "preact";
import { App } from "../../../terminal/app.tsx";
import type { Front, View } from "../../../terminal/terminal.ts";
import type { Acts } from "../../../voting/journey.ts";
import { judged } from "../../gallery/samples.ts";
import { VIEWS } from "./samples.ts";

const asked = new URLSearchParams(location.search);
const view = VIEWS[asked.get("screen") ?? ""];
const app = document.getElementById("app") as HTMLElement;
app.textContent = "";

if (view === undefined) render(<List />, app);
else render(<App terminal={rehearsed(view)} reader={null} />, app);

function List() {
  return (
    <main class="screen">
      <h1>Screens</h1>
      <ul>
        {Object.keys(VIEWS).map((name) => (
          <li key={name}>
            <a data-screen={name} href={`?screen=${name}`}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function rehearsed(first: View): Front {
  const language = asked.get("language") === "en" ? "en" : "zh-CN";
  const settings = { language, large: asked.has("large"), contrast: asked.has("contrast") } as const;
  let now: View = { ...first, settings };
  const listeners = new Set<(view: View) => void>();
  const change = (next: Partial<View>) => {
    now = { ...now, ...next };
    void Promise.resolve().then(() => {
      for (const listener of listeners) listener(now);
    });
  };
  const journey = () => (now.screen.kind === "visit" ? now.screen.journey : null);
  const acts: Acts = {
    scan: () => {},
    redeem: () => {},
    fill: (paper, draft) => {
      const shown = journey();
      if (shown?.kind !== "ballot") return;
      const papers = shown.papers.map((one) => (one.paper === paper ? { ...one, ...judged(one.ballot, draft) } : one));
      const ready = papers.every((one) => one.problem === null);
      change({ screen: { kind: "visit", journey: { ...shown, papers, ready } } });
    },
    review: () => {
      const shown = journey();
      if (shown?.kind !== "ballot") return;
      const { connection, keeping, meeting, poll, papers } = shown;
      const review = { kind: "review", connection, keeping, meeting, poll, papers, willWait: false } as const;
      change({ screen: { kind: "visit", journey: review } });
    },
    back: () => {},
    cast: () => change({ screen: { kind: "farewell", why: "done", until: Date.now() + 8000 } }),
    tryNow: () => {},
  };
  return {
    name: "1",
    get view() {
      return now;
    },
    acts,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (settings) => change({ settings: { ...now.settings, ...settings } }),
    assist: (assisted) => change({ assisted }),
    goOn: () => change({ warning: null }),
    end: () => change({ screen: { kind: "gone" } }),
    scan: () => {},
    notice: () => {},
    seeing: () => {},
  };
}
