// The page behind a scrutineer's card. The card leaves the address bar before anything else happens.

import { h, render } from "preact";
import { systemClock } from "../api/clock.ts";
import chinese from "../crypto/words/chinese_simplified.txt";
import english from "../crypto/words/english.txt";
import { readWordList } from "../crypto/words.ts";
import { App } from "./app.tsx";
import { meetingOfPath, readFragment } from "./code.ts";
import { Desk } from "./desk.ts";
import { browserNotes } from "./notes.ts";
import "./style.css";

const fragment = location.hash;
if (fragment !== "") history.replaceState(null, "", location.pathname);

const desk = new Desk({
  origin: location.origin,
  meetingId: meetingOfPath(location.pathname),
  fetch: (url, init) => fetch(url, init),
  clock: systemClock,
  notes: browserNotes(),
});
const lists = { zh: readWordList(chinese, "zh"), en: readWordList(english, "en") };
const app = document.getElementById("app");
if (app !== null) {
  app.textContent = "";
  render(h(App, { desk, lists }), app);
}
if (fragment !== "") desk.take(readFragment(fragment));

// Another card scanned into the same tab changes the fragment alone.
addEventListener("hashchange", () => {
  const next = location.hash;
  if (next === "") return;
  history.replaceState(null, "", location.pathname);
  desk.take(readFragment(next));
});
// A page that lies in the browser's memory must not hold a card.
addEventListener("pagehide", () => desk.forget());
