// What a phone believes: the published worked example holds, and every change of it is refused by its name.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { utf8 } from "../../crypto/bytes.ts";
import { b64u, fromB64u } from "../../crypto/encoding.ts";
import { leafHash } from "../../crypto/merkle.ts";
import {
  addedItem,
  agendaOf,
  ballotIdOf,
  checkOwnReceipt,
  checkPaper,
  checkPaperName,
  issuerModuli,
  meetingOf,
  type PaperContext,
  readSignedNote,
  Stop,
  voidReason,
} from "../../voting/checks.ts";
import type { StopCode } from "../../voting/journey.ts";
import { sealedLengths } from "../../voting/lengths.ts";

const FORMATS = join(import.meta.dirname, "../../../../docs/formats");
const LEDGER = readFileSync(join(FORMATS, "example.ledger"), "utf8");
const LINES = LEDGER.slice(0, LEDGER.indexOf("\n\n")).split("\n");
const NOTE = LEDGER.slice(LEDGER.indexOf("\n\n") + 2);
const lineOf = (type: string) => LINES.find((line) => line.includes(`"type":"${type}"`)) ?? "";
const [FIRST, PAPER, KEYS, BALLOT] = ["meeting", "paper", "keys", "ballot"].map(lineOf) as [
  string,
  string,
  string,
  string,
];
const SLIP = { meetingId: "example", voterClass: "A", prefix: b64u(leafHash(utf8(FIRST)).slice(0, 20)) };
const MET = meetingOf(FIRST, SLIP);

function stops(code: StopCode, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof Stop && error.code === code);
}

/** A line with other fields, in canonical form where keys keep their places. */
function changed(line: string, change: (entry: any) => void): string {
  const entry = JSON.parse(line);
  change(entry);
  return JSON.stringify(entry);
}

test("the meeting on the slip, and no other", () => {
  assert.equal(MET.meeting.title.length > 0, true);
  stops("wrong-meeting", () => meetingOf(FIRST, { ...SLIP, prefix: b64u(new Uint8Array(20)) }));
  stops("wrong-meeting", () => meetingOf(FIRST, { ...SLIP, meetingId: "other" }));
  stops("wrong-meeting", () => meetingOf(FIRST, { ...SLIP, voterClass: "B" }));
  const other = `${FIRST} `;
  stops("wrong-meeting", () => meetingOf(other, { ...SLIP, prefix: b64u(leafHash(utf8(other)).slice(0, 20)) }));
  const empty = changed(FIRST, (entry) => delete entry.title);
  stops("wrong-meeting", () => meetingOf(empty, { ...SLIP, prefix: b64u(leafHash(utf8(empty)).slice(0, 20)) }));
});

test("the signed note, and no other", () => {
  assert.equal(readSignedNote(NOTE, MET.meeting).treeSize, LINES.length);
  stops("wrong-checkpoint", () => readSignedNote(NOTE.replace("\n", "x\n"), MET.meeting));
  stops("wrong-checkpoint", () => readSignedNote(NOTE, { ...MET.meeting, origin: "ballot.example/other" }));
  stops("wrong-checkpoint", () => readSignedNote(NOTE, { ...MET.meeting, ledgerKey: MET.meeting.receiptKey }));
  stops("wrong-checkpoint", () => readSignedNote("", MET.meeting));
});

test("the line that voids this poll, and no other", () => {
  const line = '{"at":"2026-12-18T01:30Z","by":["甲","乙"],"poll":"p1","reason":"停电","type":"poll-void"}';
  assert.equal(voidReason(line, "p1"), "停电");
  stops("wrong-proof", () => voidReason(line, "p2"));
  stops("wrong-proof", () => voidReason(line.replace("poll-void", "poll-close"), "p1"));
  stops("wrong-proof", () => voidReason(line.replace('"reason":"停电",', ""), "p1"));
  stops("wrong-proof", () => voidReason("", "p1"));
});

test("the keys that entry 0 commits to", () => {
  assert.equal(issuerModuli([KEYS], MET.meeting, "A")[0]?.length, MET.meeting.pages);
  stops("wrong-keys", () => issuerModuli([], MET.meeting, "A"));
  stops("wrong-keys", () => issuerModuli([KEYS, KEYS], MET.meeting, "A"));
  for (const change of [
    (entry: any) => void (entry.class = "B"),
    (entry: any) => void (entry.issuer = "other"),
    (entry: any) => void entry.n.pop(),
    (entry: any) => void (entry.n[0] = b64u(new Uint8Array(256).fill(255))), // divisible by 3
    (entry: any) => void (entry.n[0] = entry.n[0].slice(4)),
  ]) {
    const line = changed(KEYS, change);
    stops("wrong-keys", () => issuerModuli([line], MET.meeting, "A"));
    // and when entry 0 named it
    const meeting = { ...MET.meeting, keys: [leafHash(utf8(line))] };
    stops("wrong-keys", () => issuerModuli([line], meeting, "A"));
  }
});

