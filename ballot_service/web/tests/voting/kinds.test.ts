// Ballots of every kind, further rounds, voids, items let in, and people who come late.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Draft, PaperView, Phone } from "../../voting/journey.ts";
import { approval, Hall, item, type Json, Server } from "./hall.ts";
import { allMarks, arrive, type Device, device, type Filler, fastClock, until, vote } from "./phones.ts";

const SUBJECT = { id: "zhang-san", name: "张三", title: "局长", unit: "某局" };
const KINDS: readonly Json[] = [
  approval("post", ["li-si", "wang-wu", "constructor"]),
  {
    id: "grade",
    title: "班子",
    subject: SUBJECT,
    voters: ["A", "B"],
    ballot: {
      kind: "grade",
      grades: [
        { id: "good", name: "好" },
        { id: "poor", name: "差" },
      ],
      unknown: true,
    },
    rules: [
      { rule: "rate", id: "well", grades: ["good"] },
      { rule: "bands", id: "points", value: "well", bands: [{ at_least: "2/3", points: "20" }], otherwise: "1/2" },
      { rule: "rate", id: "bad-of-b", grades: ["poor"], classes: ["B"] },
    ],
  },
  {
    id: "score",
    title: "打分",
    voters: ["A", "B"],
    ballot: { kind: "score", min: "0", max: "100", step: "0.5", unknown: true },
    rules: [{ rule: "mean", id: "avg" }],
  },
  {
    id: "pick",
    title: "推荐",
    voters: ["A"],
    ballot: {
      kind: "pick",
      max: 3,
      write_in: 2,
      options: [
        { id: "a", name: "甲同志" },
        { id: "b", name: "乙同志" },
      ],
    },
    rules: [{ rule: "rank", id: "order", by: "picks" }],
  },
  { id: "comments", title: "意见", voters: ["A"], ballot: { kind: "comment", max_chars: 30 } },
];

const FILLED: Readonly<Record<PaperView["ballot"]["kind"], readonly Draft[]>> = {
  approval: [
    {
      kind: "approval",
      marks: Object.fromEntries([
        ["wang-wu", "approve"],
        ["constructor", "oppose"],
      ]),
    },
    { kind: "approval", marks: {} },
  ],
  grade: [
    { kind: "grade", answer: { grade: "good" } },
    { kind: "grade", answer: "unknown" },
  ],
  score: [
    { kind: "score", answer: { score: "85.5" } },
    { kind: "score", answer: { score: "100" } },
  ],
  pick: [
    { kind: "pick", picks: ["b"], writeIn: [" 王五 ", "甲同志"] },
    { kind: "pick", picks: [], writeIn: [] },
  ],
  comment: [
    { kind: "comment", text: ' 很好\n继续 "努力" ' },
    { kind: "comment", text: "" },
  ],
};

const filled =
  (which: number): Filler =>
  ({ ballot }) =>
    FILLED[ballot.kind][which] as Draft;

