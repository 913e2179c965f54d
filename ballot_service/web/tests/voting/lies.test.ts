// A service that lies, or somebody in between: the phone stops with a name for it, and sends nothing more.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Fetch } from "../../api/service.ts";
import type { Phone, Room, StopCode } from "../../voting/journey.ts";
import { startPhone } from "../../voting/machine.ts";
import { approval, Hall, item, Server } from "./hall.ts";
import { allMarks, arrive, device, until, vote } from "./phones.ts";

type Answer = Record<string, any>; // eslint-disable-line -- whatever a liar makes of it

/** Passes everything on, but the answers to one route. */
function lying(route: RegExp, lie: (answer: Answer) => unknown): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!route.test(url) || !response.ok || response.status === 304) return response;
    const answer = (await response.json()) as Answer;
    return new Response(JSON.stringify((await lie(answer)) ?? answer), { status: 200 });
  };
}

function turned(text: string): string {
  const place = text.length >> 1;
  return text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1);
}

describe("a service that lies", () => {
  let server: Server;
  let hall: Hall;
  let slip = 0;
  const phones: Phone[] = [];
  before(async () => {
    server = await Server.start();
    hall = await Hall.publish(server, "lies", [item([approval("budget")])], { expected: 20 });
    await hall.do("attendance", { present: { A: 20 } });
  });
  after(async () => {
    for (const phone of phones) phone.leave();
    await server.stop();
  });

  const next = (through?: Fetch) =>
    device(`lies-${++slip}`, hall.slip(slip), through === undefined ? {} : { fetch: through });

  /** It stops, and sends nothing more. */
  async function stops(phone: Phone, code: StopCode, sent: readonly string[] = []): Promise<void> {
    phones.push(phone);
    const stopped = await until(phone, "stopped");
    assert.deepEqual([stopped.code, stopped.detail.length > 0], [code, true]);
    const before = sent.length;
    phone.acts.tryNow();
    phone.online();
    if (before > 0) await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(sent.length, before);
  }

  const AT_THE_DOOR: readonly (readonly [string, StopCode, RegExp, (answer: Answer) => unknown])[] = [
    [
      "another meeting",
      "wrong-meeting",
      /head$/,
      (head) => void (head["meeting"] = head["meeting"].replace("会议", "会义")),
    ],
    [
      "a checkpoint that nobody signed",
      "wrong-checkpoint",
      /head$/,
      (head) =>
        void (head["checkpoint"] = head["checkpoint"].replace(
          /(.{30})\n$/,
          (end: string) => `${turned(end.trim())}\n`,
        )),
    ],
    [
      "a proof of something else",
      "wrong-proof",
      /head$/,
      (head) => void (head["inclusion"][0] = turned(head["inclusion"][0])),
    ],
    ["a head of another form", "wrong-answer", /head$/, () => ({ meeting: 1 })],
  ];
  for (const [what, code, route, lie] of AT_THE_DOOR) {
    test(`${what}: ${code}`, async () => {
      const from = next(lying(route, lie));
      await stops(startPhone(from.env), code, from.sent);
      assert.equal(
        from.sent.every((request) => request === "GET /head"),
        true,
      );
    });
  }

  const AT_THE_TAP: readonly (readonly [string, StopCode, RegExp, (answer: Answer) => unknown])[] = [
    [
      "keys for this phone alone",
      "wrong-keys",
      /keys\/A$/,
      (answer) => void (answer["keys"][0] = turned(answer["keys"][0])),
    ],
    ["no keys", "wrong-keys", /keys\/A$/, () => ({ keys: [] })],
    [
      "lengths for this phone alone",
      "wrong-answer",
      /state$/,
      (state) => void (state["lengths"].ballots.request += 256),
    ],
    ["a state that is not that of its checkpoint", "wrong-answer", /state$/, (state) => void state["size"]++],
  ];
  for (const [what, code, route, lie] of AT_THE_TAP) {
    test(`${what}: ${code}`, async () => {
      const from = next(lying(route, lie));
      const phone = startPhone(from.env);
      await until(phone, "welcome");
      phone.acts.redeem();
      await stops(phone, code, from.sent);
      assert.equal(
        from.sent.some((request) => request.startsWith("POST")),
        false,
      );
    });
  }

  test("a checkpoint of the same size with another root: two-histories", async () => {
    let lies = false;
    const from = next(
      lying(/state$/, async (state) => {
        if (lies) state["checkpoint"] = await hall.do("forge_checkpoint", { size: state["size"] });
      }),
    );
    const phone = await arrive(from);
    lies = true;
    await hall.do("attendance", { present: { A: 19 } });
    await stops(phone, "two-histories", from.sent);
  });

  test("a ledger that nothing leads to: two-histories", async () => {
    let lies = false;
    const from = next(
      lying(/state$/, async (state) => {
        if (!lies) return;
        state["size"] += 3;
        state["checkpoint"] = await hall.do("forge_checkpoint", { size: state["size"] });
      }),
    );
    const phone = await arrive(from);
    lies = true;
    await hall.do("attendance", { present: { A: 18 } });
    await stops(phone, "two-histories", from.sent);
  });

  test("a booklet that does not verify is given up and never asked for again", async () => {
    const from = next();
    await hall.server.ask("lie_about_booklets", { lie: true });
    const phone = startPhone(from.env);
    await until(phone, "welcome");
    phone.acts.redeem();
    await stops(phone, "wrong-signature", from.sent);
    await hall.server.ask("lie_about_booklets", { lie: false });
    phone.leave();
    await stops(startPhone(from.env), "booklet-abandoned");
    assert.equal(from.sent.filter((request) => request === "POST /booklet").length, 1);
  });

  test("papers, receipts and lists of the close", async () => {
    const names = ["paper", "receipt", "list", "dropped"] as const;
    const lies: Record<string, Fetch> = {
      paper: lying(/papers/, (answer) => void (answer["paper"] = answer["paper"].replace("人选", "人员"))),
      list: lying(/ballot-ids$/, (answer) => void answer["ids"].pop()),
    };
    const [paper, receipt, list, dropped] = (await Promise.all(names.map((name) => arrive(next(lies[name]))))) as [
      Phone,
      Phone,
      Phone,
      Phone,
    ];
    phones.push(paper, receipt, list, dropped);
    await hall.do("attendance", { present: { A: 20 } });
    await hall.do("open", { contests: ["budget"] });
    await stops(paper, "wrong-paper");
    await hall.server.ask("lie_about_receipts", { lie: true });
    await vote(receipt, allMarks("approve"));
    await stops(receipt, "wrong-receipt");
    await hall.server.ask("lie_about_receipts", { lie: false });
    await hall.do("drop_ballot"); // that of the phone that stopped
    await vote(dropped, allMarks("approve"));
    await until(dropped, "received");
    await hall.do("drop_ballot");
    await vote(list, allMarks("approve"));
    await until(list, "received");
    await hall.do("close");
    await stops(list, "wrong-proof");
    const missing = { fate: "missing", objection: "recorded" };
    const { room } = await until(dropped, "waiting", (journey) => {
      return JSON.stringify(journey.room.latest?.papers[0]?.fate) === JSON.stringify(missing);
    });
    assert.equal(room.latest?.checking, false);
    assert.equal(await hall.do("objections"), 1);
    await assert.rejects(hall.do("open_box"), /proved that its ballot is missing/);
    await hall.do("void");
    await until(dropped, "waiting", (journey) => journey.room.latest?.papers[0]?.fate.fate === "void");
    await hall.do("open", { contests: ["budget"] });
    assert.deepEqual((await until(dropped, "ballot")).papers[0]?.again, { why: "voided" });
  });

  test("an objection waits while another poll is open, and is made as soon as the ledger takes it", async () => {
    const two = await Hall.publish(server, "two", [item([approval("first")]), item([approval("second")])]);
    let isReachable = true;
    const away: Fetch = async (url, init) => {
      if (!isReachable) throw new TypeError("out of reach");
      return fetch(url, init);
    };
    const phone = await arrive(device("two-1", two.slip(0), { fetch: away }));
    phones.push(phone);
    await two.do("attendance", { present: { A: 1 } });
    await two.do("open", { contests: ["first"] });
    await vote(phone, allMarks("approve"));
    await until(phone, "received");
    await two.do("drop_ballot");
    isReachable = false;
    await two.do("close");
    await two.do("open", { contests: ["second"] });
    isReachable = true;
    await vote(phone, allMarks("approve"));
    const fateOfFirst = (room: Room) => JSON.stringify(room.agenda[0]?.contests[0]?.fate);
    const sending = JSON.stringify({ fate: "missing", objection: "sending" });
    await until(phone, "received", ({ room }) => fateOfFirst(room) === sending);
    assert.equal(await two.do("objections"), 0);
    await two.do("close");
    await two.do("open_box");
    const recorded = JSON.stringify({ fate: "missing", objection: "recorded" });
    await until(phone, "waiting", ({ room }) => fateOfFirst(room) === recorded);
    assert.equal(await two.do("objections"), 1);
  });

  describe("a poll that is said to be void", () => {
    let hall: Hall;
    let number = 0;
    const VOID = /polls\/p2\/void$/;
    before(async () => {
      hall = await Hall.publish(server, "void", [item([approval("first")]), item([approval("second")])], {
        expected: 9,
      });
      await hall.do("attendance", { present: { A: 9 } });
      await hall.do("open", { contests: ["first"] });
      await hall.do("void");
    });

    /** What is said of p2 to this phone alone. */
    const toldVoid = (isTold: () => boolean, answer?: (url: string) => Promise<Answer>): Fetch => {
      const state = lying(/state$/, (told) => {
        if (isTold()) told["polls"][1].phase = "void";
      });
      return async (url, init) => {
        if (answer === undefined || !VOID.test(url)) return state(url, init);
        return new Response(JSON.stringify(await answer(url)), { status: 200 });
      };
    };
    const get = async (url: string) => (await (await fetch(url)).json()) as Answer;
    const ofAnother = (url: string) => get(url.replace("p2", "p1"));
    const enter = (through: Fetch) => arrive(device(`void-${++number}`, hall.slip(number - 1), { fetch: through }));
    const FALSE_LINES: readonly (readonly [string, StopCode, ((url: string) => Promise<Answer>)?])[] = [
      ["without its line", "wrong-answer"],
      ["with the line of another poll", "wrong-proof", ofAnother],
      [
        "with a line that is not in the ledger",
        "wrong-proof",
        async (url) => {
          const answer = await ofAnother(url);
          return { ...answer, line: answer["line"].replace('"p1"', '"p2"') };
        },
      ],
      [
        "with a line that voids nothing",
        "wrong-proof",
        async (url) => {
          const { polls } = await get(url.replace("polls/p2/void", "state"));
          const answer = await get(url.replace("polls/p2/void", `papers/${polls[1].papers[0].paper}`));
          return { ...answer, line: answer["paper"] };
        },
      ],
    ];

    test("to one phone alone: it stops, and later finds its ballot missing with the receipt that it kept", async () => {
      let lies = false;
      const isTold = () => lies;
      const first = device("void-0", hall.slip(8), { fetch: toldVoid(isTold) });
      const robbed = await arrive(first);
      const liedTo = await Promise.all(FALSE_LINES.map(([, , answer]) => enter(toldVoid(isTold, answer))));
      const leftOut = await enter(
        lying(/state$/, (told) => {
          if (lies) told["polls"].pop();
        }),
      );
      phones.push(robbed, leftOut, ...liedTo);
      const { room } = await until(robbed, "waiting", (journey) => journey.room.latest?.checking === false);
      assert.deepEqual(room.latest?.papers[0]?.fate, { fate: "void", reason: "现场停电" });
      assert.equal(first.sent.filter((request) => request.endsWith("/void")).length, 1); // it cast nothing, and looks too
      await hall.do("open", { contests: ["second"] });
      await vote(robbed, allMarks("approve"));
      await until(robbed, "received");
      await hall.do("drop_ballot");
      for (const phone of [leftOut, ...liedTo]) await vote(phone, allMarks("approve"));
      for (const phone of [leftOut, ...liedTo]) await until(phone, "received");
      lies = true;
      await hall.do("close");
      await stops(robbed, "wrong-answer", first.sent);
      await stops(leftOut, "wrong-answer");
      for (const [place, [what, code]] of FALSE_LINES.entries()) {
        assert.equal((await until(liedTo[place] as Phone, "stopped")).code, code, what);
      }
      robbed.leave();
      const again = startPhone(device("void-0", hall.slip(8)).env);
      phones.push(again);
      const recorded = JSON.stringify({ fate: "missing", objection: "recorded" });
      await until(again, "waiting", (journey) => JSON.stringify(journey.room.latest?.papers[0]?.fate) === recorded);
    });

    test("after its close: a ballot that the list leaves out is missing all the same", async () => {
      const late = await Hall.publish(server, "void-late", [item([approval("first")])], { expected: 2 });
      await late.do("attendance", { present: { A: 2 } });
      let isReachable = true;
      const away: Fetch = async (url, init) => {
        if (!isReachable) throw new TypeError("out of reach");
        return fetch(url, init);
      };
      const noList: Fetch = async (url, init) => {
        if (!url.endsWith("/ballot-ids")) return fetch(url, init);
        return new Response(JSON.stringify({ code: "too-early", message: "" }), { status: 425 });
      };
      const robbed = await arrive(device("void-late-1", late.slip(0), { fetch: away }));
      const refused = await arrive(device("void-late-2", late.slip(1), { fetch: noList }));
      phones.push(robbed, refused);
      await late.do("open", { contests: ["first"] });
      await vote(robbed, allMarks("approve"));
      await until(robbed, "received");
      await late.do("drop_ballot");
      await vote(refused, allMarks("approve"));
      await until(refused, "received");
      isReachable = false;
      await late.do("close");
      await until(refused, "waiting", (journey) => journey.room.latest?.checking === true);
      await late.do("void");
      await stops(refused, "wrong-proof");
      isReachable = true;
      robbed.online();
      const { room } = await until(robbed, "waiting", (journey) => journey.room.latest?.checking === false);
      assert.deepEqual(room.latest?.papers[0]?.fate, { fate: "missing", objection: "void" });
    });
  });
});
