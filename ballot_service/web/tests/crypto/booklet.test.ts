// Booklets and the worker that makes them: the same seed gives the same request, and a wrong answer ends it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PublicKey, verify } from "../../crypto/blindRsa.ts";
import { blindingFactor, credentialMessage, finish, makeRequest } from "../../crypto/booklet.ts";
import { askWorker, type BookletJob, type BookletMessage, runBookletJob } from "../../crypto/bookletJob.ts";
import { fromNumber } from "../../crypto/bytes.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import { newIssuer, refuses, spoil } from "./helpers.ts";

const SEED = new Uint8Array(32).fill(1);
const FINGERPRINT = new Uint8Array(32).fill(2);
const ISSUERS = Array.from({ length: 2 }, () => Array.from({ length: 3 }, () => newIssuer(2048)));
const MODULI = ISSUERS.map((row) => row.map(({ modulus }) => modulus));
const KEYS = MODULI.map((row) => row.map((modulus) => PublicKey.fromModulus(modulus, 2048)));
const [[FIRST_KEY]] = KEYS as [[PublicKey]];
const SOURCE = { seed: SEED, fingerprint: FINGERPRINT, voterClass: "A", rsaBits: 2048, moduli: MODULI };

function sign(blinded: readonly (readonly Uint8Array[])[]): Uint8Array[][] {
  return ISSUERS.map((row, issuer) => row.map((one, page) => one.sign(blinded[issuer]?.[page] as Uint8Array)));
}

function work(job: BookletJob): BookletMessage[] {
  const messages: BookletMessage[] = [];
  runBookletJob(structuredClone(job), (message) => messages.push(structuredClone(message)));
  return messages;
}

test("the same arguments give the same request; one bit of them gives nothing in common", () => {
  const request = makeRequest(SEED, FINGERPRINT, "A", KEYS);
  assert.deepEqual(makeRequest(SEED, FINGERPRINT, "A", KEYS).blinded, request.blinded);
  for (const other of [
    makeRequest(spoil(SEED), FINGERPRINT, "A", KEYS),
    makeRequest(SEED, spoil(FINGERPRINT), "A", KEYS),
    makeRequest(SEED, FINGERPRINT, "B", KEYS),
  ]) {
    other.blinded.flat().forEach((value, index) => {
      assert.notDeepEqual(value, request.blinded.flat()[index]);
    });
  }
});

test("every credential verifies for its own page and key", () => {
  const request = makeRequest(SEED, FINGERPRINT, "A", KEYS);
  const pages = finish(request, sign(request.blinded));
  assert.deepEqual(
    pages.map((page) => page.number),
    [1, 2, 3],
  );
  for (const { number, ballotKeySeed, ballotPublicKey, credentials } of pages) {
    assert.deepEqual(ed25519.publicKey(ballotKeySeed), ballotPublicKey);
    credentials.forEach((credential, issuer) => {
      const key = KEYS[issuer]?.[number - 1] as PublicKey;
      verify(key, credentialMessage(FINGERPRINT, number, "A", ballotPublicKey), credential);
      for (const message of [
        credentialMessage(FINGERPRINT, number + 1, "A", ballotPublicKey),
        credentialMessage(FINGERPRINT, number, "B", ballotPublicKey),
        credentialMessage(spoil(FINGERPRINT), number, "A", ballotPublicKey),
        credentialMessage(FINGERPRINT, number, "A", spoil(ballotPublicKey)),
      ]) {
        refuses("bad-credential", () => verify(key, message, credential));
      }
    });
  }
});

test("one wrong answer ends the booklet, also for the right answer after it", () => {
  const right = sign(makeRequest(SEED, FINGERPRINT, "A", KEYS).blinded);
  const [first = [], second = []] = right;
  for (const wrong of [
    [first, second.map((value, page) => (page === 2 ? spoil(value, 255) : value))],
    [first, [...second].reverse()],
    [second, first],
    [first],
    [first, second, second],
    [first, second.slice(1)],
    [],
  ]) {
    const request = makeRequest(SEED, FINGERPRINT, "A", KEYS);
    refuses("bad-blind-signature", () => finish(request, wrong));
    refuses("booklet-abandoned", () => finish(request, right));
  }
});

