// What the small script before the client has asked for is taken once, and nothing waits for it for ever.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type EarlyRequest, takingEarly } from "../../api/early.ts";

function early(url: string): EarlyRequest & { readonly give: (text: string) => void } {
  const stop = new AbortController();
  let give: (text: string) => void = () => {};
  const answer = new Promise<Response>((resolve, reject) => {
    give = (text) => resolve(new Response(text));
    stop.signal.addEventListener("abort", () => reject(new Error("aborted")));
  });
  return { url, answer, stop, give };
}

const late = async (url: string) => new Response(`late ${url}`);

test("an early answer is taken once, and everything else is asked for", async () => {
  const head = early("/head");
  const ask = takingEarly([head], late);
  head.give("early");
  const texts = [];
  for (const url of ["/state", "/head", "/head"]) texts.push(await (await ask(url, {})).text());
  assert.deepEqual(texts, ["late /state", "early", "late /head"]);
});

test("an early request that hangs ends when the client gives up, and the next try asks again", async () => {
  const ask = takingEarly([early("/head")], late);
  const patience = new AbortController();
  const answer = ask("/head", { signal: patience.signal });
  patience.abort();
  await assert.rejects(answer, /aborted/);
  assert.equal(await (await ask("/head", {})).text(), "late /head");
});
