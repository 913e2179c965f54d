// Requests tell no more than they must, and whatever comes back becomes one of three errors or a checked answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../api/clock.ts";
import { NoAnswer, Refused, WrongAnswer } from "../../api/errors.ts";
import { type Fetch, type Seal, Service, WrongSealedAnswer } from "../../api/service.ts";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { utf8 } from "../../crypto/bytes.ts";
import { deriveKeyPair } from "../../crypto/hpke.ts";

const seen: { url: string; init: RequestInit }[] = [];

function serviceOf(fetch: Fetch, signal = new AbortController().signal): Service {
  const through: Fetch = (url, init) => {
    seen.push({ url, init });
    return fetch(url, init);
  };
  const random = (length: number) => new Uint8Array(length).fill(7);
  const parts = {
    baseUrl: "https://ballot.example",
    meetingId: "m",
    fetch: through,
    random,
    clock: systemClock,
    signal,
  };
  return new Service(parts);
}

const answering =
  (body: string, status = 200): Fetch =>
  async () =>
    new Response(status === 304 ? null : body, { status });

const SEAL: Seal = {
  route: "ballots",
  fingerprint: new Uint8Array(32),
  transportKey: deriveKeyPair(new Uint8Array(32)).public,
  lengths: { request: 256, answer: 64 },
};

test("no cookie, no cache, no referrer, no redirect", async () => {
  const { url, init } = await (async () => {
    await serviceOf(answering('{"keys":["a"]}')).keyLines("A");
    return seen[seen.length - 1] as (typeof seen)[number];
  })();
  assert.equal(url, "https://ballot.example/api/v1/meetings/m/keys/A");
  const { credentials, cache, referrerPolicy, redirect } = init;
  assert.deepEqual(
    { credentials, cache, referrerPolicy, redirect },
    {
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      redirect: "error",
    },
  );
  assert.equal(init.headers, undefined);
});

test("the tag of the state is its size and nothing that a service made up", async () => {
  assert.equal(await serviceOf(answering("", 304)).state(12), null);
  assert.deepEqual(seen[seen.length - 1]?.init.headers, { "If-None-Match": '"12"' });
});

test("refusals have a code; everything else that is no answer is none", async () => {
  const refusal = JSON.stringify({ code: "slip-used", message: "no" }).padEnd(528);
  const refused = (error: unknown) => error instanceof Refused && error.code === "slip-used" && error.status === 409;
  await assert.rejects(serviceOf(answering(refusal, 409)).booklet(SEAL, new Uint8Array(16), [[]]), refused);
  for (const fetch of [
    answering("<html>log in to the network</html>"),
    answering("<html>bad gateway</html>", 502),
    answering('{"message":"no code"}', 500),
    answering("[]", 500),
    () => Promise.reject(new TypeError("offline")),
  ]) {
    await assert.rejects(serviceOf(fetch).head(), NoAnswer);
  }
});

test("an answer of another form is a wrong one", async () => {
  for (const body of ['{"keys":[1]}', '{"keys":"a"}', "[]", "null", '{"other":[]}']) {
    await assert.rejects(serviceOf(answering(body)).keyLines("A"), WrongAnswer);
  }
  for (const nodes of ['["AA"]', '["AAAA="]', '[""]', "{}"]) {
    await assert.rejects(serviceOf(answering(`{"nodes":${nodes}}`)).consistency(1, 2), WrongAnswer);
  }
  const state = { meeting: "m", size: 1.5 };
  await assert.rejects(serviceOf(answering(JSON.stringify(state))).state(null), WrongAnswer);
});

test("a sealed answer that does not open is none; one that opens and is another is the service's own", async () => {
  const sealed =
    (payload: string): Fetch =>
    async () => {
      const text = utf8(payload.padEnd(64));
      return new Response(chacha20poly1305(new Uint8Array(32).fill(7), new Uint8Array(12)).encrypt(text).slice());
    };
  await assert.rejects(serviceOf(answering("x".repeat(80))).receipt(SEAL, "line"), NoAnswer);
  await assert.rejects(serviceOf(answering("short")).receipt(SEAL, "line"), NoAnswer);
  await assert.rejects(serviceOf(sealed('{"receipt":"AA"}')).receipt(SEAL, "line"), WrongSealedAnswer);
  await assert.rejects(serviceOf(sealed("{}")).receipt(SEAL, "line"), WrongSealedAnswer);
  const body = seen[seen.length - 1]?.init.body as Uint8Array;
  assert.equal(body.length, 256 + 80);
});

test("a request that hangs ends by itself, or when the page goes away", async () => {
  const hangs: Fetch = (_url, init) =>
    new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  const soon = { now: () => 0, after: (_ms: number, act: () => void) => (queueMicrotask(act), () => {}) };
  const parts = { baseUrl: "https://b", meetingId: "m", fetch: hangs, random: () => new Uint8Array(32), clock: soon };
  await assert.rejects(new Service({ ...parts, signal: new AbortController().signal }).head(), NoAnswer);
  const page = new AbortController();
  const asked = serviceOf(hangs, page.signal).head();
  page.abort();
  await assert.rejects(asked, NoAnswer);
});
