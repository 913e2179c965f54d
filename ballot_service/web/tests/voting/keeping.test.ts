// What is kept, where, and by whom; and when a phone asks again.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../api/clock.ts";
import { NoAnswer, Refused, WrongAnswer } from "../../api/errors.ts";
import { parseSlipUrl } from "../../crypto/slips.ts";
import { Attempts, Left } from "../../voting/attempts.ts";
import { Stop } from "../../voting/checks.ts";
import { between, fraction, pollDelay, retryDelay, shuffled } from "../../voting/polling.ts";
import { Keeper, newSession, sessionName, withBallot } from "../../voting/session.ts";
import { DamagedStorage, indexedDbStore, memoryStore, steadyStore, TakenOver } from "../../voting/store.ts";
import { leasedTabs } from "../../voting/tabs.ts";
import { clockAt, repeatable } from "./phones.ts";

const SLIP = parseSlipUrl(
  "HTTPS://BALLOT.EXAMPLE/M/EXAMPLE#TTY7E66N67ZXQTAYGH23JLFHII.A.2KRGFNSIEUF4QWMPO77OBDAIKF4UC3Q7",
);

/** Time stands until it is moved. */
class HandClock implements Clock {
  time = 0;
  private readonly acts = new Set<{ readonly at: number; readonly act: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, act: () => void): () => void {
    const one = { at: this.time + ms, act };
    this.acts.add(one);
    return () => this.acts.delete(one);
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    for (const one of [...this.acts]) {
      if (one.at > this.time) continue;
      this.acts.delete(one);
      one.act();
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

for (const [name, open] of [
  ["memory", async () => memoryStore()],
  ["indexed-db", () => indexedDbStore("keeping")],
] as const) {
  test(`a session in ${name}: written before it holds, and by one page only`, async () => {
    const store = await open();
    assert.equal(await Keeper.open(store, "nobody", null), null);
    const name = sessionName(SLIP);
    const first = (await Keeper.open(store, name, newSession(SLIP))) as Keeper;
    const second = (await Keeper.open(store, name, newSession(SLIP))) as Keeper;
    assert.deepEqual(second.session, first.session);
    await Promise.all([
      first.change((session) => ({ ...session, seed: "A".repeat(43) })),
      first.change((session) => ({ ...session, slipUsed: session.seed !== null })),
    ]);
    assert.equal(first.session.slipUsed, true);
    await assert.rejects(
      second.change((session) => ({ ...session, abandoned: true })),
      TakenOver,
    );
    assert.equal(second.session.abandoned, false);
    const third = (await Keeper.open(store, name, null)) as Keeper;
    assert.deepEqual(third.session, first.session);
    const broken = first.change(() => {
      throw new RangeError("ours");
    });
    await assert.rejects(broken, RangeError);
    await first.change((session) => ({ ...session, slipUsed: false }));
    assert.equal(withBallot(first.session, "unknown", { fate: "in" }), first.session);
  });
}

test("nothing of the slip's secret is in its session or its name", () => {
  const session = newSession(SLIP);
  assert.equal(JSON.stringify([session, sessionName(SLIP)]).includes("TTY7E66N67ZXQTAYGH23JLFHII"), false);
  assert.deepEqual(
    Object.keys(session).filter((name) => /secret|choice/.test(name)),
    [],
  );
});

test("what cannot be read is damaged, not empty", async () => {
  for (const stored of [null, "text", {}, { format: "ballot-service/phone/2" }, { ...newSession(SLIP), format: "x" }]) {
    const store = memoryStore();
    await store.update("session/x", () => stored);
    await assert.rejects(Keeper.open(store, "x", newSession(SLIP)), DamagedStorage);
  }
});

test("a store that stops working goes on in memory, and says so once", async () => {
  let works = true;
  let lost = 0;
  const inner = memoryStore();
  const guard = async () => {
    if (!works) throw new Error("disk");
  };
  const steady = steadyStore(
    {
      read: (key) => guard().then(() => inner.read(key)),
      update: (key, change) => guard().then(() => inner.update(key, change)),
    },
    () => lost++,
  );
  await steady.update("a", () => 1);
  await assert.rejects(
    steady.update("a", () => {
      throw new TakenOver();
    }),
    TakenOver,
  );
  works = false;
  assert.equal(await steady.read("a"), 1);
  await steady.update("a", (there) => (there as number) + 1);
  works = true;
  assert.deepEqual([await steady.read("a"), await inner.read("a"), lost], [2, 1, 1]);
});

test("a lease is renewed, runs out when its page is gone, and is lost by who slept", async () => {
  const [store, clock] = [memoryStore(), new HandClock()];
  const [one, two] = [leasedTabs(store, clock, repeatable("one")), leasedTabs(store, clock, repeatable("two"))];
  let lost = 0;
  const held = await one.hold("x", () => lost++);
  assert.notEqual(held, null);
  for (let times = 0; times < 5; times++) await clock.pass(3_000);
  assert.equal(await two.hold("x", () => {}), null);
  clock.time += 20_000; // the first page sleeps
  const taken = await two.hold("x", () => {});
  assert.notEqual(taken, null);
  await clock.pass(0);
  assert.equal(lost, 1);
  taken?.release();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.notEqual(await one.hold("x", () => {}), null);
});

test("asks again later and later, never on a beat, and less while nobody looks", () => {
  const random = repeatable("delays");
  const many = <T>(draw: () => T) => Array.from({ length: 200 }, draw);
  const within = (low: number, high: number, draw: () => number) => {
    const drawn = many(draw);
    assert.equal(
      drawn.every((one) => one >= low && one < high),
      true,
    );
    assert.equal(new Set(drawn).size > 190, true);
  };
  within(0, 1, () => fraction(random));
  within(20, 120, () => between(random, 20, 120));
  within(4_000, 6_000, () => pollDelay(random, true));
  within(16_000, 24_000, () => pollDelay(random, false));
  within(500, 1_000, () => retryDelay(random, 1));
  within(4_000, 8_000, () => retryDelay(random, 4));
  within(15_000, 30_000, () => retryDelay(random, 1_000));
  const orders = new Set(many(() => shuffled(random, [1, 2, 3]).join("")));
  assert.deepEqual([...orders].sort(), ["123", "132", "213", "231", "312", "321"]);
});

test("until there is an answer: what is unknown is asked again, a decision is not", async () => {
  const changes: string[] = [];
  const attempts: Attempts = new Attempts(clockAt(1_000), repeatable("attempts"), () => {
    changes.push(attempts.connection.state === "ok" ? "ok" : `${attempts.connection.why} ${attempts.connection.tries}`);
  });
  const outcomes = [new NoAnswer(), new Refused("unavailable", 503), new WrongAnswer()];
  const ask = async () => {
    const error = outcomes.shift();
    if (error !== undefined) throw error;
    return "answer";
  };
  assert.equal(await attempts.until(ask), "answer");
  assert.deepEqual(changes, ["no-answer 1", "busy 2", "busy 3", "ok"]);
  await assert.rejects(
    attempts.until(() => Promise.reject(new Refused("slip-used", 409))),
    Refused,
  );
  const wrong = (error: unknown) => error instanceof Stop && error.code === "wrong-answer";
  await assert.rejects(
    attempts.until(() => Promise.reject(new WrongAnswer())),
    wrong,
  );
  await assert.rejects(
    attempts.answerTo(() => Promise.reject(new Refused("not-found", 404))),
    wrong,
  );
  const asleep = assert.rejects(attempts.sleep(1e9), Left);
  attempts.leave();
  await asleep;
  await assert.rejects(
    attempts.until(async () => 1),
    Left,
  );
});
