// Sealed requests and ballots: random round trips opened by another library, and what is refused.

import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import * as Hpke from "hpke";
import {
  ballotId,
  ballotMessage,
  checkReceipt,
  makeBallot,
  padChoice,
  receiptMessage,
  sealInfo,
} from "../../crypto/ballot.ts";
import { concat, utf8, withoutPadding } from "../../crypto/bytes.ts";
import * as canonical from "../../crypto/canonical.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import { fromB64u } from "../../crypto/encoding.ts";
import { deriveKeyPair } from "../../crypto/hpke.ts";
import * as transport from "../../crypto/transport.ts";
import { below, refuses, repeatable, spoil } from "./helpers.ts";

const SUITE = new Hpke.CipherSuite(Hpke.KEM_DHKEM_X25519_HKDF_SHA256, Hpke.KDF_HKDF_SHA256, Hpke.AEAD_ChaCha20Poly1305);
const BOX = deriveKeyPair(new Uint8Array(32).fill(9));
const FINGERPRINT = new Uint8Array(32).fill(3);

async function open(info: Uint8Array, enc: Uint8Array, ct: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await SUITE.Open(await SUITE.DeserializePrivateKey(BOX.secret, true), enc, ct, { info }));
}

function answerOf(key: Uint8Array, payload: Uint8Array): Uint8Array {
  const cipher = createCipheriv("chacha20-poly1305", key, new Uint8Array(12), { authTagLength: 16 });
  return new Uint8Array(Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]));
}

test("a request of any payload has one length, and holds key and payload", async () => {
  const random = repeatable("requests");
  for (let round = 0; round < 20; round++) {
    const [payload, answerKey] = [random(below(300, random)), random(32)];
    const body = transport.sealRequest({
      transportPublicKey: BOX.public,
      fingerprint: FINGERPRINT,
      route: "ballots",
      payload,
      length: 300,
      ephemeralSeed: random(32),
      answerKey,
    });
    assert.equal(body.length, 300 + transport.REQUEST_OVERHEAD);
    const opened = await open(transport.transportInfo(FINGERPRINT, "ballots"), body.slice(0, 32), body.slice(32));
    assert.deepEqual(opened.slice(0, 32), answerKey);
    assert.deepEqual(withoutPadding(opened.slice(32)), withoutPadding(payload));
    await assert.rejects(open(transport.transportInfo(FINGERPRINT, "receipts"), body.slice(0, 32), body.slice(32)));
  }
});

test("a payload longer than its route is refused, another answer key is our own mistake", () => {
  const parts = {
    transportPublicKey: BOX.public,
    fingerprint: FINGERPRINT,
    route: "ballots",
    payload: new Uint8Array(10),
    length: 10,
    ephemeralSeed: new Uint8Array(32),
    answerKey: new Uint8Array(32),
  };
  transport.sealRequest(parts);
  refuses("bad-length", () => transport.sealRequest({ ...parts, length: 9 }));
  refuses("bad-recipient-key", () => transport.sealRequest({ ...parts, transportPublicKey: new Uint8Array(32) }));
  assert.throws(() => transport.sealRequest({ ...parts, answerKey: new Uint8Array(31) }), RangeError);
});

test("an answer opens, and one thing spoiled does not", () => {
  const key = new Uint8Array(32).fill(5);
  const answer = answerOf(key, utf8('{"receipt": "…"}'.padEnd(62)));
  assert.equal(answer.length, 64 + transport.ANSWER_OVERHEAD);
  assert.equal(Buffer.from(transport.openAnswer(key, answer, 64)).toString(), '{"receipt": "…"}');
  for (let index = 0; index < answer.length; index++) {
    refuses("seal-broken", () => transport.openAnswer(key, spoil(answer, index), 64));
  }
  refuses("seal-broken", () => transport.openAnswer(spoil(key), answer, 64));
  refuses("bad-length", () => transport.openAnswer(key, answer.slice(1), 64));
  refuses("bad-length", () => transport.openAnswer(key, answer, 63));
  refuses("bad-length", () => transport.openAnswer(key, new Uint8Array(0), 64));
});

test("a ballot of any choice opens under its own paper, class and key only", async () => {
  const random = repeatable("ballots");
  for (let round = 0; round < 20; round++) {
    const [keySeed, paperHash, choice] = [random(32), random(32), canonical.encode({ score: below(100, random) })];
    const credentials = [random(256), random(256)].slice(0, 1 + (round % 2));
    const line = makeBallot({
      keySeed,
      paperHash,
      voterClass: "A",
      credentials,
      boxPublicKey: BOX.public,
      choice,
      length: 64,
      ephemeralSeed: random(32),
    });
    const { enc, ct, sig, sigs } = canonical.decodeObject(line, { maxDepth: 2 }) as Readonly<
      Record<"enc" | "ct" | "sig", string> & { sigs: string[] }
    >;
    const sealed = { enc: fromB64u(enc, 32), ct: fromB64u(ct, 80) };
    assert.deepEqual(
      sigs.map((one) => new Uint8Array(fromB64u(one))),
      credentials,
    );
    const key = ed25519.publicKey(keySeed);
    assert.deepEqual(await open(sealInfo(paperHash, "A", key), sealed.enc, sealed.ct), padChoice(choice, 64));
    ed25519.verify(key, ballotMessage(paperHash, "A", key, sealed), fromB64u(sig, 64));
    for (const info of [
      sealInfo(spoil(paperHash), "A", key),
      sealInfo(paperHash, "B", key),
      sealInfo(paperHash, "A", spoil(key)),
    ]) {
      await assert.rejects(open(info, sealed.enc, sealed.ct));
    }
  }
});

test("all choices of a paper have one length, and a longer one is refused", () => {
  assert.deepEqual(padChoice(utf8("{}"), 4), utf8("{}  "));
  assert.deepEqual(padChoice(utf8("{}"), 2), utf8("{}"));
  refuses("bad-length", () => padChoice(utf8("{}"), 1));
});

test("a receipt is for one ballot, by one key", () => {
  const seed = new Uint8Array(32).fill(1);
  const [key, id] = [ed25519.publicKey(seed), ballotId(utf8("{}"))];
  const receipt = ed25519.sign(seed, receiptMessage(id));
  checkReceipt(key, id, receipt);
  refuses("bad-signature", () => checkReceipt(key, spoil(id), receipt));
  refuses("bad-signature", () => checkReceipt(key, id, spoil(receipt)));
  refuses("bad-signature", () => checkReceipt(ed25519.publicKey(new Uint8Array(32)), id, receipt));
  refuses("bad-signature", () => checkReceipt(key, id, ed25519.sign(seed, id))); // without the tag
  refuses("bad-public-key", () => checkReceipt(concat(new Uint8Array([1]), new Uint8Array(31)), id, receipt));
});
