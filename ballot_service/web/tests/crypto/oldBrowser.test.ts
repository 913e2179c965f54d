// The oldest browsers we serve, on plain HTTP: no `crypto.subtle`, and nothing that came after ES2020. The code is bundled
// as it is built, then run in a world without what they lack. Sizes are held here too.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Context, createContext, Script } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundling } from "../../bundling.ts";
import type { BookletJob, BookletMessage } from "../../crypto/bookletJob.ts";
import { projectFile } from "./files.ts";
import { bytes } from "./helpers.ts";
import type { PhoneValues } from "./phoneValues.ts";

const WEB = join(import.meta.dirname, "../..");
const OURS = /^(crypto|api|voting|screens)\/.*\.tsx?$/;
const BUDGET_BYTES = 39_000; // of 70,000 for all code that voting needs, compressed

/** What Chrome 80 or Safari 14.1 has not, as far as a script may reach for it. */
const NEWER = `
  for (const prototype of [Array.prototype, String.prototype, Object.getPrototypeOf(Uint8Array.prototype)])
    for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with", "replaceAll",
      "isWellFormed", "toWellFormed"]) delete prototype[name];
  for (const name of ["toHex", "toBase64", "setFromHex", "setFromBase64"]) delete Uint8Array.prototype[name];
  for (const name of ["fromHex", "fromBase64"]) delete Uint8Array[name];
  for (const name of ["hasOwn", "groupBy"]) delete Object[name];
  for (const name of ["any", "withResolvers", "try"]) delete Promise[name];
  for (const name of ["transfer", "transferToFixedLength", "resize"]) delete ArrayBuffer.prototype[name];
  for (const name of ["union", "intersection", "difference", "isSubsetOf"]) delete Set.prototype[name];
  delete Array.fromAsync;
  delete RegExp.escape;
  for (const name of ["structuredClone", "WeakRef", "FinalizationRegistry", "AggregateError", "Iterator", "Float16Array",
    "BigInt64Array", "BigUint64Array", "SharedArrayBuffer"]) delete globalThis[name];
`;

function oldWorld(globals: Readonly<Record<string, unknown>> = {}): Context {
  const world = createContext({ TextEncoder, TextDecoder, ...globals });
  new Script(NEWER).runInContext(world);
  return world;
}

async function bundle(contents: string, minify = false): Promise<string> {
  const { outputFiles } = await build({
    ...bundling,
    stdin: { contents, resolveDir: join(WEB, "crypto"), loader: "ts" },
    format: "iife",
    globalName: "everything",
    minify,
  });
  return outputFiles[0]?.text ?? "";
}

function everything(): string {
  return readdirSync(join(WEB, "crypto"))
    .filter((file) => file.endsWith(".ts") && file !== "worker.ts")
    .map((file) => `export * as ${file.replace(".ts", "")} from "./${file}";`)
    .join("\n");
}

test("the worker makes a booklet without crypto.subtle, randomness or a page", async () => {
  const values = JSON.parse(projectFile("tests/crypto/phone_values.json")) as PhoneValues;
  const [one] = values.booklets;
  assert.ok(one !== undefined);
  const messages: BookletMessage[] = [];
  const self: { onmessage?: (event: { data: BookletJob }) => void; postMessage: (message: BookletMessage) => void } = {
    postMessage: (message) => messages.push(structuredClone(message)), // into this world
  };
  new Script(await bundle('import { work } from "./worker.ts"; work();')).runInContext(oldWorld({ self }));
  const decode = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  const source = {
    seed: bytes(one.seed),
    fingerprint: bytes(values.fingerprint),
    voterClass: "A",
    rsaBits: one.bits,
    moduli: one.moduli.map((row) => row.map(decode)),
  };
  self.onmessage?.({ data: { kind: "make", source } });
  const made = messages.pop();
  assert.ok(made?.kind === "made");
  assert.deepEqual(
    made.blinded.map((row) => row.map((value) => Buffer.from(value).toString("base64url"))),
    one.blinded,
  );
  self.onmessage?.({
    data: { kind: "finish", source, blindSignatures: one.blind_signatures.map((row) => row.map(decode)) },
  });
  assert.equal(messages.pop()?.kind, "finished");
});

