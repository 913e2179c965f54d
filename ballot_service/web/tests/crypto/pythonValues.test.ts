// What crypto/ computes from the same seeds: tests/crypto/phone_values.py, held to be of today by a test beside it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ballotId, checkReceipt, makeBallot } from "../../crypto/ballot.ts";
import { PublicKey } from "../../crypto/blindRsa.ts";
import { finish, makeRequest, requestHash } from "../../crypto/booklet.ts";
import { concat, hex, utf8 } from "../../crypto/bytes.ts";
import * as canonical from "../../crypto/canonical.ts";
import { parseCheckpoint } from "../../crypto/checkpoint.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import * as encoding from "../../crypto/encoding.ts";
import * as hkdf from "../../crypto/hkdf.ts";
import * as merkle from "../../crypto/merkle.ts";
import { formatVerifierKey, parseNote, parseVerifierKey, verifyNote } from "../../crypto/note.ts";
import { keepKey, parseSlipUrl, redeemToken, slipId } from "../../crypto/slips.ts";
import { openAnswer, sealRequest } from "../../crypto/transport.ts";
import { fingerprintWords, readWordList } from "../../crypto/words.ts";
import { projectFile } from "./files.ts";
import { bytes, draw } from "./helpers.ts";
import type { PhoneValues } from "./phoneValues.ts";

const VALUES = JSON.parse(projectFile("tests/crypto/phone_values.json")) as PhoneValues;
const FINGERPRINT = bytes(VALUES.fingerprint);
const { b64u, fromB64u } = encoding;

test("encodings, both ways", () => {
  for (const one of VALUES.encodings) {
    const data = bytes(one.hex);
    const { hex, b64u, b64, b32 } = encoding;
    assert.deepEqual({ hex: hex(data), b64u: b64u(data), b64: b64(data), b32: b32(data) }, one);
    assert.deepEqual(encoding.fromHex(one.hex), data);
    assert.deepEqual(encoding.fromB64u(one.b64u, data.length), data);
    assert.deepEqual(encoding.fromB64(one.b64, data.length), data);
    assert.deepEqual(encoding.fromB32(one.b32, data.length), data);
  }
  const { tag, lp, u8, u16, u32, u64 } = encoding;
  assert.equal(hex(tag("credential")), VALUES.fields.tag);
  assert.equal(hex(lp("票种 A")), VALUES.fields.lp);
  assert.equal(hex(concat(u8(255), u16(0x0102), u32(0x01020304), u64(2 ** 53 - 1))), VALUES.fields.integers);
});

test("canonical JSON", () => {
  for (const { loose, canonical: text } of VALUES.canonical) {
    const value = JSON.parse(loose);
    assert.equal(Buffer.from(canonical.encode(value)).toString(), text);
    assert.deepEqual(canonical.decode(utf8(text)), value);
    if (loose !== text) assert.throws(() => canonical.decode(utf8(loose)), { code: "not-canonical" });
  }
});

test("HKDF", () => {
  for (const { length, output } of VALUES.hkdf) {
    assert.equal(hex(hkdf.derive(draw("key material", 16), utf8("info"), length)), output);
  }
});

test("proofs", () => {
  const leaves = Array.from({ length: VALUES.tree.size }, (_, index) => merkle.leafHash(utf8(String(index))));
  const root = merkle.rootHash(leaves);
  assert.equal(hex(root), VALUES.tree.root);
  for (const { index, size, root: part, proof } of VALUES.tree.inclusion) {
    merkle.checkInclusion(leaves[index] as Uint8Array, index, size, proof.map(bytes), bytes(part));
  }
  for (const { old, old_root, proof } of VALUES.tree.consistency) {
    merkle.checkConsistency(old, bytes(old_root), leaves.length, root, proof.map(bytes));
  }
  for (const { start, end, proof } of VALUES.tree.range) {
    merkle.checkRange(leaves.slice(start, end), start, leaves.length, proof.map(bytes), root);
  }
});

