// The lengths of sealed messages, from the meeting alone. The service says them too, and must say the same: who was given
// lengths of their own would be known by them again. Formulas: docs/api.md, "Sealed routes".

import type { Lengths, SealedRoute } from "../api/answers.ts";
import type { Item, Meeting } from "../api/meeting.ts";
import { paddedLength } from "./choices.ts";

const BLOCK_BYTES = 256;
const SHORTEST_ANSWER_BYTES = 512;
const SEAL_BYTES = 16;

const ROUTES: readonly SealedRoute[] = ["booklet", "ballots", "receipts", "objections"];

/** items: the agenda and what was added to it so far. */
export function sealedLengths(meeting: Meeting, items: readonly Item[]): Lengths {
  const kLen = meeting.rsaBits / 8;
  const signature = '""'.length + b64uLength(kLen);
  // As this version publishes: one issuer, so one list of pages. JSON is counted with a space after each , and :
  const values = `[[${"".padEnd(meeting.pages * signature + (meeting.pages - 1) * ", ".length)}]]`;
  const longest = Math.max(...items.map((item) => longestLine(item, kLen)));
  const receipt = '""'.length + b64uLength(64);
  const ballots = {
    request: rounded(longest),
    answer: rounded(Math.max(SHORTEST_ANSWER_BYTES, '{"receipt": }'.length + receipt)),
  };
  return {
    booklet: {
      request: rounded('{"token": "", "blinded": }'.length + b64uLength(16) + values.length),
      answer: rounded(Math.max(SHORTEST_ANSWER_BYTES, '{"signatures": }'.length + values.length)),
    },
    ballots,
    receipts: ballots,
    objections: {
      request: rounded(2 * longest + '{"line": "", "receipt": }'.length + receipt),
      answer: ballots.answer,
    },
  };
}

export function sameLengths(left: Lengths, right: Lengths): boolean {
  return ROUTES.every(
    (route) => left[route].request === right[route].request && left[route].answer === right[route].answer,
  );
}

function longestLine(item: Item, kLen: number): number {
  return Math.max(
    ...item.contests.map(({ ballot, voters }) => {
      const lineOf = (voterClass: string) =>
        '{"class":"","ct":"","enc":"","key":"","paper":"","sig":"","sigs":[""],"type":"ballot"}'.length +
        voterClass.length +
        b64uLength(paddedLength(ballot) + SEAL_BYTES) +
        3 * b64uLength(32) +
        b64uLength(64) +
        b64uLength(kLen);
      return Math.max(...voters.map(lineOf));
    }),
  );
}

function b64uLength(bytes: number): number {
  return Math.ceil((4 * bytes) / 3);
}

function rounded(length: number): number {
  return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
}
