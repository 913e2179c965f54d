// What all checks look at: the ledger as it was read, and what the reader brought.

import type { Crew } from "./arithmetic.ts";
import type { Item } from "./contests.ts";
import type { Meeting } from "./entries.ts";
import type { JsonObject } from "./json.ts";
import type { LedgerFile } from "./ledgerFile.ts";
import type { VerifierKey } from "./note.ts";
import type { Story } from "./story.ts";
import type { Tree } from "./tree.ts";

export interface GivenFile {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface Options {
  readonly ledgerKey: VerifierKey | null;
  readonly fingerprint: Uint8Array | null; // 32 bytes, or the first 11
  readonly unpinned: boolean;
  readonly witnesses: readonly VerifierKey[]; // whose cosignatures are asked for, beside those of entry 0
  readonly checkpoints: readonly GivenFile[];
  readonly receipts: readonly GivenFile[];
}

/** Nothing brought along. */
export const NOTHING: Options = {
  ledgerKey: null,
  fingerprint: null,
  unpinned: false,
  witnesses: [],
  checkpoints: [],
  receipts: [],
};

/** How far a long check is; awaited so that a page can breathe. */
export type Progress = (check: string, done: number, of: number) => Promise<void>;

/** How the work is done. */
export interface Work {
  readonly progress: Progress;
  readonly crew: Crew;
}

export interface Case {
  readonly file: LedgerFile;
  readonly entries: readonly JsonObject[]; // only where V02 passed
  readonly leaves: readonly Uint8Array[];
  readonly tree: Tree;
  readonly meeting: Meeting | null;
  readonly story: Story | null; // only where V06 passed
}

/** A case whose order is known: what every check after V06 gets. */
export interface OrderedCase extends Case {
  readonly meeting: Meeting;
  readonly story: Story;
}

/** The items that are there before this line: those of the agenda, then those added. */
export function itemsBefore(one: OrderedCase, at: number): Item[] {
  return [...one.meeting.agenda, ...one.story.items.filter((added) => added.at < at).map((added) => added.item)];
}