describe("every kind of ballot, and what may happen between polls", () => {
  let server: Server;
  const phones: Phone[] = [];
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    for (const phone of phones) phone.leave();
    await server.stop();
  });

  async function enter(from: Device): Promise<Phone> {
    const phone = await arrive(from);
    phones.push(phone);
    return phone;
  }

  test("five kinds at once, two classes: what was filled in is what is counted", async () => {
    const classes = [
      { id: "A", name: "委员", expected: 2 },
      { id: "B", name: "代表", expected: 1 },
    ];
    const hall = await Hall.publish(server, "kinds", [item(KINDS)], { classes });
    const [one, two] = [device("k-1", hall.slip(0)), device("k-2", hall.slip(1))];
    const [first, second] = [await enter(one), await enter(two)];
    const other = await enter(device("k-3", hall.slip(0, "B")));
    await hall.do("attendance", { present: { A: 2, B: 1 } });
    await hall.do("open", { contests: KINDS.map((contest) => contest["id"]) });
    const shown = await until(first, "ballot");
    assert.equal(shown.papers.length, 5);
    assert.deepEqual(shown.papers.find((paper) => paper.contest.id === "grade")?.subject, SUBJECT);
    assert.equal(shown.papers.find((paper) => paper.contest.id === "post")?.unmarked, 3);
    assert.equal(
      shown.papers.every((paper) => paper.blank),
      true,
    );
    assert.equal((await until(other, "ballot")).papers.length, 2);
    await Promise.all([vote(first, filled(0)), vote(second, filled(1)), vote(other, filled(0))]);
    for (const phone of [first, second, other]) await until(phone, "received");
    assert.equal(await hall.do("close"), 12);
    for (const phone of [first, second, other]) {
      const { room } = await until(phone, "waiting", (journey) => journey.room.latest?.checking === false);
      assert.equal(
        room.latest?.papers.every((paper) => paper.fate.fate === "in"),
        true,
      );
    }
    assert.deepEqual(await hall.do("open_box"), {
      post: {
        "li-si": { approve: 0, oppose: 0, abstain: 2 },
        "wang-wu": { approve: 1, oppose: 0, abstain: 1 },
        constructor: { approve: 0, oppose: 1, abstain: 1 },
      },
      grade: { good: 2, poor: 0 },
      score: { "85.5": 2, "100": 1 },
      pick: { a: 1, b: 1, write_in: { 王五: 1 } },
      comments: { texts: ['很好 继续 "努力"'] },
    });
    await hall.do("announce", { contests: ["post", "grade", "score", "pick", "comments"] });
    const { room } = await until(first, "waiting", (journey) => journey.room.agenda[0]?.contests[4]?.result !== null);
    const results = room.agenda[0]?.contests.map((contest) => contest.result);
    const plain = { of: [], marks: [], classes: [], weighted: false };
    assert.deepEqual(results?.[1]?.values, [
      { ...plain, id: "well", rule: "rate", of: ["好"], display: "66.67%" },
      { ...plain, id: "points", rule: "bands", display: "20.00" },
      { ...plain, id: "bad-of-b", rule: "rate", of: ["差"], classes: ["代表"], display: "0.00%" },
    ]);
    assert.deepEqual(results?.[2]?.values, [{ ...plain, id: "avg", rule: "mean", display: "90.33" }]);
    assert.deepEqual(
      results?.[3]?.rows.map((row) => row.rank),
      [1, 1],
    );
    assert.deepEqual(results?.[4]?.rows, []);
    assert.deepEqual(await hall.do("close_meeting"), { accepted: true, ballots: 12 });
    await until(other, "meeting-closed");
    const posts = [...one.sent, ...two.sent].filter((request) => request.startsWith("POST /ballots"));
    assert.equal(posts.length, 10); // one request for each ballot, each by itself
  });

  test("a tie, a further round, a void in it, and an item that a motion lets in", async () => {
    const rules = [
      { rule: "pass", over: "1/2", of: "expected" },
      { rule: "seats", seats: 1, max_rounds: 2, on_failure: "revote" },
    ];
    const post = approval("post", ["li-si", "wang-wu"], { rules });
    const hall = await Hall.publish(server, "rounds", [item([post]), item([approval("urgent")])], { expected: 2 });
    const [first, second] = [await enter(device("r-1", hall.slip(0))), await enter(device("r-2", hall.slip(1)))];
    await hall.do("attendance", { present: { A: 2 } });
    const both = [first, second];
    const round = async (name: string, fill: Filler) => {
      await Promise.all(both.map((phone) => vote(phone, fill)));
      for (const phone of both) await until(phone, "received");
      await hall.do("close");
      for (const phone of both) await until(phone, "waiting", ({ room }) => room.latest?.checking === false);
      await hall.do("open_box");
      await hall.do("announce", { contests: [name] });
    };
    await hall.do("open", { contests: ["post"] });
    await round("post", allMarks("abstain"));
    await hall.do("open", { contests: ["post"] });
    const again = await until(first, "ballot");
    assert.deepEqual(again.papers[0]?.again, { why: "revote", reasons: ["tie", "none"] });
    await vote(first, allMarks("oppose"));
    await until(first, "received");
    await hall.do("void");
    for (const phone of both) {
      const { room } = await until(phone, "waiting", (journey) => journey.room.latest?.phase === "void");
      assert.deepEqual(room.latest?.papers[0]?.fate, { fate: "void", reason: "现场停电" });
      assert.equal(room.unsent, 0);
    }
    await hall.do("open", { contests: ["post"] });
    assert.deepEqual((await until(second, "ballot")).papers[0]?.again, { why: "voided" });
    await round("post", ({ ballot }) => ({
      kind: "approval",
      marks: ballot.kind === "approval" ? { [ballot.candidates[0]?.id ?? ""]: "approve" } : {},
    }));
    await hall.do("open", { contests: ["urgent"] });
    await round("urgent", allMarks("approve"));
    const added = item([{ id: "flood", title: "防汛", voters: ["A"], ballot: { kind: "comment", max_chars: 900 } }]);
    await hall.do("add_item", { item: added, admitted_by: "urgent" });
    await until(first, "waiting", ({ room }) => room.agenda[2]?.added === true && room.next === "flood");
    await hall.do("open", { contests: ["flood"] });
    await Promise.all(both.map((phone) => vote(phone, () => ({ kind: "comment", text: "长".repeat(900) }))));
    for (const phone of both) await until(phone, "received");
    await hall.do("close");
    for (const phone of both) await until(phone, "waiting", ({ room }) => room.latest?.checking === false);
    assert.deepEqual(await hall.do("open_box"), { flood: { texts: ["长".repeat(900), "长".repeat(900)] } });
    assert.deepEqual(await hall.do("close_meeting"), { accepted: true, ballots: 8 });
  });

  test("who redeems while a poll is open waits before the first cast, and is told; who is late is not counted", async () => {
    const hall = await Hall.publish(server, "late", [item([approval("budget")])], { expected: 2 });
    await hall.do("attendance", { present: { A: 2 } });
    await enter(device("l-0", hall.slip(0)));
    await hall.do("open", { contests: ["budget"] });
    const late = device("l-1", hall.slip(1));
    const phone = await (async () => {
      const { startPhone } = await import("../../voting/machine.ts");
      const started = startPhone(late.env);
      phones.push(started);
      await until(started, "welcome");
      started.acts.redeem();
      return started;
    })();
    await until(phone, "ballot");
    phone.acts.review();
    assert.equal((await until(phone, "review")).willWait, true);
    phone.acts.cast();
    const { wait } = await until(phone, "sending", (journey) => journey.wait !== null);
    const length = (wait?.until ?? 0) - (wait?.from ?? 0);
    assert.equal(length >= 20_000 && length <= 120_001, true);
    assert.equal(
      late.sent.some((request) => request.startsWith("POST /ballots")),
      false,
    );
    await until(phone, "received");
    assert.equal(fastClock.now() >= (wait?.until ?? 0), true);
    await hall.do("close");
    const { room } = await until(phones[phones.length - 2] as Phone, "waiting", (journey) => {
      return journey.room.latest?.checking === false;
    });
    assert.deepEqual(room.latest?.papers[0]?.fate, { fate: "not-cast" });
  });
});
