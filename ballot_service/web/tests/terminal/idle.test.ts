// Whoever walks away: a warning, then the end; whoever comes back in time goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Idle } from "../../terminal/idle.ts";
import { HandClock } from "./clock.ts";

function begin() {
  const clock = new HandClock();
  const told: string[] = [];
  const idle = new Idle({
    clock,
    idleMs: 60_000,
    warningMs: 15_000,
    onWarning: (until) => told.push(until === null ? "no warning" : `warning, ${until - clock.now()} ms`),
    onOver: () => told.push("over"),
  });
  return { clock, told, idle };
}

test("a warning after the time, the end after the warning, once", () => {
  const { clock, told, idle } = begin();
  idle.watch();
  clock.pass(59_999);
  assert.deepEqual(told, []);
  clock.pass(1);
  assert.deepEqual(told, ["warning, 15000 ms"]);
  clock.pass(14_999);
  assert.equal(told.length, 1);
  clock.pass(1);
  clock.pass(1_000_000);
  assert.deepEqual(told, ["warning, 15000 ms", "over"]);
});

test("every touch begins the time anew, and watching again does not", () => {
  const { clock, told, idle } = begin();
  idle.watch();
  for (let minute = 0; minute < 10; minute++) {
    clock.pass(50_000);
    idle.touch();
  }
  assert.deepEqual(told, []);
  clock.pass(50_000);
  idle.watch();
  clock.pass(10_000);
  assert.deepEqual(told, ["warning, 15000 ms"]);
});

test("the warning is answered by its button alone", () => {
  const { clock, told, idle } = begin();
  idle.watch();
  clock.pass(60_000);
  idle.touch();
  clock.pass(14_999);
  idle.goOn();
  assert.deepEqual(told, ["warning, 15000 ms", "no warning"]);
  clock.pass(59_999);
  assert.equal(told.length, 2);
  clock.pass(1 + 15_000);
  assert.equal(told[told.length - 1], "over");
});

test("while the machine is at work nobody is idle, and a warning goes away", () => {
  const { clock, told, idle } = begin();
  idle.watch();
  clock.pass(60_000);
  idle.stop();
  clock.pass(1_000_000);
  idle.touch();
  idle.goOn();
  clock.pass(1_000_000);
  assert.deepEqual(told, ["warning, 15000 ms", "no warning"]);
});
