// Every reason that a check can give is said in Chinese too.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { inChinese } from "../src/page/reasons.ts";

test("every reason has a Chinese sentence", () => {
  const sources = join(import.meta.dirname, "../src");
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  let seen = 0;
  for (const file of files) {
    const text = readFileSync(join(sources, file), "utf8");
    for (const found of text.matchAll(/(?:new (?:Fault|NotCountable)|refuse)\(\s*("[^"]+"|`[^`]+`)/g)) {
      const reason = (found[1] as string).slice(1, -1).replace(/\$\{[^}]*\}/g, "甲");
      assert.match(inChinese(reason), /[\u4e00-\u9fff]{2}/u, `${file}: ${reason}`);
      assert.notEqual(inChinese(reason), reason, `${file}: ${reason}`);
      seen++;
    }
  }
  assert.ok(seen > 120, String(seen));
  assert.equal(inChinese("needs V08, V09"), "因 V08, V09 没有通过，无法检查");
});
