// Small parts by themselves: spellings, exact numbers, days, the tree.

import assert from "node:assert/strict";
import test from "node:test";
import { follow, type Vote } from "../src/bars.ts";
import { fromBase64, fromBase64url, hex, toBase64url, utf8 } from "../src/bytes.ts";
import { readSealed } from "../src/choices.ts";
import { decimal, type Ballot, type Rule } from "../src/contests.ts";
import { addMonths, dueDate } from "../src/days.ts";
import { Fraction, readExact } from "../src/fraction.ts";
import { NotJson, readJson, size } from "../src/json.ts";
import { leafHash, Tree, treeRoot } from "../src/tree.ts";
import { hash } from "../src/bytes.ts";

test("base64 has one spelling", () => {
  assert.equal(hex(fromBase64url("_-8") ?? utf8("x")), "ffef");
  for (const other of ["_-9", "_-8=", "/+8", "_-8 ", "_"]) assert.equal(fromBase64url(other), null, other);
  assert.equal(hex(fromBase64("/+8=") ?? utf8("x")), "ffef");
  for (const other of ["/+8", "/+9=", "_-8=", "/+8=\n"]) assert.equal(fromBase64(other), null, other);
  for (let length = 0; length < 70; length++) {
    const data = Uint8Array.from({ length }, (_, at) => (at * 37) & 255);
    assert.deepEqual(fromBase64url(toBase64url(data)), data);
  }
});

test("canonical JSON, other spellings, and no JSON are told apart", () => {
  for (const text of ['{"a":1,"b":[]}', '"\\u001f\\n😀"', "9007199254740991"]) {
    assert.ok(readJson(text).canonical, text);
  }
  for (const text of [
    '{"b":1,"a":2}',
    "1.0",
    "1e3",
    "-0",
    "9007199254740992",
    '"\\u0041"',
    '"e\u0301"',
    '"\\ud800"',
    " 1",
  ]) {
    assert.ok(!readJson(text).canonical, text);
  }
  for (const text of ['{"a":1,"a":1}', '{"a":[{"b":1,"\\u0062":2}]}', "NaN", "12345678901234567", "", "{", "01"]) {
    assert.throws(() => readJson(text), NotJson, text);
  }
  assert.equal(size('[{"a":"[[[\\"["},[[]]]').nesting, 3);
  assert.equal(size('[{"a":",,["},[],0]').values, 5);
});

test("exact numbers are in lowest terms", () => {
  for (const text of ["0", "1/2", "-29/2", "70"]) assert.equal(readExact(text)?.toString(), text);
  for (const text of ["2/4", "0.5", "-0", "01", "1/0", "+1", "1/1", "", "1/-2"])
    assert.equal(readExact(text), null, text);
  assert.equal(new Fraction(379n, 40n).rounded(2), "9.48");
  assert.equal(new Fraction(-1n, 200n).rounded(2), "-0.01");
  assert.equal(new Fraction(21001n, 300n).rounded(2), "70.00");
  assert.equal(decimal(new Fraction(171n, 2n)), "85.5");
  assert.equal(decimal(new Fraction(1n, 3n)), null);
});

test("days of the documents", () => {
  const calendar = { until: "2026-12-31", holidays: [], workdays: [] };
  assert.equal(dueDate("2024-03-01", { days: 15 }, null), "2024-03-16");
  assert.equal(dueDate("2026-12-18", { working_days: 7 }, calendar), "2026-12-29");
  assert.equal(dueDate("2026-12-18", { working_days: 10 }, calendar), null);
  assert.equal(addMonths("2027-01-31", 1), "2027-02-28");
  assert.equal(addMonths("9999-01-01", 12), null);
});

test("a bar that has run, and a pass, begin the count anew", () => {
  const rule = { failures: 2, months: 12, count_loss: true, reset: true } as unknown as Rule;
  const vote = (date: string, passed = false): Vote => ({ person: "a", post: "p", date, passed, nobodyPassed: null });
  const failures = (...votes: Vote[]) => follow(votes, "a", "p", rule).failures;
  assert.equal(failures(vote("2025-01-01"), vote("2026-01-01")), 2);
  assert.equal(failures(vote("2025-01-01"), vote("2026-01-01"), vote("2027-01-01")), 3);
  assert.equal(failures(vote("2025-01-01"), vote("2026-01-01"), vote("2027-01-02")), 1);
  assert.equal(failures(vote("2025-01-01"), vote("2026-01-01", true), vote("2027-01-02")), 1);
});

test("every root of every small tree is that of the slow definition", () => {
  const leaves = Array.from({ length: 20 }, (_, at) => leafHash(utf8(String(at))));
  const slow = (part: readonly Uint8Array[]): Uint8Array => {
    if (part.length === 0) return hash();
    if (part.length === 1) return part[0] as Uint8Array;
    let split = 1;
    while (split * 2 < part.length) split *= 2;
    return hash(Uint8Array.of(1), slow(part.slice(0, split)), slow(part.slice(split)));
  };
  const tree = new Tree(leaves);
  for (let size = 0; size <= leaves.length; size++) {
    assert.equal(hex(tree.rootAt(size)), hex(slow(leaves.slice(0, size))));
    assert.equal(hex(treeRoot(leaves.slice(0, size))), hex(slow(leaves.slice(0, size))));
  }
});

test("a ballot is valid in one spelling only", () => {
  const score = { kind: "score", min: "0", max: "100", step: "1/2", unknown: true } as unknown as Ballot;
  const read = (text: string, ballot: Ballot) => readSealed(utf8(text), ballot);
  assert.equal(read('{"score":85}   ', score)?.score, "85");
  assert.equal(read('{"score":"85.5"}', score)?.score, "85.5");
  assert.equal(read('{"unknown":true}', score)?.unknown, true);
  assert.equal(read("{}", score)?.blank, true);
  for (const text of [
    '{"score":"85.50"}',
    '{"score":"85"}',
    '{"score":85.5}',
    '{"score":101}',
    '{"score":"0.3"}',
    ' {"score":85}',
    "",
    "[]",
  ]) {
    assert.equal(read(text, score), null, text);
  }
  const options = [{ id: "a", name: "甲同志" }];
  const pick = { kind: "pick", options, max: 2, write_in: 1 } as unknown as Ballot;
  assert.deepEqual(read('{"write_in":["甲同志"]}', pick)?.picks, ["a"]);
  for (const text of [
    '{"picks":["a"],"write_in":["甲同志"]}',
    '{"write_in":["王 五"]}',
    '{"write_in":["王\u200b五"]}',
    '{"picks":["a","a"]}',
  ]) {
    assert.equal(read(text, pick), null, text);
  }
});