test("a checkpoint with two signatures", () => {
  const { note, keys, size, root, timestamp } = VALUES.note;
  const parsed = keys.map(parseVerifierKey);
  assert.deepEqual(parsed.map(formatVerifierKey), keys);
  const verified = verifyNote(note, parsed);
  assert.deepEqual(
    verified.map((one) => [one.key, one.timestamp]),
    [
      [parsed[0], null],
      [parsed[1], BigInt(timestamp)],
    ],
  );
  const checkpoint = parseCheckpoint(parseNote(note).text);
  assert.deepEqual(checkpoint, { origin: parsed[0]?.name, treeSize: size, rootHash: bytes(root) });
});

test("slips on HTTPS and on plain HTTP", () => {
  for (const one of VALUES.slips) {
    const slip = parseSlipUrl(one.text);
    assert.deepEqual(slip, {
      baseUrl: one.base_url,
      meetingId: "lushui-2026-12",
      secret: bytes(one.secret),
      voterClass: "A",
      fingerprintPrefix: bytes(one.prefix),
    });
    assert.equal(hex(redeemToken(slip.secret)), one.token);
    assert.equal(hex(keepKey(slip.secret)), one.keep_key);
    assert.equal(hex(slipId(slip.meetingId, redeemToken(slip.secret))), one.slip_id);
  }
});

test("words", () => {
  const list = (file: string) => projectFile(`ballot_service/web/crypto/words/${file}.txt`);
  for (const { digest, zh, en } of VALUES.words) {
    assert.equal(fingerprintWords(bytes(digest), readWordList(list("chinese_simplified"), "zh")), zh);
    assert.equal(fingerprintWords(bytes(digest).slice(0, 11), readWordList(list("english"), "en")), en);
  }
});

test("Ed25519", () => {
  for (const { seed, key, message, signature } of VALUES.ed25519) {
    assert.equal(hex(ed25519.publicKey(bytes(seed))), key);
    assert.equal(hex(ed25519.sign(bytes(seed), bytes(message))), signature);
    ed25519.verify(bytes(key), bytes(message), bytes(signature));
  }
});

test("a sealed request and its answer", () => {
  const { transport: one } = VALUES;
  const body = sealRequest({
    transportPublicKey: bytes(one.transport_key),
    fingerprint: FINGERPRINT,
    route: "ballots",
    payload: utf8(one.payload),
    length: one.length,
    ephemeralSeed: bytes(one.ephemeral_seed),
    answerKey: bytes(one.answer_key),
  });
  assert.equal(b64u(body), one.body);
  const answer = openAnswer(bytes(one.answer_key), fromB64u(one.answer), 64);
  assert.equal(Buffer.from(answer).toString(), one.answer_payload);
});

for (const one of VALUES.booklets) {
  test(`a booklet of ${one.pages.length} pages of ${one.bits} bits, from one seed`, () => {
    const keys = one.moduli.map((row) => row.map((modulus) => PublicKey.fromModulus(fromB64u(modulus), one.bits)));
    const request = makeRequest(bytes(one.seed), FINGERPRINT, "A", keys);
    assert.deepEqual(
      request.blinded.map((row) => row.map(b64u)),
      one.blinded,
    );
    assert.equal(hex(requestHash(draw("slip id", 32), request.blinded)), one.request_hash);
    const pages = finish(
      request,
      one.blind_signatures.map((row) => row.map((value) => fromB64u(value))),
    );
    assert.deepEqual(
      pages.map((page) => [
        page.number,
        hex(page.ballotKeySeed),
        hex(page.ballotPublicKey),
        page.credentials.map(b64u),
      ]),
      one.pages.map((page, index) => [index + 1, page.key_seed, page.public_key, page.credentials]),
    );
  });
}

test("a ballot and its receipt", () => {
  const { ballot: one } = VALUES;
  const line = makeBallot({
    keySeed: bytes(one.key_seed),
    paperHash: bytes(one.paper_hash),
    voterClass: one.voter_class,
    credentials: one.credentials.map((credential) => fromB64u(credential)),
    boxPublicKey: bytes(one.box_key),
    choice: canonical.encode(one.choice),
    length: one.length,
    ephemeralSeed: bytes(one.ephemeral_seed),
  });
  assert.equal(Buffer.from(line).toString(), one.line);
  assert.equal(hex(ballotId(line)), one.id);
  checkReceipt(bytes(one.receipt_key), ballotId(line), bytes(one.receipt));
});
