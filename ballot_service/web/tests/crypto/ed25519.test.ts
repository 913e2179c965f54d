// Ed25519: one rule set, for all 914 published edge cases, against a plain recount, and what a reader refuses.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign as nodeSign, verify as nodeVerify } from "node:crypto";
import { test } from "node:test";
import { hex, utf8 } from "../../crypto/bytes.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { needs, vectors } from "./files.ts";
import { bytes, refuses, repeatable, spoil } from "./helpers.ts";
import { addOrder2, isGoodPoint, L, plainVerify, smallOrderPoints } from "./plainEd25519.ts";

interface EdgeCase {
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
}
const CASES = vectors<EdgeCase[]>("ed25519_edge_cases.json");

function accepts(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    assert.ok(error instanceof CryptoError);
    return false;
  }
}

test("all 914 edge cases get the answer of the rules", needs(CASES), () => {
  assert.equal(CASES?.length, 914);
  let accepted = 0;
  for (const { key, sig, msg } of CASES ?? []) {
    const expected = plainVerify(bytes(key), utf8(msg), bytes(sig));
    assert.equal(
      accepts(() => ed25519.verify(bytes(key), utf8(msg), bytes(sig))),
      expected,
      msg,
    );
    if (expected) accepted++;
  }
  assert.ok(accepted > 0 && accepted < 914);
});

test("keys of the edge cases are judged without a signature", needs(CASES), () => {
  for (const key of new Set((CASES ?? []).map((one) => one.key))) {
    assert.equal(
      accepts(() => ed25519.checkPublicKey(bytes(key))),
      isGoodPoint(bytes(key)),
      key,
    );
  }
});

test("every point of small order is refused, in every spelling", () => {
  const points = smallOrderPoints();
  assert.equal(new Set(points.map(hex)).size, 8);
  for (const point of points) {
    refuses("bad-public-key", () => ed25519.checkPublicKey(point));
    refuses("bad-public-key", () => ed25519.checkPublicKey(spoilSign(point)));
  }
});

test("a key that is none is refused", () => {
  for (const key of [
    new Uint8Array(31), // too short
    new Uint8Array(33), // too long
    bytes(`f0${"ff".repeat(30)}7f`), // y = p + 3
    bytes(`02${"00".repeat(31)}`), // no point of the curve
  ]) {
    refuses("bad-public-key", () => ed25519.checkPublicKey(key));
    refuses("bad-public-key", () => ed25519.verify(key, utf8(""), new Uint8Array(64)));
  }
});

test("a mixed-order key passes, as it does elsewhere", () => {
  ed25519.checkPublicKey(addOrder2(ed25519.publicKey(new Uint8Array(32))));
});

test("the first vector of RFC 8032", () => {
  const seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const key = ed25519.publicKey(seed);
  assert.equal(hex(key), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const signature = ed25519.sign(seed, utf8(""));
  assert.equal(
    hex(signature),
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  );
  ed25519.verify(key, utf8(""), signature);
});

test("OpenSSL takes our signatures and we take its", () => {
  const random = repeatable("ed25519");
  for (let round = 0; round < 20; round++) {
    const [seed, message] = [random(32), random(round * 7)];
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    assert.deepEqual(new Uint8Array(nodeSign(null, message, privateKey)), ed25519.sign(seed, message));
    assert.ok(nodeVerify(null, message, createPublicKey(privateKey), ed25519.sign(seed, message)));
    ed25519.verify(ed25519.publicKey(seed), message, new Uint8Array(nodeSign(null, message, privateKey)));
  }
});

test("one spoiled thing spoils the signature", () => {
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
  const [key, message] = [ed25519.publicKey(seed), utf8("text")];
  const signature = ed25519.sign(seed, message);
  ed25519.verify(key, message, signature);
  let sPlusL = BigInt(`0x${hex(signature.slice(32).reverse())}`) + L;
  const moved = signature.map((byte, index) => {
    if (index < 32) return byte;
    const next = Number(sPlusL & 0xffn);
    sPlusL >>= 8n;
    return next;
  });
  for (const [spoiledKey, spoiledMessage, spoiledSignature] of [
    [key, utf8("text."), signature],
    [ed25519.publicKey(new Uint8Array(32)), message, signature],
    [key, message, spoil(signature)],
    [key, message, spoil(signature, 33)],
    [key, message, moved], // S + L says the same and is another spelling
    [key, message, signature.slice(0, 63)],
    [key, message, new Uint8Array(65)],
    [key, message, new Uint8Array(0)],
  ] as const) {
    refuses("bad-signature", () => ed25519.verify(spoiledKey, spoiledMessage, spoiledSignature));
  }
});

function spoilSign(point: Uint8Array): Uint8Array {
  return point.map((byte, index) => (index === 31 ? byte ^ 0x80 : byte));
}
