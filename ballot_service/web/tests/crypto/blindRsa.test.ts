// Blind RSA: RFC 9474's vectors value by value, two libraries as second opinions, and every refusal.

import assert from "node:assert/strict";
import {
  constants,
  createPublicKey,
  generatePrimeSync,
  type KeyObject,
  verify as nodeVerify,
  webcrypto,
} from "node:crypto";
import { describe, test } from "node:test";
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { blind, blindEncoded, finalize, PublicKey, SALT_BYTES, verify } from "../../crypto/blindRsa.ts";
import { concat, fromNumber, hex, toNumber, utf8 } from "../../crypto/bytes.ts";
import { hasSmallFactor, inverse } from "../../crypto/modular.ts";
import { checkPss, encodePss } from "../../crypto/pss.ts";
import { needs, vectors } from "./files.ts";
import { type Issuer, issuerOf, newIssuer, refuses, repeatable, spoil } from "./helpers.ts";

type Case = Readonly<
  Record<"name" | "p" | "q" | "n" | "e" | "d" | "msg" | "msg_prefix" | "input_msg" | "salt" | "inv", string>
> &
  Readonly<Record<"encoded_msg" | "blinded_msg" | "blind_sig" | "sig", string>>;
const CASES = vectors<Case[]>("rfc9474_blind_rsa.json");
const SALT = Uint8Array.from({ length: 48 }, (_, index) => index);
const MESSAGE = utf8("message");
const random = repeatable("blind rsa");

function number(text: string): bigint {
  return BigInt(`0x${text.replace(/^0x/, "")}`);
}

function data(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/^0x/, ""), "hex"));
}

test("RFC 9474 has two variants with a salt and two without", needs(CASES), () => {
  assert.equal(CASES?.filter(({ name }) => name.includes("PSSZERO")).length, 2);
  assert.equal(CASES?.filter(({ name }) => !name.includes("PSSZERO")).length, 2);
});

for (const one of CASES ?? []) {
  test(`every value of ${one.name}`, () => {
    const key = PublicKey.fromModulus(data(one.n), 4096);
    const issuer = issuerOf(key.n, number(one.d));
    const [salt, inv] = [data(one.salt ?? ""), number(one.inv)];
    const inputMsg = concat(data(one.msg_prefix), data(one.msg));
    assert.equal(hex(inputMsg), hex(data(one.input_msg)));
    const encoded = encodePss(inputMsg, salt, 4095);
    if (one.encoded_msg !== undefined) assert.equal(hex(encoded), hex(data(one.encoded_msg)));
    const r = inverse(inv, key.n) as bigint;
    const blinded = blindEncoded(key, encoded, r);
    assert.equal(blinded.inv, inv);
    assert.equal(hex(blinded.blindedMsg), hex(data(one.blinded_msg)));
    const blindSig = issuer.sign(blinded.blindedMsg);
    assert.equal(hex(blindSig), hex(data(one.blind_sig)));
    if (salt.length === SALT_BYTES) {
      assert.deepEqual(blind(key, inputMsg, salt, r), blinded);
      assert.equal(hex(finalize(key, inputMsg, blindSig, inv)), hex(data(one.sig)));
    } else {
      assert.equal((toNumber(blindSig) * inv) % key.n, number(one.sig));
      refuses("bad-blind", () => blind(key, inputMsg, salt, r));
      refuses("bad-credential", () => verify(key, inputMsg, data(one.sig)));
      refuses("bad-blind-signature", () => finalize(key, inputMsg, blindSig, inv));
    }
  });
}

