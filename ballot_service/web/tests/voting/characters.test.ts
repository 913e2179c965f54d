// What may be written is the one list of the rules, whatever Unicode this engine knows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedRanges, hasSpace, isVisible } from "../../voting/characters.ts";
import { projectFile } from "../crypto/files.ts";

test("the list is that of the rules", () => {
  const [, listed] = /_ALLOWED = """([^"]+)"""/.exec(projectFile("verify/rules/choices/characters.py")) ?? [];
  const ranges = (listed ?? "")
    .trim()
    .split(/\s+/)
    .map((range) => range.split("-").map((end) => Number.parseInt(end, 16)));
  assert.ok(ranges.length > 600);
  assert.deepEqual(
    allowedRanges().map(({ first, last }) => (first === last ? [first] : [first, last])),
    ranges,
  );
});

test("white space is all of Zs, which has been the same since Unicode 6.3", () => {
  for (let code = 0; code < 0x10000; code++) {
    const char = String.fromCharCode(code);
    assert.equal(hasSpace(char), /\p{Zs}/u.test(char), code.toString(16));
  }
});

test("names, ideographs beyond the first plane and emoji; no control, no format character, no half", () => {
  for (const text of ["", "王五", "欧阳·小明", "𠮷野", "🙂", "é ñ"]) assert.equal(isVisible(text), true, text);
  const spoiled = ["\n", "\u200b", "\u202e", "\ufeff", "\u2028", "\ud83d", "\u{e0041}", "\u{1c89}"];
  for (const text of spoiled) assert.equal(isVisible(`王${text}五`), false, JSON.stringify(text));
});
