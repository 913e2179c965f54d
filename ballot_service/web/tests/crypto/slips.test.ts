// Slips and words: what each refuses, one thing spoiled at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSlipUrl, redeemToken } from "../../crypto/slips.ts";
import { fingerprintWords, readWordList } from "../../crypto/words.ts";
import { projectFile } from "./files.ts";
import { refuses } from "./helpers.ts";

const GOOD = "HTTPS://BALLOT.EXAMPLE/M/EXAMPLE#TTY7E66N67ZXQTAYGH23JLFHII.A.2KRGFNSIEUF4QWMPO77OBDAIKF4UC3Q7";
const [PLACE, FRAGMENT] = GOOD.split("#") as [string, string];
const [SECRET, , PREFIX] = FRAGMENT.split(".") as [string, string, string];

test("before the # any case is read, as browsers lower it", () => {
  const slip = parseSlipUrl(GOOD);
  assert.deepEqual(parseSlipUrl(`${PLACE.toLowerCase()}#${FRAGMENT}`), slip);
  assert.deepEqual(parseSlipUrl(`https://ballot.example/M/EXAMPLE#${FRAGMENT}`), slip);
  assert.deepEqual(parseSlipUrl(GOOD.replace("HTTPS", "HTTP")), { ...slip, baseUrl: "http://ballot.example" });
  assert.equal(parseSlipUrl(GOOD.replace("EXAMPLE/M", "EXAMPLE:8080/M")).baseUrl, "https://ballot.example:8080");
  assert.equal(parseSlipUrl(GOOD.replace(".A.", ".ABC12345.")).voterClass, "ABC12345");
});

test("one thing wrong", () => {
  for (const bad of [
    "",
    "#",
    PLACE,
    FRAGMENT,
    ` ${GOOD}`,
    `${GOOD}\n`,
    `${GOOD}.`,
    `${GOOD}#`,
    GOOD.replace("HTTPS", "FTP"),
    GOOD.replace("HTTPS://", "//"),
    GOOD.replace("/M/", "/N/"),
    GOOD.replace("/M/", "/X/M/"),
    GOOD.replace("/M/EXAMPLE", "/M/EXAMPLE/"),
    GOOD.replace("/M/EXAMPLE", "/M/"),
    GOOD.replace("/M/EXAMPLE", "/M/EXAMPLE?A=1"),
    GOOD.replace("/M/EXAMPLE", "/M/EXAM_PLE"),
    GOOD.replace("/M/EXAMPLE", `/M/${"A".repeat(65)}`),
    GOOD.replace("BALLOT.EXAMPLE", ""),
    GOOD.replace("BALLOT.EXAMPLE", "-BALLOT"),
    GOOD.replace("BALLOT.EXAMPLE", "USER@BALLOT"),
    GOOD.replace("BALLOT.EXAMPLE", "BALLOT:123456"),
    GOOD.replace("BALLOT.EXAMPLE", "BALLOT.ＥXAMPLE"),
    GOOD.replace("EXAMPLE/M", "E\u212aAMPLE/M"), // the Kelvin sign, whose lower case is an ASCII k
    GOOD.replace(FRAGMENT, FRAGMENT.toLowerCase()),
    GOOD.replace(".A.", ".a."),
    GOOD.replace(".A.", ".."),
    GOOD.replace(".A.", ".ABCDEFGHI."),
    GOOD.replace(".A.", "."),
    GOOD.replace(SECRET, SECRET.slice(2)),
    GOOD.replace(SECRET, `${SECRET.slice(0, -1)}J`), // bits after the last byte
    GOOD.replace(SECRET, `${SECRET}======`),
    GOOD.replace(PREFIX, PREFIX.slice(8)),
    GOOD.replace(PREFIX, `${PREFIX}AA`),
    `${GOOD}${" ".repeat(512)}`,
  ]) {
    refuses("malformed-slip", () => parseSlipUrl(bad));
  }
});

test("the message of a refusal holds nothing of the slip", () => {
  for (const bad of [GOOD.replace(".A.", ".a."), GOOD.replace(SECRET, `${SECRET.slice(0, -1)}J`)]) {
    assert.throws(
      () => parseSlipUrl(bad),
      (error: Error) => !error.message.includes(SECRET.slice(0, 6)),
    );
  }
});

test("a secret of another length is our own mistake", () => {
  assert.throws(() => redeemToken(new Uint8Array(15)), RangeError);
});

test("a word list is the published one or none", () => {
  const zh = projectFile("ballot_service/web/crypto/words/chinese_simplified.txt");
  const en = projectFile("ballot_service/web/crypto/words/english.txt");
  assert.equal(new Set(readWordList(zh, "zh")).size, 2048);
  assert.equal(new Set(readWordList(en, "en")).size, 2048);
  assert.equal(zh, projectFile("verify/words/chinese_simplified.txt"));
  refuses("malformed-words", () => readWordList(zh, "en"));
  refuses("malformed-words", () => readWordList(en.trimEnd(), "en"));
  refuses("malformed-words", () => readWordList(en.replace("zoo", "zoe"), "en"));
  refuses("malformed-words", () => readWordList("<!doctype html>", "zh"));
});

test("the first and the last word", () => {
  const list = readWordList(projectFile("ballot_service/web/crypto/words/english.txt"), "en");
  assert.equal(fingerprintWords(new Uint8Array(11), list), Array(8).fill("abandon").join(" "));
  assert.equal(fingerprintWords(new Uint8Array(32).fill(255), list), Array(8).fill("zoo").join(" "));
  assert.throws(() => fingerprintWords(new Uint8Array(10), list), RangeError);
});
