// Records of booklets at the hub: what is written opens under its own name and version only, and Python writes the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hex } from "../../crypto/bytes.ts";
import { b64u, fromB64u, fromHex } from "../../crypto/encoding.ts";
import { keepKey, parseSlipUrl } from "../../crypto/slips.ts";
import { openRecord, recordKey, sealRecord } from "../../terminal/record.ts";
import { sessionName } from "../../voting/session.ts";
import { DamagedStorage } from "../../voting/store.ts";

interface Vector {
  readonly slip: string;
  readonly name: string;
  readonly key: string;
  readonly nonce: string;
  readonly version: number;
  readonly value: unknown;
  readonly record: string;
}

/** tests/browser/terminal/test_record.py checks the same file with `cryptography`. */
const vector = JSON.parse(readFileSync(join(import.meta.dirname, "record.json"), "utf8")) as Vector;
const slip = parseSlipUrl(vector.slip);
const key = recordKey(keepKey(slip.secret));
const place = { name: vector.name, version: vector.version };

test("the vector: name, key and record from the slip", () => {
  assert.equal(sessionName(slip), vector.name);
  assert.equal(hex(key), vector.key);
  assert.equal(sealRecord(key, place, vector.value, fromHex(vector.nonce)), vector.record);
  assert.deepEqual(openRecord(key, place, vector.record), vector.value);
});

test("a record is whole blocks, whatever is in it", () => {
  const lengths = [1, 4085, 4086, 9000].map((count) => {
    const record = sealRecord(key, place, { text: "x".repeat(count) }, fromHex(vector.nonce));
    return (fromB64u(record).length - 12 - 16) / 4096;
  });
  assert.deepEqual(lengths, [1, 1, 2, 3]);
});

const sealed = fromB64u(vector.record);
const spoiled: readonly [string, () => unknown][] = [
  ["another name", () => openRecord(key, { ...place, name: "A".repeat(43) }, vector.record)],
  ["an older version in the place of a newer one", () => openRecord(key, { ...place, version: 8 }, vector.record)],
  ["another slip's key", () => openRecord(recordKey(new Uint8Array(32)), place, vector.record)],
  ["a flipped bit", () => openRecord(key, place, b64u(sealed.map((byte, at) => (at === 99 ? byte ^ 1 : byte))))],
  ["a short one", () => openRecord(key, place, b64u(sealed.slice(0, 20)))],
  ["no base64url", () => openRecord(key, place, "?")],
];
for (const [what, open] of spoiled) {
  test(`refused: ${what}`, () => {
    assert.throws(open, DamagedStorage);
  });
}
