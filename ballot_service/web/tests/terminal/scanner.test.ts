// What a USB scanner types, on machines that understand its keys differently, and what people type.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readScan } from "../../terminal/reading.ts";
import { type Key, Keystrokes } from "../../terminal/scanner.ts";
import { HandClock } from "./clock.ts";

const SLIP =
  "HTTPS://BALLOT.EXAMPLE:8443/M/LUSHUI-2026-12#AAAQEAYEAUDAOCAJBIFQYDIOB4.A.AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT";
const HERE = "lushui-2026-12";

type Layout = (key: Key) => string;

const asTyped: Layout = ({ key }) => key;
const capsLock: Layout = ({ key }) => (key === key.toUpperCase() ? key.toLowerCase() : key.toUpperCase());
/** A German keyboard: the same keys, other signs. */
const german: Layout = ({ key }) => {
  const other: Record<string, string> = { ":": "Ö", "/": "-", "-": "ß", "#": "§", Y: "Z", Z: "Y" };
  return other[key] ?? key;
};
/** A Chinese input method in full width, and one that swallows what the keys mean. */
const fullWidth: Layout = ({ key }) => (key === "." ? "。" : String.fromCharCode(key.charCodeAt(0) + 0xfee0));
const composing: Layout = () => "Process";

/** The key that a scanner presses for a character of a slip, on the US keyboard that it takes itself for. */
function keyFor(character: string): Key {
  const signs: Record<string, [string, boolean]> = {
    ":": ["Semicolon", true],
    "/": ["Slash", false],
    ".": ["Period", false],
    "-": ["Minus", false],
    "#": ["Digit3", true],
  };
  const [code, shiftKey] =
    signs[character] ?? (/\d/.test(character) ? [`Digit${character}`, false] : [`Key${character.toUpperCase()}`, true]);
  return { key: character, code, shiftKey };
}

function begin() {
  const clock = new HandClock();
  const scans: (readonly string[])[] = [];
  const keys = new Keystrokes(clock, (readings) => scans.push(readings));
  const type = (text: string, gap: number, layout: Layout = asTyped): boolean[] =>
    [...text].map((character) => {
      clock.pass(gap);
      const key = keyFor(character);
      return keys.press({ ...key, key: layout(key) });
    });
  const end = (key = "Enter") => keys.press({ key, code: key, shiftKey: false });
  return { clock, scans, keys, type, end };
}

describe("a scanner", () => {
  for (const [what, layout] of [
    ["as printed", asTyped],
    ["with Caps Lock on", capsLock],
    ["on a German keyboard", german],
    ["with an input method in full width", fullWidth],
    ["with an input method that swallows keys", composing],
  ] as const) {
    test(`${what}: the slip is read, and the page sees none of it`, () => {
      const { scans, type, end } = begin();
      assert.ok(type(SLIP, 8, layout).every((taken) => taken));
      assert.ok(end());
      assert.equal(scans.length, 1);
      const found = readScan(scans[0] ?? [], HERE);
      assert.ok(typeof found !== "string", String(found));
      assert.equal(found.slip.meetingId, HERE);
    });
  }

  test("that ends with Tab, with nothing at all, and slowly", () => {
    const tab = begin();
    tab.type(SLIP, 8);
    assert.ok(tab.end("Tab"));
    const silent = begin();
    silent.type(SLIP, 8);
    assert.equal(silent.scans.length, 0);
    silent.clock.pass(500);
    const slow = begin();
    slow.type(SLIP, 150);
    slow.end();
    for (const { scans } of [tab, silent, slow]) assert.deepEqual(scans, [[SLIP]]);
  });

  test("keys that come twice are two scans; nothing of the first is left", () => {
    const { scans, type, end } = begin();
    type(SLIP, 8);
    end();
    type(SLIP, 8);
    end();
    assert.deepEqual(scans, [[SLIP], [SLIP]]);
  });
});

describe("people", () => {
  test("who type slowly are no scanner, and their Enter is theirs", () => {
    const { scans, type, end, clock } = begin();
    type(SLIP, 400);
    assert.equal(end(), false);
    clock.pass(5_000);
    assert.deepEqual(scans, []);
  });

  test("who press a few keys in a hurry are none either", () => {
    const { scans, type, end, clock } = begin();
    type("ABCDEFGHIJK", 30);
    assert.equal(end(), false);
    type("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 30);
    clock.pass(5_000);
    assert.equal(end(), false);
    assert.deepEqual(scans, []);
  });

  test("keep Space, Tab, Enter and the arrows for the page", () => {
    const { keys } = begin();
    for (const key of [" ", "Tab", "Enter", "ArrowDown", "Escape", "Shift"]) {
      assert.equal(keys.press({ key, code: key, shiftKey: false }), false);
    }
  });
});

describe("what was scanned", () => {
  const rows: readonly [string, string, string][] = [
    ["an advertisement", "https://example.com/sale#now", "not-a-slip"],
    ["words", "会议材料", "not-a-slip"],
    ["nothing", "", "not-a-slip"],
    ["a slip that was cut off", SLIP.slice(0, -1), "damaged"],
    ["the card of the hall", SLIP.slice(0, SLIP.indexOf("#")), "not-a-slip"],
    ["a slip without its sign", SLIP.replace("#", ""), "damaged"],
    ["a slip of another meeting", SLIP.replace("-12", "-11"), "other-meeting"],
  ];
  for (const [what, text, problem] of rows) {
    test(`${what} is said to be ${problem}`, () => {
      assert.equal(readScan([text], HERE), problem);
    });
  }

  test("the second reading counts where the first is none", () => {
    assert.notEqual(typeof readScan(["§§§", SLIP], HERE), "string");
  });
});
