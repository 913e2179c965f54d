// The part of a page that the server draws anew each second. An unchanged view costs one small answer (304). Without an
// answer the page says so, keeps what it shows, and goes on asking.

import htmx from "htmx.org";

interface Context {
  readonly sourceElement: Element;
  readonly request: { readonly headers: Record<string, string>; cache?: RequestCache };
  readonly response?: { readonly status: number; readonly headers: Headers };
}

/** A page is called cut off when this many seconds passed without an answer. */
const LOST_SECONDS = 3;

let stamp: string | null = null;
let heard = Date.now();

function contextOf(event: Event): Context | null {
  const { ctx } = (event as CustomEvent<{ ctx?: Context }>).detail;
  return ctx?.sourceElement.matches("[data-live]") ? ctx : null;
}

function showLost(): void {
  const notice = document.getElementById("lost");
  if (notice !== null) notice.hidden = Date.now() - heard < LOST_SECONDS * 1000;
}

/** Starts where a page has such a part. */
export function follow(): void {
  if (document.querySelector("[data-live]") === null) return;
  // What a person has opened stays open when the page around it changes.
  htmx.config.morphIgnore = [...htmx.config.morphIgnore, "open"];
  document.addEventListener("htmx:config:request", (event) => {
    const context = contextOf(event);
    if (context === null) return;
    context.request.cache = "no-store";
    if (stamp !== null) context.request.headers["If-None-Match"] = stamp;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const answer = contextOf(event)?.response;
    if (answer === undefined) return;
    if (answer.status !== 200 && answer.status !== 304) {
      event.preventDefault(); // a refusal is no view: what is shown stays
      return;
    }
    stamp = answer.headers.get("ETag") ?? stamp;
    heard = Date.now();
    showLost();
  });
  setInterval(showLost, 1000);
}
