import assert from "node:assert/strict";
import { test } from "node:test";
import { Arming } from "../../terminal/arming.ts";

test("a slip that lies there from before is no slip until it was taken away", () => {
  const arming = new Arming();
  for (let now = 0; now < 5_000; now += 200) assert.equal(arming.see(["slip"], now), "take-away");
  assert.equal(arming.see([], 5_000), "nothing");
  assert.equal(arming.see(["slip"], 5_200), "take-away"); // one blurred picture is not taking it away
  for (let now = 5_400; now <= 6_400; now += 200) assert.equal(arming.see([], now), "nothing");
  assert.equal(arming.see(["slip"], 6_600), "take");
  assert.equal(arming.see(["slip"], 6_800), "take");
});
