// Whole visits at terminals, against the real service, by way of a hub that may lose answers, be full or be gone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../api/clock.ts";
import { fromB64u } from "../../crypto/encoding.ts";
import { keepKey, parseSlipUrl, redeemToken } from "../../crypto/slips.ts";
import { Hub } from "../../terminal/hub.ts";
import { openRecord, recordKey } from "../../terminal/record.ts";
import { type Farewell, type Screen, Terminal, type View } from "../../terminal/terminal.ts";
import type { Journey, JourneyKind } from "../../voting/journey.ts";
import { type Session, sessionName } from "../../voting/session.ts";
import { approval, Hall, item, Server } from "../voting/hall.ts";
import { allMarks, arrive, clockAt, device, type Filler, repeatable } from "../voting/phones.ts";
import { TestHub } from "./hub.ts";

const WAIT_MS = 30_000;

class Seat {
  readonly terminal: Terminal;
  readonly words: Farewell[] = [];
  wiped = 0;

  constructor(hub: TestHub, name: string, clock = clockAt(20)) {
    const { env } = device(name, "http://nowhere.example/");
    this.terminal = new Terminal({
      name,
      origin: hub.origin,
      hub: new Hub(hub.origin, fetch, systemClock),
      fetch,
      clock,
      random: repeatable(name),
      runBooklet: env.runBooklet,
      wordList: env.wordList,
      wipe: () => this.wiped++,
    });
    this.terminal.subscribe(({ screen }) => {
      if (screen.kind === "farewell" && this.words[this.words.length - 1] !== screen.why) this.words.push(screen.why);
    });
    this.terminal.start();
  }

  get journey(): Journey | null {
    const { screen } = this.terminal.view;
    return screen.kind === "visit" ? screen.journey : null;
  }

  /** The view once it fits. */
  until(what: string, fits: (view: View) => boolean): Promise<View> {
    return new Promise((resolve, reject) => {
      let leave = () => {};
      const late = setTimeout(() => {
        leave();
        reject(new Error(`waited for ${what}, still ${JSON.stringify(this.terminal.view).slice(0, 1500)}`));
      }, WAIT_MS);
      const look = (view: View) => {
        if (!fits(view)) return;
        clearTimeout(late);
        leave();
        resolve(view);
      };
      leave = this.terminal.subscribe(look);
      look(this.terminal.view);
    });
  }

  kind(kind: Screen["kind"]): Promise<View> {
    return this.until(kind, ({ screen }) => screen.kind === kind);
  }

  at<Kind extends JourneyKind>(kind: Kind): Promise<View> {
    return this.until(kind, ({ screen }) => screen.kind === "visit" && screen.journey.kind === kind);
  }

  farewell(why: Farewell): Promise<View> {
    return this.until(why, ({ screen }) => screen.kind === "farewell" && screen.why === why);
  }

  async scan(slip: string): Promise<void> {
    await this.kind("attract");
    this.terminal.scan([slip]);
  }

  async fill(fill: Filler): Promise<void> {
    await this.at("ballot");
    const { journey, terminal } = this;
    if (journey?.kind !== "ballot") throw new Error("no ballot");
    for (const { paper } of journey.papers) {
      terminal.touch();
      const view = journey.papers.find((one) => one.paper === paper);
      if (view !== undefined) terminal.acts?.fill(paper, fill(view));
    }
    terminal.touch();
    terminal.acts?.review();
    await this.at("review");
  }

  async vote(fill: Filler): Promise<void> {
    await this.fill(fill);
    this.terminal.acts?.cast();
  }

  async redeem(slip: string): Promise<void> {
    await this.scan(slip);
    await this.at("welcome");
    this.terminal.touch();
    this.terminal.acts?.redeem();
  }
}

