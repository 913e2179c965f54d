// Whole meetings, voted by several phones against the real service; the verifier has the last word.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Fate, Phone } from "../../voting/journey.ts";
import { approval, Hall, item, Server } from "./hall.ts";
import { allMarks, arrive, device, until, vote } from "./phones.ts";

describe("whole meetings", () => {
  let server: Server;
  const phones: Phone[] = [];
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    for (const phone of phones) phone.leave();
    await server.stop();
  });

  async function arrived(hall: Hall, count: number): Promise<Phone[]> {
    const all: Phone[] = [];
    for (let number = 0; number < count; number++) {
      all.push(await arrive(device(`${hall.id}-${number}`, hall.slip(number))));
    }
    phones.push(...all);
    await hall.do("attendance", { present: { A: count } });
    return all;
  }

  test("three phones, one question, from the slip to the end", async () => {
    const hall = await Hall.publish(server, "plain", [item([approval("budget")], { steps: ["introduce"] })]);
    const [first, second, third] = (await arrived(hall, 3)) as [Phone, Phone, Phone];
    const before = await until(first, "waiting", ({ room }) => room.attendance !== null);
    assert.deepEqual(before.room.attendance, { expected: 3, present: 3 });
    assert.equal(before.room.next, "budget");
    assert.deepEqual(before.room.agenda[0]?.steps, [{ step: "introduce", done: false }]);
    await hall.do("step", { item: "budget", step: "introduce" });
    await until(first, "waiting", ({ room }) => room.agenda[0]?.progress === "under-way");
    await hall.do("open", { contests: ["budget"] });
    await Promise.all([
      vote(first, allMarks("approve")),
      vote(second, allMarks("approve")),
      vote(third, allMarks("oppose")),
    ]);
    for (const phone of phones) {
      const { total, refused, room } = await until(phone, "received");
      assert.deepEqual([total, refused, room.unsent], [1, [], 0]);
    }
    assert.equal(await hall.do("close"), 3);
    for (const phone of phones) {
      const { room } = await until(phone, "waiting", (journey) => journey.room.latest?.checking === false);
      assert.deepEqual(
        room.latest?.papers.map((paper) => paper.fate),
        [{ fate: "in" }],
      );
    }
    assert.deepEqual(await hall.do("open_box"), { budget: { budget: { approve: 2, oppose: 1, abstain: 0 } } });
    await hall.do("announce", { contests: ["budget"] });
    const { room } = await until(first, "waiting", (journey) => journey.room.agenda[0]?.contests[0]?.result !== null);
    const result = room.agenda[0]?.contests[0]?.result;
    assert.deepEqual(result?.rows[0]?.votes, { kind: "marks", approve: 2, oppose: 1, abstain: 0 });
    assert.equal(result?.rows[0]?.passed, true);
    assert.deepEqual(await hall.do("close_meeting"), { accepted: true, ballots: 3 });
    const over = await until(second, "meeting-closed");
    assert.deepEqual(over.room.agenda[0]?.contests[0]?.fate, { fate: "in" } satisfies Fate);
  });
});