describe("papers", () => {
  const poll = { poll: "p1", phase: "open", box: 1, papers: [] } as const;
  const context: PaperContext = {
    met: MET,
    voterClass: "A",
    pages: MET.meeting.pages,
    usedPages: new Map(),
    items: agendaOf(MET),
  };
  const name = b64u(leafHash(utf8(PAPER)));

  test("the one of the agenda", () => {
    checkPaperName(PAPER, name);
    const checked = checkPaper(PAPER, poll, context);
    assert.deepEqual([checked.paper, checked.page, checked.box, checked.round, checked.length], [name, 1, 1, 1, 64]);
    checkPaper(PAPER, poll, { ...context, usedPages: new Map([[1, name]]) });
    stops("wrong-paper", () => checkPaperName(PAPER, b64u(new Uint8Array(32))));
  });

  const candidates = (entry: any) => entry.contest.ballot.candidates;
  const WRONG: readonly (readonly [string, (entry: any) => unknown])[] = [
    ["another type", (entry) => (entry.type = "item")],
    ["of another meeting", (entry) => (entry.fingerprint = b64u(new Uint8Array(32)))],
    ["not of this class", (entry) => (entry.classes = ["B"])],
    ["page 0", (entry) => (entry.page = 0)],
    ["a page that the booklet does not have", (entry) => (entry.page = 99)],
    ["another box", (entry) => (entry.box = 0)],
    ["another box key", (entry) => (entry.box_key = b64u(MET.meeting.boxes[0]?.key ?? new Uint8Array(0)))],
    ["another title", (entry) => (entry.contest.title += "！")],
    ["another item", (entry) => (entry.item = "other")],
    ["another contest", (entry) => (entry.contest.id = "other")],
    ["a name left out in the first round", (entry) => candidates(entry).pop()],
    ["a name more", (entry) => candidates(entry).push({ id: "x", name: "某", note: null })],
    ["another length", (entry) => (entry.length += 64)],
    ["no length", (entry) => delete entry.length],
  ];
  for (const [what, change] of WRONG) {
    test(what, () => stops("wrong-paper", () => checkPaper(changed(PAPER, change), poll, context)));
  }

  test("a page that is used, a box that is not the poll's, spelling that is not canonical", () => {
    stops("wrong-paper", () => checkPaper(PAPER, poll, { ...context, usedPages: new Map([[1, "other"]]) }));
    stops("wrong-paper", () => checkPaper(PAPER, { ...poll, box: 2 }, context));
    stops("wrong-paper", () => checkPaper(PAPER.replace(":", ": "), poll, context));
  });

  test("in later rounds names may be gone, and nothing else", () => {
    const later = (change: (entry: any) => unknown) =>
      changed(PAPER, (entry) => {
        entry.round = 2;
        change(entry);
      });
    const context2 = { ...context, items: agendaOf(MET) };
    assert.equal(
      checkPaper(
        later(() => {}),
        poll,
        context2,
      ).round,
      2,
    );
    const kept = checkPaper(
      later((entry) => candidates(entry).shift()),
      poll,
      context2,
    );
    assert.equal(kept.contest.ballot.kind === "approval" && kept.contest.ballot.candidates.length, 1);
    stops("wrong-paper", () =>
      checkPaper(
        later((entry) => candidates(entry).reverse()),
        poll,
        context2,
      ),
    );
    stops("wrong-paper", () =>
      checkPaper(
        later((entry) => candidates(entry).splice(0)),
        poll,
        context2,
      ),
    );
    stops("wrong-paper", () =>
      checkPaper(
        later((entry) => (candidates(entry)[0].name = "某")),
        poll,
        context2,
      ),
    );
    stops("wrong-paper", () =>
      checkPaper(
        later((entry) => entry.contest.rules.pop()),
        poll,
        context2,
      ),
    );
  });
});

test("an added item is the one that was asked for, and never about cadres", () => {
  const raw = JSON.parse(FIRST).agenda[0];
  const line = (item: unknown) => JSON.stringify({ admitted_by: "x", item, type: "item" });
  const id = raw.id as string;
  assert.equal(addedItem(line({ ...raw, cadre: false }), id).item.id, id);
  stops("wrong-paper", () => addedItem(line({ ...raw, cadre: true }), id));
  stops("wrong-paper", () => addedItem(line({ ...raw, cadre: false }), "other"));
  stops("wrong-paper", () => addedItem("{}", id));
});

test("the receipt of this ballot", () => {
  const file = JSON.parse(readFileSync(join(FORMATS, "example.receipt.json"), "utf8"));
  const line = LINES.find((one) => one.includes('"type":"ballot"') && ballotIdOf(one) === file.ballot) ?? "";
  const receipt = fromB64u(file.receipt);
  checkOwnReceipt(line, receipt, MET.meeting);
  stops("wrong-receipt", () => checkOwnReceipt(line, receipt.slice().reverse(), MET.meeting));
  stops("wrong-receipt", () => checkOwnReceipt(`${BALLOT} `, receipt, MET.meeting));
});

test("the lengths of sealed messages follow from the meeting: those of docs/protocol.md §11", () => {
  const lengths = sealedLengths(MET.meeting, MET.meeting.agenda);
  assert.deepEqual(lengths.booklet, { request: 512, answer: 512 });
});