test("blinding factors lie in 1 ≤ r < n, and differ by page and issuer", () => {
  const small = new PublicKey(5n); // of 3 bits: three tries in eight are refused
  const drawn = Array.from({ length: 300 }, (_, page) => blindingFactor(SEED, page + 1, 0, small));
  assert.deepEqual([...new Set(drawn)].sort(), [1n, 2n, 3n, 4n]);
  assert.equal(
    new Set([1, 2, 3].flatMap((page) => [0, 1].map((i) => blindingFactor(SEED, page, i, FIRST_KEY)))).size,
    6,
  );
  assert.throws(() => blindingFactor(SEED, 1, 0, new PublicKey(1n)), RangeError);
});

test("an impossible argument is our own mistake", () => {
  assert.throws(() => makeRequest(SEED.slice(1), FINGERPRINT, "A", KEYS), RangeError);
  assert.throws(() => makeRequest(SEED, FINGERPRINT, "A", []), RangeError);
  assert.throws(() => makeRequest(SEED, FINGERPRINT, "A", [[]]), RangeError);
  assert.throws(() => makeRequest(SEED, FINGERPRINT, "A", [KEYS[0] ?? [], []]), RangeError);
});

test("the worker makes and finishes the same booklet, and tells how far it is", () => {
  const request = makeRequest(SEED, FINGERPRINT, "A", KEYS);
  const made = work({ kind: "make", source: SOURCE });
  assert.deepEqual(made.pop(), { kind: "made", blinded: request.blinded });
  assert.deepEqual(
    made,
    Array.from({ length: 6 }, (_, index) => ({ kind: "progress", done: index + 1, of: 6 })),
  );
  const blindSignatures = sign(request.blinded);
  const finished = work({ kind: "finish", source: SOURCE, blindSignatures });
  assert.deepEqual(finished.pop(), { kind: "finished", pages: finish(request, blindSignatures) });
  assert.deepEqual(finished.pop(), { kind: "progress", done: 9, of: 9 });
});

test("the worker refuses by code", () => {
  const even = fromNumber(FIRST_KEY.n + 1n, 256);
  const outcome = (job: BookletJob) => {
    const last = work(job).pop();
    return last?.kind === "refused" ? last.code : last?.kind;
  };
  const [first = [], second = []] = MODULI;
  assert.equal(outcome({ kind: "make", source: SOURCE }), "made");
  assert.equal(
    outcome({ kind: "make", source: { ...SOURCE, moduli: [first, [...second.slice(1), even]] } }),
    "bad-modulus",
  );
  assert.equal(outcome({ kind: "make", source: { ...SOURCE, rsaBits: 3072 } }), "bad-modulus");
  assert.equal(outcome({ kind: "finish", source: SOURCE, blindSignatures: MODULI }), "bad-blind-signature");
  assert.throws(() => work({ kind: "make", source: { ...SOURCE, seed: new Uint8Array(31) } }), RangeError);
});

test("the page asks, hears of progress, and gets the outcome or a failure", async () => {
  const worker = { onmessage: null, onerror: null } as unknown as Worker;
  worker.postMessage = (job: BookletJob) => {
    runBookletJob(job, (data) => worker.onmessage?.({ data } as MessageEvent));
  };
  const heard: number[] = [];
  const outcome = await askWorker(worker, { kind: "make", source: SOURCE }, (done, of) => heard.push(done / of));
  assert.equal(outcome.kind, "made");
  assert.deepEqual([heard.length, heard[5]], [6, 1]);
  worker.postMessage = () => worker.onerror?.({} as ErrorEvent);
  await assert.rejects(askWorker(worker, { kind: "make", source: SOURCE }), /the worker failed/);
});
