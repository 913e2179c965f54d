// Sealing: RFC 9180's vector value by value, another library that opens what we seal, and every refusal.

import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { test } from "node:test";
import * as Hpke from "hpke";
import { hex, utf8 } from "../../crypto/bytes.ts";
import { deriveKeyPair, encapsulate, keySchedule, seal } from "../../crypto/hpke.ts";
import { needs, vectors } from "./files.ts";
import { bytes, refuses, repeatable } from "./helpers.ts";

interface Vector {
  readonly info: string;
  readonly ikmE: string;
  readonly skEm: string;
  readonly ikmR: string;
  readonly pkRm: string;
  readonly skRm: string;
  readonly enc: string;
  readonly key: string;
  readonly base_nonce: string;
  readonly encryptions: readonly { readonly pt: string; readonly aad: string; readonly ct: string }[];
}
const VECTOR = vectors<Vector>("rfc9180_hpke_x25519_chacha20poly1305.json");
const SUITE = new Hpke.CipherSuite(Hpke.KEM_DHKEM_X25519_HKDF_SHA256, Hpke.KDF_HKDF_SHA256, Hpke.AEAD_ChaCha20Poly1305);
const RECIPIENT = deriveKeyPair(new Uint8Array(32).fill(7));

test("every value of RFC 9180", needs(VECTOR), () => {
  assert.ok(VECTOR !== undefined);
  const recipient = deriveKeyPair(bytes(VECTOR.ikmR));
  assert.deepEqual([hex(recipient.secret), hex(recipient.public)], [VECTOR.skRm, VECTOR.pkRm]);
  assert.equal(hex(deriveKeyPair(bytes(VECTOR.ikmE)).secret), VECTOR.skEm);
  const { enc, sharedSecret } = encapsulate(recipient.public, bytes(VECTOR.ikmE));
  assert.equal(hex(enc), VECTOR.enc);
  const { key, baseNonce } = keySchedule(sharedSecret, bytes(VECTOR.info));
  assert.deepEqual([hex(key), hex(baseNonce)], [VECTOR.key, VECTOR.base_nonce]);
  const [first] = VECTOR.encryptions;
  assert.ok(first !== undefined);
  // The vector has an aad and a ballot has none: its ciphertext is opened with our key, and ours with an empty aad.
  assert.equal(hex(decrypt(key, baseNonce, bytes(first.ct), bytes(first.aad))), first.pt);
  const sealed = seal(recipient.public, bytes(VECTOR.info), bytes(first.pt), bytes(VECTOR.ikmE));
  assert.equal(hex(sealed.enc), VECTOR.enc);
  assert.equal(hex(decrypt(key, baseNonce, sealed.ct, new Uint8Array(0))), first.pt);
});

test("another library opens what we seal", async () => {
  const random = repeatable("hpke");
  for (let round = 0; round < 20; round++) {
    const [info, plaintext] = [random(round * 5), random(round * 31)];
    const pair = deriveKeyPair(random(32));
    const { enc, ct } = seal(pair.public, info, plaintext, random(32));
    assert.deepEqual([enc.length, ct.length], [32, plaintext.length + 16]);
    const secret = await SUITE.DeserializePrivateKey(pair.secret, true);
    assert.deepEqual(new Uint8Array(await SUITE.Open(secret, enc, ct, { info })), plaintext);
  }
});

test("the same seed gives the same seal, another seed another", () => {
  const plaintext = utf8("approve");
  const first = seal(RECIPIENT.public, utf8("info"), plaintext, new Uint8Array(32));
  assert.deepEqual(seal(RECIPIENT.public, utf8("info"), plaintext, new Uint8Array(32)), first);
  const other = seal(RECIPIENT.public, utf8("info"), plaintext, new Uint8Array(32).fill(1));
  assert.notDeepEqual(other.enc, first.enc);
  assert.notDeepEqual(other.ct, first.ct);
});

test("nothing is sealed to a key of small order", () => {
  const small = ["00".repeat(32), `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, `ed${"ff".repeat(30)}7f`];
  const order8 = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ];
  seal(RECIPIENT.public, utf8(""), utf8(""), new Uint8Array(32));
  for (const key of [...small, ...order8]) {
    refuses("bad-recipient-key", () => seal(bytes(key), utf8(""), utf8(""), new Uint8Array(32)));
  }
});

test("a key of another length is refused, a seed of another length is our own mistake", () => {
  refuses("bad-recipient-key", () => seal(new Uint8Array(31), utf8(""), utf8(""), new Uint8Array(32)));
  assert.throws(() => seal(RECIPIENT.public, utf8(""), utf8(""), new Uint8Array(31)), RangeError);
});

function decrypt(key: Uint8Array, nonce: Uint8Array, ct: Uint8Array, aad: Uint8Array): Uint8Array {
  const cipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: ct.length - 16 });
  cipher.setAuthTag(ct.slice(-16));
  return new Uint8Array(Buffer.concat([cipher.update(ct.slice(0, -16)), cipher.final()]));
}
