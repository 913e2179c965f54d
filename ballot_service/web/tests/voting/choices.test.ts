// Drafts and what they become: one spelling for each choice, and no tap that goes over a limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApprovalBallot, Ballot, PickBallot } from "../../api/meeting.ts";
import { readUtf8 } from "../../crypto/bytes.ts";
import {
  approvalsLeft,
  choiceBytes,
  emptyDraft,
  isBlank,
  paddedLength,
  picksLeft,
  problemOf,
  unmarked,
  withMark,
  withPick,
  withText,
  withWriteIn,
} from "../../voting/choices.ts";
import type { Draft } from "../../voting/journey.ts";

const people = (...ids: readonly string[]) => ids.map((id) => ({ id, name: `人${id}`, note: null }));
const LABELS = { approve: "同意", oppose: "不同意", abstain: "弃权" };
const APPROVAL: ApprovalBallot = { kind: "approval", candidates: people("c", "a", "b"), maxApprove: 1, labels: LABELS };
const PICK: PickBallot = { kind: "pick", options: people("b", "a"), max: 2, writeIn: 2 };
const GRADE: Ballot = { kind: "grade", grades: [{ id: "good", name: "好" }], unknown: true };
const SCORE: Ballot = { kind: "score", min: "0", max: "1", step: "1/2", scores: ["0", "0.5", "1"], unknown: true };
const COMMENT: Ballot = { kind: "comment", maxChars: 5 };

const choice = (ballot: Ballot, draft: Draft) => readUtf8(choiceBytes(ballot, draft));

test("approval: every candidate's mark, and no approval too many", () => {
  const empty = { kind: "approval", marks: {} } as const;
  assert.equal(choice(APPROVAL, empty), '{"marks":{"a":"abstain","b":"abstain","c":"abstain"}}');
  const one = withMark(APPROVAL, empty, "a", "approve");
  assert.equal(approvalsLeft(APPROVAL, one), 0);
  assert.equal(withMark(APPROVAL, one, "b", "approve"), one);
  const two = withMark(APPROVAL, one, "b", "oppose");
  assert.equal(choice(APPROVAL, two), '{"marks":{"a":"approve","b":"oppose","c":"abstain"}}');
  assert.deepEqual([unmarked(APPROVAL, two), isBlank(two)], [1, false]);
  assert.deepEqual(withMark(APPROVAL, withMark(APPROVAL, two, "a", null), "b", null), empty);
  assert.equal(withMark(APPROVAL, one, "nobody", "approve"), one);
  assert.equal(isBlank({ kind: "approval", marks: { a: "abstain" } }), true);
  const over = { kind: "approval", marks: { a: "approve", b: "approve" } } as const;
  assert.deepEqual(problemOf(APPROVAL, over), { code: "too-many", max: 1 });
});

test("pick: sorted, a written option is a pick, and no pick too many", () => {
  const empty = { kind: "pick", picks: [], writeIn: [] } as const;
  assert.equal(choice(PICK, empty), '{"picks":[],"write_in":[]}');
  const both = withPick(PICK, withPick(PICK, empty, "b", true), "a", true);
  assert.equal(choice(PICK, both), '{"picks":["a","b"],"write_in":[]}');
  assert.equal(withWriteIn(PICK, both, 0, "王五"), both);
  assert.deepEqual(withPick(PICK, both, "b", false).picks, ["a"]);
  const named = withWriteIn(PICK, withWriteIn(PICK, empty, 0, " 王五"), 1, "人a ");
  assert.equal(choice(PICK, named), '{"picks":["a"],"write_in":["王五"]}');
  assert.equal(picksLeft(PICK, named), 0);
  assert.equal(withPick(PICK, named, "b", true), named);
  assert.equal(withWriteIn(PICK, empty, 2, "王五"), empty);
  assert.equal(choice({ ...PICK, writeIn: 0 }, both), '{"picks":["a","b"]}');
  const astral = withWriteIn(PICK, withWriteIn(PICK, empty, 0, "𠀀"), 1, "豈");
  assert.equal(choice(PICK, astral), `{"picks":[],"write_in":["${"豈".normalize("NFC")}","𠀀"]}`);
});

test("written names that would spoil the ballot are named before", () => {
  const written = (...writeIn: readonly string[]) => problemOf(PICK, { kind: "pick", picks: [], writeIn });
  assert.equal(written("王五"), null);
  assert.deepEqual(written("王 五"), { code: "name-characters" });
  assert.deepEqual(written("王\u200b五"), { code: "name-characters" });
  assert.deepEqual(written("\ud800"), { code: "name-characters" });
  assert.deepEqual(written("王".repeat(21)), { code: "name-too-long", max: 20 });
  assert.equal(written("𠀀".repeat(20)), null);
  assert.deepEqual(written("王五", "王五 "), { code: "name-repeated" });
  assert.deepEqual(problemOf(PICK, { kind: "pick", picks: ["a"], writeIn: ["人a"] }), { code: "name-repeated" });
  assert.deepEqual(problemOf(PICK, { kind: "pick", picks: ["a", "b"], writeIn: ["王五"] }), {
    code: "too-many",
    max: 2,
  });
});

test("grade, score and comment", () => {
  for (const ballot of [GRADE, SCORE]) {
    const empty = emptyDraft(ballot);
    assert.deepEqual([choice(ballot, empty), isBlank(empty)], ["{}", true]);
  }
  assert.equal(choice(GRADE, { kind: "grade", answer: { grade: "good" } }), '{"grade":"good"}');
  assert.equal(choice(GRADE, { kind: "grade", answer: "unknown" }), '{"unknown":true}');
  assert.equal(choice(SCORE, { kind: "score", answer: { score: "1" } }), '{"score":1}');
  assert.equal(choice(SCORE, { kind: "score", answer: { score: "0.5" } }), '{"score":"0.5"}');
  assert.deepEqual(problemOf(SCORE, { kind: "score", answer: { score: "0.25" } }), { code: "not-a-score" });
  assert.equal(choice(COMMENT, withText(" 一\r\n二 ")), '{"text":"一 二"}');
  assert.deepEqual(problemOf(COMMENT, withText("一二三四五六")), { code: "text-too-long", max: 5 });
  assert.deepEqual(problemOf(COMMENT, withText("\u202e一")), { code: "text-characters" });
  assert.equal(isBlank(withText(" \n ")), true);
  assert.throws(() => choiceBytes(GRADE, withText("")), RangeError);
});

test("padded lengths are multiples of 64 that hold the longest choice", () => {
  const empty = { kind: "approval", marks: {} } as const;
  assert.equal(paddedLength(APPROVAL), 64 * Math.ceil(choiceBytes(APPROVAL, empty).length / 64));
  assert.deepEqual([paddedLength(GRADE), paddedLength(SCORE), paddedLength(COMMENT)], [64, 64, 64]);
  assert.equal(paddedLength(PICK), 192); // two names of 80 bytes and what stands around them
});
