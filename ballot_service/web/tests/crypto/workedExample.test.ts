// The worked example of docs/protocol.md §11, every value of it that a phone computes.

import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { test } from "node:test";
import { ballotId, ballotMessage, checkReceipt, makeBallot, padChoice, sealInfo } from "../../crypto/ballot.ts";
import { blind, finalize, PublicKey } from "../../crypto/blindRsa.ts";
import * as booklet from "../../crypto/booklet.ts";
import { fromNumber, hex, toNumber, utf8 } from "../../crypto/bytes.ts";
import * as canonical from "../../crypto/canonical.ts";
import { parseCheckpoint } from "../../crypto/checkpoint.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import { b32, b64u, fromB64u } from "../../crypto/encoding.ts";
import { leafHash, rootHash } from "../../crypto/merkle.ts";
import { ED25519, formatVerifierKey, VerifierKey, verifyNote } from "../../crypto/note.ts";
import { encodePss } from "../../crypto/pss.ts";
import { keepKey, parseSlipUrl, redeemToken, slipId } from "../../crypto/slips.ts";
import { openAnswer, sealRequest, transportInfo } from "../../crypto/transport.ts";
import { fingerprintWords, readWordList } from "../../crypto/words.ts";
import { projectFile } from "./files.ts";
import { bytes, power } from "./helpers.ts";

const TABLE = new Map<string, string>();
for (const [, name = "", value = ""] of projectFile("docs/protocol.md").matchAll(/^\| ([^|]+) \| `(.+)` \|$/gm)) {
  if (!TABLE.has(name)) TABLE.set(name, value);
}
const LEDGER = projectFile("docs/formats/example.ledger");
const LINES = LEDGER.slice(0, LEDGER.indexOf("\n\n")).split("\n").map(utf8);
const ENTRIES = LINES.map((line) => canonical.decodeObject(line));
const SLIP = parseSlipUrl(shown("QR text"));
const FINGERPRINT = bytes(shown("fingerprint"));
const KEY = new PublicKey(toNumber(bytes(shown("p"))) * toNumber(bytes(shown("q"))));

function shown(name: string): string {
  const value = TABLE.get(name);
  assert.ok(value !== undefined, `no ${name} in the worked example`);
  return value;
}

function secret(name: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`worked example/${name}`).digest());
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function entry(type: string): canonical.JsonObject {
  return ENTRIES.find((one) => text(one, "type") === type) ?? {};
}

/** A field that holds text. */
function text(from: canonical.JsonObject | undefined, name: string): string {
  return String(from?.[name]);
}

function same(data: Uint8Array, name: string): void {
  assert.equal(hex(data), shown(name), name);
}

test("the meeting: fingerprint, words, ledger key", () => {
  same(leafHash(LINES[0] as Uint8Array), "fingerprint");
  same(leafHash(LINES[1] as Uint8Array), "leaf hash of the `keys` line");
  for (const [language, file] of [
    ["zh", "chinese_simplified"],
    ["en", "english"],
  ] as const) {
    const list = readWordList(projectFile(`ballot_service/web/crypto/words/${file}.txt`), language);
    assert.equal(fingerprintWords(FINGERPRINT, list), shown(`fingerprint, words (${language})`));
  }
  const key = new VerifierKey("ballot.example/example", ED25519, fromB64u(text(entry("meeting"), "ledger_key")));
  assert.equal(formatVerifierKey(key), shown("ledger key, as a verifier key"));
  const note = LEDGER.slice(LEDGER.indexOf("\n\n") + 2);
  assert.equal(verifyNote(note, [key])[0]?.key, key);
  const checkpoint = parseCheckpoint(note.slice(0, note.indexOf("\n\n") + 1));
  assert.deepEqual([checkpoint.origin, checkpoint.treeSize], [key.name, LINES.length]);
  assert.deepEqual(checkpoint.rootHash, rootHash(LINES.map(leafHash)));
});

test("every line of the ledger is its own canonical encoding", () => {
  for (const [index, line] of LINES.entries()) {
    assert.deepEqual(canonical.encode(ENTRIES[index] as canonical.Json), line);
  }
});

test("a slip", () => {
  same(SLIP.secret, "X");
  assert.equal(b32(SLIP.secret), shown("X in base32"));
  assert.deepEqual([SLIP.baseUrl, SLIP.meetingId, SLIP.voterClass], ["https://ballot.example", "example", "A"]);
  assert.deepEqual(SLIP.fingerprintPrefix, FINGERPRINT.slice(0, 20));
  same(redeemToken(SLIP.secret), "T");
  same(keepKey(SLIP.secret), "K");
  same(slipId("example", redeemToken(SLIP.secret)), "slip id");
});

