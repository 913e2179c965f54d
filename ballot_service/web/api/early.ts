// Requests that a page makes before its client has arrived, so that on a slow network their answers wait for the client
// and not the client for them. screens/early.ts asks, the client takes.

import type { Fetch } from "./service.ts";

/** How everything is asked for: no cookie, no cache, no referrer, no redirect. */
export const QUIETLY: RequestInit = {
  credentials: "omit",
  cache: "no-store",
  referrerPolicy: "no-referrer",
  redirect: "error",
};

export interface EarlyRequest {
  readonly url: string;
  readonly answer: Promise<Response>;
  readonly stop: AbortController;
}

declare global {
  interface Window {
    /** Between the two scripts. */
    asked?: EarlyRequest[];
  }
}

export function askEarly(url: string, how: RequestInit): EarlyRequest {
  const stop = new AbortController();
  const answer = fetch(url, { ...how, signal: stop.signal });
  answer.catch(() => undefined); // whoever takes it is told
  return { url, answer, stop };
}

/** A fetch that takes each early answer once, and asks for everything else itself. Takes them out of `asked`. */
export function takingEarly(asked: EarlyRequest[], fetch: Fetch): Fetch {
  return (url, init) => {
    const place = asked.findIndex((one) => one.url === url);
    const [early] = place < 0 ? [] : asked.splice(place, 1);
    if (early === undefined) return fetch(url, init);
    const { answer, stop } = early;
    init.signal?.addEventListener("abort", () => stop.abort());
    return answer;
  };
}