test("a slip, a note, a ballot and an answer, with nothing but getRandomValues", async () => {
  const world = oldWorld({
    crypto: { getRandomValues: (array: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(array) },
  });
  new Script(await bundle(everything())).runInContext(world);
  const values = JSON.parse(projectFile("tests/crypto/phone_values.json")) as PhoneValues;
  const outcome = new Script(`(() => {
    const { slips, note, checkpoint, ballot, transport, hpke, random, canonical, encoding, ed25519 } = everything;
    const values = ${JSON.stringify(values)};
    const slip = slips.parseSlipUrl(values.slips[0].text);
    const keys = values.note.keys.map(note.parseVerifierKey);
    const size = note.verifyNote(values.note.note, keys).length + checkpoint.parseCheckpoint(note.parseNote(values.note.note).text).treeSize;
    const box = hpke.deriveKeyPair(random.systemRandom(32)).public;
    const line = ballot.makeBallot({
      keySeed: random.systemRandom(32), paperHash: random.systemRandom(32), voterClass: slip.voterClass,
      credentials: [random.systemRandom(256)], boxPublicKey: box, choice: canonical.encode({ marks: { a: "approve" } }),
      length: 64, ephemeralSeed: random.systemRandom(32),
    });
    const body = transport.sealRequest({
      transportPublicKey: box, fingerprint: random.systemRandom(32), route: "ballots", payload: line, length: 1024,
      ephemeralSeed: random.systemRandom(32), answerKey: random.systemRandom(32),
    });
    const answer = transport.openAnswer(encoding.fromHex(values.transport.answer_key), encoding.fromB64u(values.transport.answer), 64);
    ballot.checkReceipt(encoding.fromHex(values.ballot.receipt_key), encoding.fromHex(values.ballot.id), encoding.fromHex(values.ballot.receipt));
    return { size, body: body.length, answer: new TextDecoder().decode(answer) };
  })()`).runInContext(world);
  assert.deepEqual({ ...outcome }, { size: 216, body: 1104, answer: '{"receipt": "…"}' });
});

test("without randomness nothing is drawn while loading", async () => {
  const text = await bundle(everything());
  new Script(text).runInContext(oldWorld());
  assert.doesNotMatch(text, /\(\?<[=!]/); // no regular expression that looks behind
  // A library names it in its asynchronous twins, which nobody calls: here there is none, and all the rest works.
  const ours = readdirSync(WEB, { recursive: true, encoding: "utf8" }).filter((file) => OURS.test(file));
  assert.ok(ours.length > 50);
  for (const file of ours) assert.doesNotMatch(readFileSync(join(WEB, file), "utf8"), /\.subtle\b(?!`)/, file);
});

test("the cryptography of page and worker fits its part of the budget", async () => {
  const worker = await bundle('import { work } from "./worker.ts"; work();', true);
  const page = await bundle(
    `export { parseSlipUrl, redeemToken, keepKey } from "./slips.ts";
    export { verifyNote, parseNote, VerifierKey } from "./note.ts";
    export { parseCheckpoint } from "./checkpoint.ts";
    export { checkInclusion, checkConsistency, checkRange, leafHash } from "./merkle.ts";
    export { decodeObject, encode } from "./canonical.ts";
    export { makeBallot, ballotId, checkReceipt } from "./ballot.ts";
    export { sealRequest, openAnswer } from "./transport.ts";
    export { fingerprintWords, readWordList } from "./words.ts";
    export { askWorker } from "./bookletJob.ts";
    export { systemRandom } from "./random.ts";
    export { b64u, fromB64u } from "./encoding.ts";`,
    true,
  );
  const [workerSize, pageSize] = [worker, page].map((text) => gzipSync(text, { level: 9 }).length) as [number, number];
  assert.ok(workerSize + pageSize < BUDGET_BYTES, `page ${pageSize}, worker ${workerSize} bytes, compressed`);
});
