// Text forms of bytes: each value has one spelling, every other one is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, equalBytes, fromNumber, hex, padWithSpaces, startsWith, toNumber, utf8 } from "../../crypto/bytes.ts";
import { b32, b64, b64u, fromB32, fromB64, fromB64u, fromHex, lp, u8, u16, u32, u64 } from "../../crypto/encoding.ts";
import { below, refuses, repeatable } from "./helpers.ts";

const FORMS = [
  { name: "base64url", write: b64u, read: fromB64u, node: (data: Buffer) => data.toString("base64url") },
  { name: "base64", write: b64, read: fromB64, node: (data: Buffer) => data.toString("base64") },
  { name: "hexadecimal", write: hex, read: fromHex, node: (data: Buffer) => data.toString("hex") },
  { name: "base32", write: b32, read: fromB32, node: undefined },
] as const;

for (const { name, write, read, node } of FORMS) {
  test(`${name}: every byte string reads back, and is written as others write it`, () => {
    const random = repeatable(name);
    for (let length = 0; length < 70; length++) {
      const data = random(length);
      if (node !== undefined) assert.equal(write(data), node(Buffer.from(data)));
      assert.deepEqual(read(write(data)), data);
      assert.deepEqual(read(write(data), length), data);
      refuses("malformed-encoding", () => read(write(data), length + 1));
    }
  });

  test(`${name}: a text that reads at all is the one spelling of what it says`, () => {
    const random = repeatable(`${name} texts`);
    const alphabet = "QRZAaz09_-+/=27 \n.";
    let taken = 0;
    for (let round = 0; round < 4000; round++) {
      const text = Array.from(random(below(9, random)), (byte) => alphabet.charAt(byte % alphabet.length)).join("");
      let data: Uint8Array;
      try {
        data = read(text);
      } catch {
        refuses("malformed-encoding", () => read(text));
        continue;
      }
      taken++;
      assert.equal(write(data), text);
    }
    assert.ok(taken > 0 && taken < 4000);
  });
}

test("one thing wrong", () => {
  assert.deepEqual(fromB64u("QQ"), utf8("A"));
  for (const text of ["QR", "Q", "QQ==", "QQ\n", " QQ", "Q+Q", "Q/Q", "ＱＱ", "QQA\u0000"])
    refuses("malformed-encoding", () => fromB64u(text));
  assert.deepEqual(fromB64("QQ=="), utf8("A"));
  for (const text of ["QQ", "QQ=", "QR==", "QQ===", "=", "====", "Q===", "QUE=\n", "QUE-", "Q=Q=", "QQ==QQ=="]) {
    refuses("malformed-encoding", () => fromB64(text));
  }
  assert.deepEqual(fromB32("IE"), utf8("A"));
  for (const text of ["ie", "IF", "I", "IE======", "I1", "I8", "IEA"])
    refuses("malformed-encoding", () => fromB32(text));
  assert.deepEqual(fromHex("0aff"), new Uint8Array([10, 255]));
  for (const text of ["0AFF", "0af", "0x0a", "0a ff"]) refuses("malformed-encoding", () => fromHex(text));
});

test("the message of a refusal holds nothing of the text", () => {
  assert.throws(
    () => fromB64u("geheim!"),
    (error: Error) => !error.message.includes("geheim"),
  );
});

test("integers that do not fit are our own mistake", () => {
  assert.equal(hex(concat(u8(255), u16(65535), u32(4294967295), u64(2n ** 64n - 1n))), "ff".repeat(15));
  for (const work of [
    () => u8(256),
    () => u16(65536),
    () => u32(2 ** 32),
    () => u64(2n ** 64n),
    () => u8(-1),
    () => u8(1.5),
  ]) {
    assert.throws(work, RangeError);
  }
});

test("bytes and numbers", () => {
  assert.equal(toNumber(new Uint8Array(0)), 0n);
  assert.equal(toNumber(new Uint8Array([1, 0])), 256n);
  assert.deepEqual(fromNumber(256n, 3), new Uint8Array([0, 1, 0]));
  assert.deepEqual(lp(""), new Uint8Array(4));
  assert.ok(equalBytes(utf8("ab"), utf8("ab")));
  assert.ok(!equalBytes(utf8("ab"), utf8("abc")) && !equalBytes(utf8("ab"), utf8("ac")));
  assert.ok(startsWith(utf8("abc"), utf8("ab")) && !startsWith(utf8("a"), utf8("ab")));
  assert.deepEqual(padWithSpaces(utf8("a"), 3), utf8("a  "));
  assert.equal(padWithSpaces(utf8("abcd"), 3), undefined);
});
