// V13: a box is opened after its poll was closed, by enough true shares.

import type { OrderedCase } from "../case.ts";
import { concat, equalBytes, fromBase64url, tag, toBase64url } from "../bytes.ts";
import { deriveKeyPair, ed25519Holds } from "../crypto.ts";
import { Fault } from "../fault.ts";
import type { JsonObject } from "../json.ts";
import { BadNote, type Note, readNote, signedByLedger } from "../note.ts";
import type { Poll } from "../story.ts";
import { boxSeed, commitment } from "./ballots.ts";

export function checkBoxes(one: OrderedCase): number {
  const { story } = one;
  const boxes = new Set<number>();
  for (const poll of story.polls.values()) {
    if (boxes.has(poll.box)) throw new Fault("a box that an earlier poll used", poll.openAt);
    boxes.add(poll.box);
  }
  const opened = new Set<Poll>();
  for (const { at, poll } of story.openings) {
    if (opened.has(poll)) throw new Fault("a box opened twice", at);
    opened.add(poll);
    checkOpening(one, poll, at);
  }
  const told = new Set<Poll>();
  for (const { at, poll } of story.results) {
    if (told.has(poll)) throw new Fault("a second result", at);
    told.add(poll);
    if (poll.voidAt !== null) throw new Fault("a result of a void poll", at);
  }
  checkObjections(one);
  return opened.size;
}

function checkOpening(one: OrderedCase, poll: Poll, at: number): void {
  const { meeting, story, tree } = one;
  const entry = story.entries[at] as JsonObject;
  if (poll.closeAt === null || poll.closeAt > at) throw new Fault("a box opened before its poll was closed", at);
  if (poll.voidAt !== null) throw new Fault("the box of a void poll", at);
  if (poll.objections.length > 0) throw new Fault("a box opened in spite of an objection", at);
  if (entry["box"] !== poll.box) throw new Fault("another box than the poll's", at);
  const note = closeNote(entry);
  if (note?.origin !== meeting.origin) throw new Fault("a close note of another ledger, or none", at);
  if (!signedByLedger(note, meeting.origin, fromBase64url(meeting.ledger_key) as Uint8Array)) {
    throw new Fault("a close note that the ledger key did not sign", at);
  }
  if (note.size !== poll.closeAt + 1 || !equalBytes(note.root, tree.rootAt(note.size))) {
    throw new Fault("a close note of other lines", at);
  }
  const { cards, threshold } = meeting.scrutineers;
  const box = meeting.boxes[poll.box] as (typeof meeting.boxes)[number];
  const shares = entry["shares"] as readonly { readonly card: number; readonly share: string }[];
  if (new Set(shares.map((other) => other.card)).size !== shares.length) throw new Fault("a card twice", at);
  for (const { card, share } of shares) {
    if (card < 1 || card > cards) throw new Fault("a card that does not exist", at);
    const commit = toBase64url(commitment(meeting.id, poll.box, card, fromBase64url(share) as Uint8Array));
    if (commit !== box.commit[card - 1]) throw new Fault("a share that is not the one committed to", at);
  }
  if (shares.length < threshold) throw new Fault("too few shares", at);
  const { publicKey } = deriveKeyPair(boxSeed(one, poll));
  if (toBase64url(publicKey) !== box.key) throw new Fault("shares that do not give the box key", at);
}

export function closeNote(entry: JsonObject): Note | null {
  try {
    return readNote(entry["close"] as string);
  } catch (error) {
    if (error instanceof BadNote) return null;
    throw error;
  }
}

function checkObjections({ meeting, story, leaves }: OrderedCase): void {
  const ballots = new Set<string>();
  for (const poll of story.polls.values()) {
    for (const at of poll.ballots) ballots.add(toBase64url(leaves[at] as Uint8Array));
  }
  const key = fromBase64url(meeting.receipt_key) as Uint8Array;
  for (const poll of story.polls.values()) {
    for (const at of poll.objections) {
      const entry = story.entries[at] as JsonObject;
      const ballot = entry["ballot"] as string;
      const receipt = fromBase64url(entry["receipt"] as string) as Uint8Array;
      if (!ed25519Holds(receipt, concat(tag("receipt"), fromBase64url(ballot) as Uint8Array), key)) {
        throw new Fault("an objection without a valid receipt", at);
      }
      if (ballots.has(ballot)) throw new Fault("an objection for a ballot that is there", at);
    }
  }
}
