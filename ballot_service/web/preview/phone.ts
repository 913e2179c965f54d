// A phone for looking at ballots: it fills in, reviews and begins anew. It has no slip and no network.

import { type Ballots, judged } from "./ballots.ts";
import type { Acts, Filling, Journey, Phone, Reviewing } from "../voting/journey.ts";

const NOTHING = () => {};

/** Casting leads back to empty ballots: there is nothing to cast into. */
export function previewPhone({ meeting, papers }: Ballots): Phone {
  const shared = { connection: { state: "ok" }, keeping: "stored", meeting, poll: "preview" } as const;
  const first: Filling = { ...shared, kind: "ballot", papers, ready: true };
  let now: Journey = first;
  const listeners = new Set<(journey: Journey) => void>();
  const show = (next: Journey) => {
    now = next;
    for (const listener of listeners) listener(now);
  };

  const acts: Acts = {
    scan: NOTHING,
    redeem: NOTHING,
    fill: (paper, draft) => {
      if (now.kind !== "ballot") return;
      const filled = now.papers.map((one) => (one.paper === paper ? { ...one, ...judged(one.ballot, draft) } : one));
      show({ ...now, papers: filled, ready: filled.every((one) => one.problem === null) });
    },
    review: () => {
      if (now.kind !== "ballot" || !now.ready) return;
      const review: Reviewing = { ...shared, kind: "review", papers: now.papers, willWait: false };
      show(review);
    },
    back: () => {
      if (now.kind === "review") show({ ...shared, kind: "ballot", papers: now.papers, ready: true });
    },
    cast: () => show(first),
    tryNow: NOTHING,
  };

  return {
    get journey() {
      return now;
    },
    acts,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    seen: NOTHING,
    online: NOTHING,
    leave: NOTHING,
  };
}
