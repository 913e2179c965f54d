// A phone is switched off before and after everything it writes and every request it makes, and the server is killed under
// all of them: nothing is lost, nothing counts twice, nothing that must be forgotten stays.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parseSlipUrl } from "../../crypto/slips.ts";
import { b64u } from "../../crypto/encoding.ts";
import { indexedDbStore } from "../../voting/store.ts";
import { sessionName } from "../../voting/session.ts";
import { approval, Hall, item, Server } from "./hall.ts";
import { allAre, type Cut, type Life, live } from "./lives.ts";

const POINTS = 28;

/** Before a step is after the step before it: those need only be tried here and there. */
function range(points: number, every: number, when: Cut["when"]): readonly Cut[] {
  return Array.from({ length: Math.ceil(points / every) }, (_, place) => ({ point: 1 + every * place, when }));
}

describe("whatever happens to a phone or the server", () => {
  let server: Server;
  const everybody: Life[] = [];
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    for (const life of everybody) life.end();
    await server.stop();
  });

  function start(hall: Hall, number: number, cut: Parameters<typeof live>[2] = null): Life {
    const life = live(`${hall.id}-${number}`, hall.slip(number), cut);
    everybody.push(life);
    return life;
  }

  /** From the doors to the end of the meeting; `disturb` is called when people have begun to do something. */
  async function whole(hall: Hall, lives: readonly Life[], disturb: () => Promise<void>): Promise<void> {
    await disturb();
    await allAre(lives, (journey) => journey.kind === "waiting");
    await hall.do("attendance", { present: { A: lives.length } });
    await hall.do("open", { contests: ["budget", "roof"] });
    await disturb();
    await allAre(lives, (journey) => journey.kind === "received");
    assert.equal(await hall.do("close"), 2 * lives.length);
    await allAre(
      lives,
      (journey) =>
        journey.kind === "waiting" && journey.room.latest?.papers.every((paper) => paper.fate.fate === "in") === true,
    );
    const all = { approve: lives.length, oppose: 0, abstain: 0 };
    assert.deepEqual(await hall.do("open_box"), { budget: { budget: all }, roof: { roof: all } });
    assert.deepEqual(await hall.do("close_meeting"), { accepted: true, ballots: 2 * lives.length });
    await allAre(lives, (journey) => journey.kind === "meeting-closed");
    for (const life of lives) life.end();
  }

  test("switched off at every write and every request", async () => {
    const cuts = [...range(POINTS, 1, "after"), ...range(POINTS, 5, "before")];
    const count = cuts.length;
    const agenda = [item([approval("budget"), approval("roof")])];
    const hall = await Hall.publish(server, "cuts", agenda, { expected: count, pages: { spare: 2 } });
    const lives = cuts.map((cut, number) => start(hall, number, cut));
    await whole(hall, lives, async () => {});
    assert.deepEqual(
      lives.filter((life) => life.cutAt === null).map((life) => life.steps),
      [],
    );
    const cutAt = new Set(lives.map((life) => life.cutAt));
    for (const what of ["write session/", "write current/", "GET /head", "POST /booklet", "POST /ballots"]) {
      assert.equal(cutAt.has(what), true, `nobody was cut at ${what}`);
    }
    for (const [number, life] of lives.entries()) {
      const slip = parseSlipUrl(hall.slip(number));
      const secret = hall.slip(number).split("#")[1]?.split(".")[0] ?? "";
      for (const text of life.stored) {
        assert.equal(text.includes(secret) || text.includes(b64u(slip.secret)), false);
        assert.doesNotMatch(text, /budget\\*": ?\\*"approve|"marks":\{/); // a choice in the clear, quoted or not
      }
      const kept = JSON.stringify(await (await indexedDbStore(life.device.name)).read(`session/${sessionName(slip)}`));
      assert.match(kept, /"keySeed":null/);
      for (const gone of [/"keySeed":"/, /"line":"/, /"receipt":"/, /"seed":"/, /"token":"/]) {
        assert.doesNotMatch(kept, gone);
      }
      assert.equal(life.device.bar.href.includes("#"), false);
    }
  });

  test("the server is killed while people redeem and cast", async () => {
    const agenda = [item([approval("budget"), approval("roof")])];
    const hall = await Hall.publish(server, "killed", agenda, { expected: 6, pages: { spare: 2 } });
    const lives = Array.from({ length: 6 }, (_, number) => start(hall, number));
    await whole(hall, lives, async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await server.restart();
    });
  });
});
