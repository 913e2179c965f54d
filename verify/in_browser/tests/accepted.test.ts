// One check that did not pass is never accepted; the one exception is V03 without anything to compare with, when the
// reader says that he has nothing.

import assert from "node:assert/strict";
import test from "node:test";
import { NOTHING } from "../src/case.ts";
import type { CheckResult, Outcome } from "../src/verdict.ts";
import { CHECK_IDS, isAccepted } from "../src/verify.ts";

function checks(id: string | null, outcome: Outcome): CheckResult[] {
  return CHECK_IDS.map((one) => ({ id: one, title: "", outcome: one === id ? outcome : "pass", detail: "" }));
}

test("what was not checked is never accepted", () => {
  assert.equal(CHECK_IDS.length, 20);
  const fingerprint = new Uint8Array(32);
  for (const unpinned of [true, false]) {
    for (const given of [fingerprint, null]) {
      const options = { ...NOTHING, unpinned, fingerprint: given };
      assert.equal(isAccepted(checks(null, "pass"), options), true);
      for (const id of CHECK_IDS) {
        assert.equal(isAccepted(checks(id, "fail"), options), false, id);
        const excused = id === "V03" && unpinned && given === null;
        assert.equal(isAccepted(checks(id, "not checked"), options), excused, id);
      }
    }
  }
  assert.equal(isAccepted(checks(null, "pass").slice(1), NOTHING), false);
});