describe("with an issuer of 2048 bits", () => {
  const issuer = newIssuer(2048);
  const key = PublicKey.fromModulus(issuer.modulus, 2048);
  const r = toNumber(random(255));
  const sig = signatureOf(issuer, key, MESSAGE, r);

  test("OpenSSL verifies what we finalize, and we what it signs", () => {
    const openssl = opensslKey(issuer);
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
    assert.ok(nodeVerify("sha384", MESSAGE, { key: openssl, ...pss }, sig));
    verify(key, MESSAGE, sig);
  });

  test("a client of another library gets a signature that we take", async () => {
    const suite = RSABSSA.SHA384.PSS.Deterministic();
    const jwk = { kty: "RSA", n: Buffer.from(issuer.modulus).toString("base64url"), e: "AQAB" };
    const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
    const theirKey = await webcrypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]);
    for (let round = 0; round < 3; round++) {
      const message = random(40 + round);
      const { blindedMsg, inv } = await suite.blind(theirKey as CryptoKey, message);
      const theirs = await suite.finalize(theirKey as CryptoKey, message, issuer.sign(blindedMsg), inv);
      verify(key, message, theirs);
      const ours = signatureOf(issuer, key, message, toNumber(random(256)) % key.n);
      assert.ok(await suite.verify(theirKey as CryptoKey, ours, message));
    }
  });

  test("one spoiled thing spoils a credential", () => {
    verify(key, MESSAGE, sig);
    const plusN = fromNumber(toNumber(sig) + key.n, 257);
    refuses("bad-credential", () => verify(key, utf8("messagf"), sig));
    for (const spoiled of [
      spoil(sig, 255),
      sig.slice(1),
      concat(new Uint8Array(1), sig),
      concat(sig, new Uint8Array(1)),
      new Uint8Array(256),
      issuer.modulus,
      new Uint8Array(256).fill(0xff),
      plusN,
    ]) {
      refuses("bad-credential", () => verify(key, MESSAGE, spoiled));
    }
  });

  test("a number that has a second spelling of the same length is taken in one only", () => {
    const room = (1n << 2048n) - key.n; // numbers below it fit into 256 bytes with n added
    for (let count = 0, found = 0; found < 2; count++) {
      const message = utf8(`message ${count}`);
      const { blindedMsg, inv } = blind(key, message, SALT, r);
      const answer = issuer.sign(blindedMsg);
      const credential = finalize(key, message, answer, inv);
      if (toNumber(credential) < room) {
        found++;
        refuses("bad-credential", () => verify(key, message, fromNumber(toNumber(credential) + key.n, 256)));
      }
      if (toNumber(answer) < room) {
        const moved = fromNumber(toNumber(answer) + key.n, 256);
        refuses("bad-blind-signature", () => finalize(key, message, moved, inv));
      }
    }
  });

  test("one spoiled answer is refused, and the message with it", () => {
    const { blindedMsg, inv } = blind(key, MESSAGE, SALT, r);
    const answer = issuer.sign(blindedMsg);
    assert.deepEqual(finalize(key, MESSAGE, answer, inv), sig);
    refuses("bad-blind-signature", () => finalize(key, utf8("other"), answer, inv));
    refuses("bad-blind-signature", () => finalize(key, MESSAGE, answer, inv + 1n));
    for (const spoiled of [spoil(answer, 255), answer.slice(1), new Uint8Array(256).fill(0xff), new Uint8Array(0)]) {
      refuses("bad-blind-signature", () => finalize(key, MESSAGE, spoiled, inv));
    }
  });

  test("salt and blinding factor have their length and range", () => {
    blind(key, MESSAGE, SALT, 1n);
    blind(key, MESSAGE, SALT, key.n - 1n);
    for (const outside of [0n, -1n, key.n, key.n + 1n]) refuses("bad-blind", () => blind(key, MESSAGE, SALT, outside));
    refuses("bad-blind", () => blind(key, MESSAGE, SALT.slice(1), r));
    refuses("bad-blind", () => blind(key, MESSAGE, new Uint8Array(49), r));
  });

  test("the same message blinded with two factors has nothing in common, and gets one signature", () => {
    const other = blind(key, MESSAGE, SALT, r + 1n);
    assert.notDeepEqual(other.blindedMsg, blind(key, MESSAGE, SALT, r).blindedMsg);
    assert.deepEqual(finalize(key, MESSAGE, issuer.sign(other.blindedMsg), other.inv), sig);
  });

  test("a modulus is checked before it is used", () => {
    const { modulus, n } = issuer;
    const even = spoil(modulus, 255);
    const short = concat(new Uint8Array([0x7f]), modulus.slice(1));
    const withFactor = (factor: bigint) => {
      let cofactor = n / factor;
      while (cofactor % 2n === 0n || hasSmallFactor(cofactor)) cofactor -= 1n;
      return fromNumber(factor * cofactor, 256);
    };
    for (const [bad, why] of [
      [even, /even/],
      [short, /expected 2048 bits, got 2047/],
      [modulus.slice(1), /got 255 bytes/],
      [concat(new Uint8Array(1), modulus), /got 257 bytes/],
      [withFactor(3n), /prime factor below 65537/],
      [withFactor(251n), /prime factor below 65537/],
      [withFactor(65521n), /prime factor below 65537/], // the largest
    ] as const) {
      assert.throws(() => PublicKey.fromModulus(bad, 2048), { code: "bad-modulus", message: why });
    }
    refuses("bad-modulus", () => PublicKey.fromModulus(modulus, 3072));
    PublicKey.fromModulus(withFactor(65537n), 2048); // the next prime is not a small one any more
  });

  test("a message that shares a factor with the modulus is not blinded", () => {
    // The encoding is chosen: until that of a message is a multiple of 16777259 one would have to try as many salts.
    const factor = 16777259n;
    const weak = new PublicKey(factor * generatePrimeSync(1024, { bigint: true }));
    const encoded = fromNumber(factor * 12345n, 256);
    refuses("encoded-message-not-coprime", () => blindEncoded(weak, encoded, 5n));
    refuses("encoded-message-not-coprime", () => blindEncoded(weak, new Uint8Array(256), 5n));
    blindEncoded(weak, fromNumber(factor * 12345n + 1n, 256), 5n);
    refuses("bad-blind", () => blindEncoded(weak, fromNumber(2n, 256), factor)); // no inverse
  });
});

