// The gallery: one sample journey at a time, without a server. `?screen=NAME&language=en`; without a name, the list.
//
// Its phone knows no cryptography: it follows taps through filling in, review, sending and received, as the real one does.

import { render } from "preact";
import { en } from "../../locales/en.ts";
import { App } from "../../screens/app.tsx";
import type { Acts, Filling, Journey, Phone, Reviewing, Room } from "../../voting/journey.ts";
import { judged, SAMPLES } from "./samples.ts";

const screens = new Map(Object.values(SAMPLES).flatMap((samples) => Object.entries(samples)));
const asked = new URLSearchParams(location.search);
const journey = screens.get(asked.get("screen") ?? "");
const app = document.getElementById("app") as HTMLElement;
app.textContent = "";

if (journey === undefined) render(<List />, app);
else
  render(<App phone={rehearsed(journey)} language={asked.get("language") ?? "zh-CN"} english={async () => en} />, app);

function List() {
  return (
    <main class="screen">
      <h1>Screens</h1>
      <ul>
        {[...screens.keys()].map((name) => (
          <li key={name}>
            <a data-screen={name} href={`?screen=${name}&language=zh-CN`}>
              {name}
            </a>{" "}
            <a href={`?screen=${name}&language=en`}>en</a>
          </li>
        ))}
      </ul>
    </main>
  );
}

/** A phone that begins at a sample. */
function rehearsed(first: Journey): Phone {
  let now = first;
  const listeners = new Set<(journey: Journey) => void>();
  const show = (next: Journey) => {
    now = next;
    void Promise.resolve().then(() => {
      for (const listener of listeners) listener(now);
    });
  };
  const acts: Acts = {
    scan: () => show({ kind: "damaged-slip" }),
    redeem: () => show(SAMPLES.redeeming["redeeming"] ?? now),
    fill: (paper, draft) => {
      if (now.kind !== "ballot") return;
      const papers = now.papers.map((one) => (one.paper === paper ? { ...one, ...judged(one.ballot, draft) } : one));
      show({ ...now, papers, ready: papers.every((one) => one.problem === null) });
    },
    review: () => {
      if (now.kind === "ballot" && now.ready) show(reviewOf(now));
    },
    back: () => {
      if (now.kind === "review") show({ ...(now as Omit<Reviewing, "willWait">), kind: "ballot", ready: true });
    },
    cast: () => {
      if (now.kind === "review") send(now);
    },
    tryNow: () => {},
  };

  function reviewOf({ connection, keeping, meeting, poll, papers }: Filling): Reviewing {
    return { kind: "review", connection, keeping, meeting, poll, papers, willWait: false };
  }

  function send({ connection, keeping, meeting, poll, papers }: Reviewing): void {
    const total = papers.length;
    show({ kind: "sending", connection, keeping, meeting, poll, total, received: 0, wait: null });
    const room: Room = {
      meeting,
      attendance: null,
      agenda: [],
      next: null,
      openPoll: "all-cast",
      latest: null,
      unsent: 0,
    };
    setTimeout(() => show({ kind: "received", connection, keeping, poll, total, refused: [], room }), 200);
  }

  return {
    get journey() {
      return now;
    },
    acts,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    seen: () => {},
    online: () => {},
    leave: () => {},
  };
}
