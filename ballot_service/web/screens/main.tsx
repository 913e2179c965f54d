// The one script of the client. On the page it starts the phone, which takes the slip out of the address bar before
// anything else happens, and draws it; loaded again as a worker, where there is no page, it makes booklets. One file for
// both: the cryptography travels once.

import { render } from "preact";
import { systemClock } from "../api/clock.ts";
import { takingEarly } from "../api/early.ts";
import { runInWorker } from "../crypto/bookletJob.ts";
import { systemRandom } from "../crypto/random.ts";
import { readWordList } from "../crypto/words.ts";
import { work } from "../crypto/worker.ts";
import type { Texts } from "../locales/zh-CN.ts";
import type { Environment } from "../voting/environment.ts";
import type { Journey } from "../voting/journey.ts";
import { startPhone } from "../voting/machine.ts";
import { indexedDbStore } from "../voting/store.ts";
import { leasedTabs, lockedTabs } from "../voting/tabs.ts";
import { App } from "./app.tsx";

declare const ENGLISH_URL: string;
declare const WORD_LIST_URLS: Readonly<Record<"zh" | "en", string>>;

/** The language that is shown less, not carried by every phone. A name of its own each time: a failed import is kept. */
let tries = 0;
async function english(): Promise<Texts> {
  const url = tries++ === 0 ? ENGLISH_URL : `${ENGLISH_URL}?again=${tries}`;
  const { en } = (await import(url)) as { en: Texts };
  return en;
}

if (typeof document === "undefined") work();
else showPage((document.currentScript as HTMLScriptElement).src);

/** script: this file, which is its worker too. */
function showPage(script: string): void {
  const ask = takingEarly(window.asked ?? [], (url, init) => fetch(url, init));
  const environment: Environment = {
    address: {
      href: location.href,
      replace: (path) => history.replaceState(null, "", path),
    },
    fetch: ask,
    random: systemRandom,
    clock: systemClock,
    openStore: () => indexedDbStore(),
    handsOver: false,
    tabsOf: (store) =>
      "locks" in navigator ? lockedTabs(navigator.locks) : leasedTabs(store, systemClock, systemRandom),
    runBooklet: (job, onProgress) => runInWorker(script, job, onProgress),
    wordList: async (language) => readWordList(await (await ask(WORD_LIST_URLS[language], {})).text(), language),
  };

  const phone = startPhone(environment);

  const app = document.getElementById("app");
  if (app !== null) {
    app.textContent = "";
    render(<App phone={phone} english={english} />, app);
  }

  document.addEventListener("visibilitychange", () => phone.seen(document.visibilityState === "visible"));
  addEventListener("online", () => phone.online());
  addEventListener("pagehide", () => phone.leave());
  // A page that comes back out of the browser's memory would show what its last holder saw.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  // A second slip scanned into the same tab changes the fragment alone.
  addEventListener("hashchange", () => {
    const text = location.href;
    if (location.hash === "") return;
    history.replaceState(null, "", location.pathname);
    phone.acts.scan(text);
  });
  addEventListener("beforeunload", (event) => {
    if (!losesSomething(phone.journey)) return;
    event.preventDefault();
    event.returnValue = true; // what older engines look at
  });
}

/** Whether closing the page now loses a ballot: it keeps nothing, or has not sent everything. */
function losesSomething(journey: Journey): boolean {
  switch (journey.kind) {
    case "redeeming":
    case "ballot":
    case "review":
    case "waiting":
    case "received":
      return journey.keeping === "memory" || ("room" in journey && journey.room.unsent > 0);
    case "sending":
      return true;
    default:
      return false;
  }
}