describe("visits at terminals", () => {
  let server: Server;
  const hubs: TestHub[] = [];
  const seats: Seat[] = [];
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    for (const { terminal } of seats) terminal.stop();
    for (const hub of hubs) await hub.stop();
    await server.stop();
  });

  async function venue(id: string, contests: readonly string[] = ["one"]): Promise<{ hall: Hall; hub: TestHub }> {
    const hall = await Hall.publish(
      server,
      id,
      contests.map((contest) => item([approval(contest)])),
    );
    await hall.do("attendance", { present: { A: 3 } });
    const hub = await TestHub.start(server.url, id);
    hubs.push(hub);
    return { hall, hub };
  }

  /** A new page at a terminal, as after every wipe. */
  function sit(hub: TestHub, name: string): Seat {
    const seat = new Seat(hub, name);
    seats.push(seat);
    return seat;
  }

  function stored(hub: TestHub, url: string): Session {
    const slip = parseSlipUrl(url);
    const name = sessionName(slip);
    const { version, record } = hub.records.get(name) as { version: number; record: string };
    return openRecord(recordKey(keepKey(slip.secret)), { name, version }, record) as Session;
  }

  test("a booklet at one terminal, ballots of two polls at others, and nothing of them stays", async () => {
    const { hall, hub } = await venue("visits", ["one", "two"]);
    const slip = hall.slip(0);
    const first = sit(hub, "1");
    await first.redeem(slip);
    await first.farewell("ready");
    await first.kind("gone");
    assert.equal(first.wiped, 1);
    assert.equal(first.terminal.acts, null);

    const poll = await hall.do<string>("open", { contests: ["one"] });
    const second = sit(hub, "2");
    await second.scan(slip);
    await second.fill(allMarks("approve"));
    assert.equal(second.journey?.kind === "review" && second.journey.willWait, false);
    second.terminal.assist(true);
    second.terminal.acts?.cast();
    await second.farewell("done");
    assert.deepEqual([hub.outbox.map((one) => one.poll), hub.assisted], [[poll], 1]);

    const session = stored(hub, slip);
    const [ballot] = Object.values(session.ballots);
    assert.deepEqual([ballot?.fate, ballot?.line, ballot?.receipt, session.wait], ["deposited", null, null, null]);
    assert.deepEqual([session.pages[0]?.keySeed, session.pages[0]?.credentials], [null, []]);
    assert.notEqual(session.pages[1]?.keySeed, null);
    assert.deepEqual([session.token, session.seed], [null, null]);

    const again = sit(hub, "3");
    await again.scan(slip);
    await again.farewell("already");

    await hall.do("void");
    await hall.do("open", { contests: ["one"] });
    const revote = sit(hub, "4");
    await revote.scan(slip);
    await revote.fill(allMarks("oppose"));
    assert.deepEqual(revote.journey?.kind === "review" && revote.journey.papers[0]?.again, { why: "voided" });
    revote.terminal.acts?.cast();
    await revote.farewell("done");
    assert.equal(hub.outbox.length, 2);

    // What the hub has seen leads to no slip: neither token nor key, and no line in the record's own bytes.
    const { secret } = parseSlipUrl(slip);
    const seen = hub.seen.map((body) => (JSON.parse(body) as { record: string }).record).map((one) => fromB64u(one));
    for (const bytes of [secret, redeemToken(secret), keepKey(secret)]) {
      assert.ok(seen.every((one) => !Buffer.from(one).includes(Buffer.from(bytes))));
    }
  });

  test("lost answers, lost requests, a full disk and a hub that is gone for a while cost nothing", async () => {
    const { hall, hub } = await venue("losses");
    await hall.do("open", { contests: ["one"] });
    const seat = sit(hub, "1");
    hub.losing = { count: 2, when: "after" };
    await seat.redeem(hall.slip(0));
    await seat.fill(allMarks("approve"));
    for (const trouble of ["after", "before"] as const) hub.losing = { count: 1, when: trouble };
    hub.isFull = true;
    seat.terminal.acts?.cast();
    await seat.until("a full hub", (view) => view.hub === "full");
    assert.equal(seat.journey?.kind, "sending");
    assert.equal(hub.outbox.length, 0);
    hub.isFull = false;
    hub.isDown = true;
    await seat.until("a hub that is gone", (view) => view.hub === "no-hub");
    hub.losing = { count: 1, when: "after" };
    hub.isDown = false;
    await seat.farewell("done");
    assert.equal(hub.outbox.length, 1); // the same PUT came twice
    const deposits = hub.seen.filter((body) => (JSON.parse(body) as { deposit: unknown }).deposit !== null);
    assert.ok(deposits.length >= 3);
    assert.equal(new Set(deposits).size, 1);
  });

  test("a poll that takes no more ballots: said so, and the page of the booklet stays unspent", async () => {
    const { hall, hub } = await venue("late");
    await hall.do("open", { contests: ["one"] });
    const seat = sit(hub, "1");
    await seat.redeem(hall.slip(0));
    await seat.fill(allMarks("approve"));
    hub.isPollClosed = true;
    seat.terminal.acts?.cast();
    await seat.farewell("late");
    await seat.kind("gone");
    assert.deepEqual(seat.words, ["late"]);
    const session = stored(hub, hall.slip(0));
    assert.deepEqual([session.ballots, hub.outbox], [{}, []]);
    assert.notEqual(session.pages[0]?.keySeed, null);
  });

  test("when ballots are collected, whoever is not done in time goes, and whoever casts in time is taken", async () => {
    const { hall, hub } = await venue("closing");
    const poll = await hall.do<string>("open", { contests: ["one"] });
    const [slow, quick] = [sit(hub, "slow"), sit(hub, "quick")];
    await slow.redeem(hall.slip(0));
    await quick.redeem(hall.slip(1));
    await slow.at("ballot");
    await quick.fill(allMarks("approve"));
    hub.word = { connected: true, closing: poll, seconds_left: 6000 }; // five minutes of this clock
    await Promise.all([slow, quick].map((seat) => seat.until("the band", (view) => view.closing !== null)));
    quick.terminal.acts?.cast();
    await quick.farewell("done");
    hub.word = { connected: true, closing: poll, seconds_left: 0 };
    await slow.farewell("late");
    assert.equal(hub.outbox.length, 1);
    assert.ok(hub.reports.includes('{"state":"ballot","camera":"off"}'));
  });

  test("one slip at two terminals: one ballot, and neither page breaks", async () => {
    const { hall, hub } = await venue("twice");
    await hall.do("open", { contests: ["one"] });
    const [left, right] = [sit(hub, "left"), sit(hub, "right")];
    await left.redeem(hall.slip(0));
    await left.fill(allMarks("approve"));
    await right.scan(hall.slip(0));
    await right.vote(allMarks("oppose"));
    await right.farewell("done");
    left.terminal.acts?.cast();
    await left.farewell("already"); // not "done": what was chosen here is not in the box
    assert.equal(hub.outbox.length, 1);
  });

  test("a slip that cannot be used, and one of another meeting", async () => {
    const { hall, hub } = await venue("used");
    (await arrive(device("phone", hall.slip(0)))).leave();
    const seat = sit(hub, "1");
    await seat.redeem(hall.slip(0));
    await seat.farewell("slip-used");
    const other = sit(hub, "2");
    await other.scan(hall.slip(1).replace("/used#", "/other#").replace("/USED#", "/OTHER#"));
    const { screen } = other.terminal.view;
    assert.deepEqual(screen, { kind: "attract", notice: "other-meeting" });
    await other.until("the notice gone", (view) => view.screen.kind === "attract" && view.screen.notice === null);
  });

  test("whoever walks away is forgotten, and nothing is spent", async () => {
    const { hall } = await venue("idle");
    const hub = await TestHub.start(server.url, "idle", { idleSeconds: 30, warningSeconds: 15 });
    hubs.push(hub);
    await hall.do("open", { contests: ["one"] });
    const seat = sit(hub, "1");
    await seat.redeem(hall.slip(0));
    await seat.fill(allMarks("approve"));
    await seat.until("a warning", (view) => view.warning !== null);
    seat.terminal.goOn();
    await seat.until("no warning", (view) => view.warning === null);
    await seat.kind("gone");
    assert.deepEqual([seat.wiped, hub.outbox.length, stored(hub, hall.slip(0)).ballots], [1, 0, {}]);
  });
});