for (const bits of [3072, 4096]) {
  test(`an issuer of ${bits} bits`, () => {
    const issuer = newIssuer(bits);
    const key = PublicKey.fromModulus(issuer.modulus, bits);
    const sig = signatureOf(issuer, key, MESSAGE, toNumber(random(bits / 8)) % key.n);
    assert.equal(sig.length, bits / 8);
    verify(key, MESSAGE, sig);
  });
}

test("other paddings are no credentials", () => {
  const [bits, message] = [2047, utf8("message")];
  const good = encodePss(message, SALT, bits);
  assert.ok(checkPss(message, good, bits));
  for (const bad of [
    encodePss(message, SALT.slice(16), bits), // a shorter salt
    encodePss(message, new Uint8Array(0), bits),
    encodePss(message, new Uint8Array(49), bits),
    encodePss(utf8("other"), SALT, bits),
    good.slice(1),
    concat(good, good.slice(0, 1)),
    spoil(good, 255), // the trailer
    spoil(good, 254), // the hash
    good.map((byte, index) => (index === 0 ? byte | 0x80 : byte)), // a bit above
    ...[0, 1, 50, 157, 158, 206].map((index) => spoil(good, index)), // padding, the one after it, salt
  ]) {
    assert.equal(checkPss(message, bad, bits), false);
  }
  assert.throws(() => encodePss(message, SALT, 8 * 97), RangeError);
  assert.equal(checkPss(message, new Uint8Array(97), 8 * 97), false);
});

test("a modulus of another number of bits than whole bytes", () => {
  for (const bits of [2041, 2042, 2047]) {
    const encoded = encodePss(MESSAGE, SALT, bits - 1);
    assert.equal(encoded.length, Math.ceil((bits - 1) / 8));
    assert.ok(toNumber(encoded) < 1n << BigInt(bits - 1));
    assert.ok(checkPss(MESSAGE, encoded, bits - 1));
    const key = new PublicKey((1n << BigInt(bits)) - 1n);
    for (let round = 0; round < 8; round++) {
      // What is raised to e needs a byte more than an encoding has, every second time of 2041 bits.
      const number = toNumber(random(key.kLen)) % key.n;
      refuses("bad-credential", () => verify(key, MESSAGE, fromNumber(number, key.kLen)));
    }
  }
});

function signatureOf(issuer: Issuer, key: PublicKey, message: Uint8Array, r: bigint): Uint8Array {
  const { blindedMsg, inv } = blind(key, message, SALT, r);
  return finalize(key, message, issuer.sign(blindedMsg), inv);
}

function opensslKey(issuer: Issuer): KeyObject {
  const jwk = { kty: "RSA", n: Buffer.from(issuer.modulus).toString("base64url"), e: "AQAB" };
  return createPublicKey({ key: jwk, format: "jwk" });
}