test("a booklet, page 1", () => {
  const seed = secret("booklet 1");
  same(seed, "booklet seed");
  same(booklet.ballotKeySeed(seed, 1), "ballot key seed");
  const ballotKey = ed25519.publicKey(booklet.ballotKeySeed(seed, 1));
  same(ballotKey, "ballot public key");
  const message = booklet.credentialMessage(FINGERPRINT, 1, "A", ballotKey);
  same(message, "credential message");
  const salt = booklet.salt(seed, 1, 0);
  same(salt, "salt");
  const r = booklet.blindingFactor(seed, 1, 0, KEY);
  assert.equal(r.toString(16).padStart(512, "0"), shown("r (try 0)"));
  same(encodePss(message, salt, KEY.bits - 1), "EM");
  const { blindedMsg, inv } = blind(KEY, message, salt, r);
  same(blindedMsg, "blinded message");
  same(finalize(KEY, message, bytes(shown("blind signature")), inv), "credential");
  same(booklet.requestHash(bytes(shown("slip id")), [[blindedMsg]]), "request hash");
});

test("the redeeming request", () => {
  same(transportInfo(FINGERPRINT, "booklet"), "info");
  const blinded = b64u(bytes(shown("blinded message")));
  const payload = utf8(`{"token": "${b64u(redeemToken(SLIP.secret))}", "blinded": [["${blinded}"]]}`);
  const [box] = (entry("meeting") as { boxes?: canonical.JsonObject[] }).boxes ?? [];
  const body = sealRequest({
    transportPublicKey: fromB64u(text(box, "transport")),
    fingerprint: FINGERPRINT,
    route: "booklet",
    payload,
    length: 512,
    ephemeralSeed: secret("request ephemeral"),
    answerKey: bytes(shown("answer key")),
  });
  assert.equal(body.length, 592);
  assert.equal(sha256(body), shown("SHA-256 of the body of 592 bytes"));
});

test("a ballot and its receipt", () => {
  const paperLine = LINES[ENTRIES.indexOf(entry("paper"))] as Uint8Array;
  const paper = entry("paper");
  same(leafHash(paperLine), "paper hash");
  const paperHash = bytes(shown("paper hash"));
  const choice = canonical.encode({ marks: { "zhang-san": "approve", "li-si": "oppose" } });
  const length = Number(text(paper, "length"));
  assert.equal(Buffer.from(padChoice(choice, length)).toString().replace(/ /g, "␠"), shown("plaintext, 64 bytes"));
  const line = makeBallot({
    keySeed: bytes(shown("ballot key seed")),
    paperHash,
    voterClass: "A",
    credentials: [bytes(shown("credential"))],
    boxPublicKey: fromB64u(text(paper, "box_key")),
    choice,
    length,
    ephemeralSeed: secret("ephemeral 1"),
  });
  assert.ok(
    LINES.some((one) => Buffer.compare(one, line) === 0),
    "the ledger holds this very line",
  );
  const made = canonical.decodeObject(line);
  const [enc, ct] = [fromB64u(text(made, "enc")), fromB64u(text(made, "ct"))];
  same(enc, "enc");
  same(ct, "ct");
  same(fromB64u(text(made, "sig")), "sig");
  const key = bytes(shown("ballot public key"));
  same(ballotMessage(paperHash, "A", key, { enc, ct }), "signed message");
  assert.match(projectFile("docs/protocol.md"), new RegExp(hex(sealInfo(paperHash, "A", key))));
  same(ballotId(line), "ballot id");
  checkReceipt(ed25519.publicKey(secret("receipt")), ballotId(line), bytes(shown("receipt")));
});

test("the sealed answer with the blind signature", () => {
  // The service's side once more: d from the primes, the signature, the answer sealed by another implementation.
  const [p, q] = [toNumber(bytes(shown("p"))), toNumber(bytes(shown("q")))];
  const phi = (p - 1n) * (q - 1n);
  let turns = 1n;
  while ((phi * turns + 1n) % 65537n !== 0n) turns++;
  const d = (phi * turns + 1n) / 65537n;
  const blindSig = fromNumber(power(toNumber(bytes(shown("blinded message"))), d, KEY.n), 256);
  same(blindSig, "blind signature");
  const payload = `{"signatures": [["${b64u(blindSig)}"]]}`;
  const cipher = createCipheriv("chacha20-poly1305", bytes(shown("answer key")), new Uint8Array(12), {
    authTagLength: 16,
  });
  const answer = Buffer.concat([cipher.update(payload.padEnd(512)), cipher.final(), cipher.getAuthTag()]);
  assert.equal(sha256(answer), shown("SHA-256 of the sealed answer of 528 bytes"));
  assert.equal(Buffer.from(openAnswer(bytes(shown("answer key")), new Uint8Array(answer), 512)).toString(), payload);
});
