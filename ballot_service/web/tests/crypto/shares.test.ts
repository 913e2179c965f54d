// A card's pads and words, as Python makes them; and every way of mistyping a card that people have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, hex } from "../../crypto/encoding.ts";
import { completions, readCardWords } from "../../crypto/cardWords.ts";
import { shareCommitment, sharePad, xor } from "../../crypto/shares.ts";
import { readWordList } from "../../crypto/words.ts";
import { projectFile } from "./files.ts";

interface CardValues {
  readonly number: number;
  readonly box: number;
  readonly secret: string;
  readonly words: Readonly<Record<"zh" | "en", string>>;
  readonly box_key: string;
  readonly pad: string;
  readonly share: string;
  readonly commit: string;
}

const { cards } = JSON.parse(projectFile("tests/crypto/phone_values.json")) as { cards: readonly CardValues[] };
const lists = {
  zh: readWordList(projectFile("ballot_service/web/crypto/words/chinese_simplified.txt"), "zh"),
  en: readWordList(projectFile("ballot_service/web/crypto/words/english.txt"), "en"),
};
const MEETING = "lushui-2026-12";

test("a pad and a commitment are those of Python", () => {
  for (const card of cards) {
    const pad = sharePad(fromHex(card.secret), MEETING, card.box, fromHex(card.box_key));
    assert.equal(hex(pad), card.pad);
    assert.equal(hex(shareCommitment(MEETING, card.box, card.number, fromHex(card.share))), card.commit);
    assert.deepEqual(xor(xor(pad, fromHex(card.share)), pad), fromHex(card.share));
    assert.notEqual(hex(sharePad(fromHex(card.secret), MEETING, card.box + 1, fromHex(card.box_key))), card.pad);
  }
});

test("words read back as people type them", () => {
  for (const card of cards) {
    const { zh, en } = card.words;
    for (const typed of [zh, zh.replace(/ /g, ""), zh.replace(/ /g, "，"), en, en.toUpperCase(), ` ${en}\n`]) {
      const read = readCardWords(typed, lists);
      assert.equal(read.state === "whole" && hex(read.secret), card.secret);
    }
  }
});

test("what is mistyped is named, or noticed by the last word", () => {
  const [card] = cards as [CardValues];
  const words = card.words.en.split(" ");
  const put = (place: number, word: string) => words.map((one, at) => (at === place ? word : one)).join(" ");
  assert.deepEqual(readCardWords(put(4, "nosuch"), lists), { state: "wrong", place: 5, word: "nosuch" });
  const swapped = [words[1], words[0], ...words.slice(2)].join(" ");
  assert.equal(readCardWords(swapped, lists).state, "mixed-up");
  assert.equal(readCardWords(`${card.words.en} zoo`, lists).state, "mixed-up");
  assert.deepEqual(readCardWords(words.slice(0, 7).join(" "), lists), { state: "typing", count: 7 });
  assert.deepEqual(readCardWords("aban", lists), { state: "typing", count: 0 });
  assert.deepEqual(readCardWords("", lists), { state: "typing", count: 0 });
  assert.deepEqual(readCardWords("𠮷", lists), { state: "wrong", place: 1, word: "𠮷" });
});

test("a word that is being typed is completed", () => {
  assert.deepEqual(completions("zoo aban", lists.en), ["abandon"]);
  assert.deepEqual(completions("zoo abandon", lists.en), []);
  assert.deepEqual(completions("z", lists.en), []);
  assert.deepEqual(completions("的", lists.zh), []);
});
