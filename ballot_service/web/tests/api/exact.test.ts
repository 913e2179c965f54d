// Numbers of score ballots and of results, without a float.

import assert from "node:assert/strict";
import { test } from "node:test";
import { displayNumber, displayPercent, scoresOf, scoreValue } from "../../api/exact.ts";

test("the scores of a ballot, as they are spelled", () => {
  assert.deepEqual(scoresOf("0", "2", "1/2"), ["0", "0.5", "1", "1.5", "2"]);
  assert.deepEqual(scoresOf("-1", "1", "3/4"), ["-1", "-0.25", "0.5"]);
  assert.deepEqual(scoresOf("1/4", "3/10", "1/40"), ["0.25", "0.275", "0.3"]);
  assert.equal(scoresOf("0", "100", "1/100")?.length, 10_001);
  assert.equal(scoresOf("0", "100", "1/100")?.[1], "0.01");
  for (const [min, max, step] of [
    ["0", "1", "1/3"],
    ["0", "0", "1"],
    ["0", "1", "0"],
    ["0", "101", "1/100"],
    ["0", "1", "0.5"],
    ["00", "1", "1"],
  ] as const) {
    assert.equal(scoresOf(min, max, step), null, `${min} ${max} ${step}`);
  }
  assert.deepEqual([scoreValue("85"), scoreValue("85.5"), scoreValue("-1")], [85, "85.5", -1]);
});

test("rounded for the eye, half away from zero", () => {
  assert.deepEqual(["70", "379/40", "-379/40", "1/200", "-1/1000", "0"].map(displayNumber), [
    "70.00",
    "9.48",
    "-9.48",
    "0.01",
    "0.00",
    "0.00",
  ]);
  assert.deepEqual([displayPercent("2/5"), displayPercent("2/3"), displayNumber("x")], ["40.00%", "66.67%", null]);
});
