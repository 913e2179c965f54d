// How a phone comes in: with and without a slip, with a wrong one, twice, and with a browser that keeps nothing.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Phone } from "../../voting/journey.ts";
import { startPhone } from "../../voting/machine.ts";
import { indexedDbStore, type Store } from "../../voting/store.ts";
import { lockedTabs, type Locks } from "../../voting/tabs.ts";
import { approval, Hall, item, Server } from "./hall.ts";
import { allMarks, arrive, device, until, vote } from "./phones.ts";

describe("the doors", () => {
  let server: Server;
  let hall: Hall;
  let slip = 0;
  const phones: Phone[] = [];
  before(async () => {
    server = await Server.start();
    hall = await Hall.publish(server, "doors", [item([approval("budget")])], { expected: 30 });
    await hall.do("attendance", { present: { A: 30 } });
  });
  after(async () => {
    for (const phone of phones) phone.leave();
    await server.stop();
  });

  function begin(env: Parameters<typeof startPhone>[0]): Phone {
    const phone = startPhone(env);
    phones.push(phone);
    return phone;
  }

  test("the slip leaves the address bar at once, and nothing is spent before the tap", async () => {
    const from = device("door-1", hall.slip(++slip));
    const phone = begin(from.env);
    assert.equal(from.bar.href, `${server.url}/m/doors`);
    const { words, meeting, agenda, pages } = await until(phone, "welcome");
    assert.equal(words.length, 8);
    assert.deepEqual([meeting.title, meeting.voterClass.name, agenda, pages], ["会议", "委员", ["议程budget"], 4]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(from.sent, ["GET /head", "GET /keys/A"]); // what a tap will need, while the person reads
    phone.leave();
    const again = begin(from.env); // opened again later, from a bookmark
    await until(again, "welcome");
    again.acts.redeem();
    await until(again, "waiting");
    assert.equal(JSON.stringify(from.sent).includes("#"), false);
  });

  test("no slip, a damaged one, one of another house, the right one", async () => {
    const from = device("door-2", `${server.url}/m/doors`);
    const phone = begin(from.env);
    await until(phone, "no-slip");
    const good = hall.slip(++slip);
    for (const bad of ["hello", good.slice(0, -3), good.toLowerCase(), good.replace("#", "?")]) {
      phone.acts.scan(bad);
      await until(phone, "damaged-slip");
    }
    phone.acts.scan(good.replace("127.0.0.1", "ballot.example"));
    const { why, onSlip } = await until(phone, "wrong-address");
    assert.deepEqual([why, onSlip.startsWith("ballot.example")], ["other-host", true]);
    phone.acts.scan(good.replace("/M/DOORS", "/M/WINDOWS"));
    await until(phone, "wrong-address", (journey) => journey.why === "no-such-meeting");
    phone.acts.scan(` ${good}\n`);
    await until(phone, "welcome");
    phone.acts.scan("hello"); // not an act of this screen
    phone.acts.cast();
    phone.acts.redeem();
    await until(phone, "waiting");
  });

  test("a slip that was used on another phone", async () => {
    const url = hall.slip(++slip);
    phones.push(await arrive(device("door-3", url)));
    const thief = begin(device("door-4", url).env);
    await until(thief, "welcome");
    thief.acts.redeem();
    await until(thief, "slip-used");
    thief.acts.tryNow();
    await until(thief, "welcome");
    thief.acts.redeem();
    await until(thief, "slip-used");
    thief.acts.scan(hall.slip(++slip));
    await until(thief, "welcome");
  });

  test("another tab waits until the first is closed, and goes on from what it stored", async () => {
    const url = hall.slip(++slip);
    const first = await arrive(device("door-5", url));
    const second = begin(device("door-5", `${server.url}/m/doors`).env);
    await until(second, "other-tab");
    first.leave();
    await until(second, "waiting");
  });

  test("with Web Locks, too", async () => {
    const tabs = lockedTabs(navigator.locks as unknown as Locks);
    const from = device("door-6", hall.slip(++slip));
    const first = begin({ ...from.env, tabsOf: () => tabs });
    await until(first, "welcome");
    const second = begin({ ...device("door-6", `${server.url}/m/doors`).env, tabsOf: () => tabs });
    await until(second, "other-tab");
    first.leave();
    await until(second, "welcome");
  });

  test("two tabs that both believe to be alone make one booklet between them", async () => {
    const alone = { hold: async () => ({ release: () => {} }) };
    const url = hall.slip(++slip);
    const both = [1, 2].map(() => begin({ ...device("door-7", url).env, tabsOf: () => alone }));
    await Promise.all(both.map((phone) => until(phone, "welcome")));
    for (const phone of both) phone.acts.redeem();
    await Promise.all(both.map((phone) => until(phone, "waiting"))); // neither is told that the slip is used
  });

  test("a browser that keeps nothing, and one that stops keeping", async () => {
    const nothing = device("door-8", hall.slip(++slip), { openStore: () => Promise.reject(new Error("private")) });
    const phone = await arrive(nothing);
    phones.push(phone);
    assert.equal((await until(phone, "waiting")).keeping, "memory");
    let broken = false;
    const openStore = async (): Promise<Store> => {
      const store = await indexedDbStore("door-9");
      const guard = () => (broken ? Promise.reject(new Error("disk")) : Promise.resolve());
      return {
        read: (key) => guard().then(() => store.read(key)),
        update: (key, change) => guard().then(() => store.update(key, change)),
      };
    };
    const other = await arrive(device("door-9", hall.slip(++slip), { openStore }));
    phones.push(other);
    assert.equal((await until(other, "waiting")).keeping, "stored");
    broken = true;
    await hall.do("attendance", { present: { A: 29 } });
    await until(other, "waiting", (journey) => journey.keeping === "memory");
    await hall.do("open", { contests: ["budget"] });
    await Promise.all([phone, other].map((one) => vote(one, allMarks("oppose"))));
    for (const one of [phone, other]) await until(one, "received");
    await hall.do("close");
    for (const one of [phone, other]) {
      await until(one, "waiting", ({ room }) => room.latest?.papers[0]?.fate.fate === "in");
    }
  });

  test("a browser whose store never opens", async () => {
    const phone = begin(device("door-11", hall.slip(++slip), { openStore: () => new Promise(() => {}) }).env);
    assert.equal((await until(phone, "welcome")).keeping, "memory");
  });

  test("offline: says so, keeps trying, and goes on", async () => {
    let isOffline = true;
    const from = device("door-10", hall.slip(++slip), {
      fetch: (url, init) => (isOffline ? Promise.reject(new TypeError("offline")) : fetch(url, init)),
    });
    const phone = begin(from.env);
    const { connection } = await until(phone, "opening", (journey) => {
      return journey.connection.state === "trying" && journey.connection.tries >= 3;
    });
    assert.equal(connection.state === "trying" && connection.why, "no-answer");
    isOffline = false;
    phone.acts.tryNow();
    const welcome = await until(phone, "welcome");
    assert.deepEqual(welcome.connection, { state: "ok" });
    phone.acts.redeem();
    await until(phone, "waiting");
    phone.seen(false);
    isOffline = true;
    phone.online();
    await until(phone, "waiting", (journey) => journey.connection.state === "trying");
    isOffline = false;
    phone.seen(true);
    await until(phone, "waiting", (journey) => journey.connection.state === "ok");
  });
});
