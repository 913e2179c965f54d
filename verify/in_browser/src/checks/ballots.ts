// V10, V11 and V14: every ballot by itself, no ballot twice, and what the opened boxes hold.

import type { OrderedCase } from "../case.ts";
import { compareBytes, concat, fromBase64url, hash, lp, tag, u16, u8 } from "../bytes.ts";
import { type Choice, paddedLength, readSealed } from "../choices.ts";
import { combineShares, credentialHolds, deriveKeyPair, ed25519Holds, openSeal } from "../crypto.ts";
import { Fault } from "../fault.ts";
import type { JsonObject } from "../json.ts";
import { Box } from "../counting.ts";
import type { Paper, Poll } from "../story.ts";
import type { Moduli } from "./keysAndSlips.ts";

function bytesOf(entry: JsonObject, field: string): Uint8Array {
  return fromBase64url(entry[field] as string) as Uint8Array;
}

export async function checkBallots(one: OrderedCase, moduli: Moduli): Promise<number> {
  const { meeting, story, leaves, progress } = one;
  const fingerprint = leaves[0] as Uint8Array;
  const all = [...story.polls.values()].flatMap((poll) => poll.ballots);
  let done = 0;
  for (const at of all) {
    const entry = story.entries[at] as JsonObject;
    const paper = story.papers.get(entry["paper"] as string) as Paper;
    const voterClass = entry["class"] as string;
    if (!paper.classes.includes(voterClass)) throw new Fault("a ballot of a class that does not vote", at);
    const key = bytesOf(entry, "key");
    const message = concat(tag("credential"), fingerprint, u16(paper.page), lp(voterClass), key);
    const sigs = entry["sigs"] as readonly string[];
    if (sigs.length !== meeting.issuers.length) throw new Fault("not one credential per issuer", at);
    sigs.forEach((text, index) => {
      const n = moduli.get(meeting.issuers[index]?.id ?? "", voterClass, paper.page);
      const credential = fromBase64url(text) as Uint8Array;
      if (n === undefined || !credentialHolds(credential, message, n, meeting.rsa_bits / 8)) {
        throw new Fault("a credential that does not hold", at);
      }
    });
    const sealed = hash(bytesOf(entry, "enc"), bytesOf(entry, "ct"));
    const signed = concat(tag("ballot"), bytesOf(entry, "paper"), lp(voterClass), key, sealed);
    if (!ed25519Holds(bytesOf(entry, "sig"), signed, key)) throw new Fault("a signature that does not hold", at);
    if (++done % 20 === 0) await progress("V10", done, all.length);
  }
  return all.length;
}

export function checkNoRepeat({ meeting, story }: OrderedCase): void {
  const keys = new Set<string>();
  const encs = new Set<string>();
  const classes = meeting.classes.map((one) => one.id);
  for (const poll of story.polls.values()) {
    const papers = poll.papers.map((paper) => paper.hash);
    let before: readonly [number, number, Uint8Array] | null = null;
    for (const at of poll.ballots) {
      const entry = story.entries[at] as JsonObject;
      const [key, enc] = [entry["key"] as string, entry["enc"] as string];
      const paper = story.papers.get(entry["paper"] as string) as Paper;
      if (keys.has(key) || encs.has(enc)) throw new Fault("a ballot key or a seal twice", at);
      keys.add(key);
      encs.add(enc);
      if (!paper.classes.includes(entry["class"] as string)) continue; // V10 refuses it; it has no place among the others
      const place = [
        papers.indexOf(entry["paper"] as string),
        classes.indexOf(entry["class"] as string),
        bytesOf(entry, "key"),
      ] as const;
      if (before !== null) {
        const order = before[0] - place[0] || before[1] - place[1] || compareBytes(before[2], place[2]);
        if (order >= 0) throw new Fault("ballots that do not ascend", at);
      }
      before = place;
    }
  }
}

/** The seed of a poll's box from the lowest cards of its opening. */
export function boxSeed(one: OrderedCase, poll: Poll): Uint8Array {
  const entry = one.story.entries[poll.boxOpenAt as number] as JsonObject;
  const shares = (entry["shares"] as readonly { readonly card: number; readonly share: string }[])
    .map((other) => ({ card: other.card, share: fromBase64url(other.share) as Uint8Array }))
    .sort((a, b) => a.card - b.card);
  return combineShares(shares.slice(0, one.meeting.scrutineers.threshold));
}

export function commitment(meetingId: string, box: number, card: number, share: Uint8Array): Uint8Array {
  return hash(tag("share"), lp(meetingId), u16(box), u8(card), share);
}

/** The opened ballots by paper and class. */
export class Opened {
  private readonly boxes = new Map<string, Box>();
  total = 0;
  sealedShut = 0; // could not be opened
  unopened = 0; // of boxes that were never opened

  box(paper: Paper, voterClass: string): Box {
    const key = `${paper.hash} ${voterClass}`;
    let box = this.boxes.get(key);
    if (box === undefined) this.boxes.set(key, (box = new Box()));
    return box;
  }
}

export async function openBallots(one: OrderedCase): Promise<Opened> {
  const { story, progress } = one;
  const opened = new Opened();
  for (const paper of story.papers.values()) {
    if (paper.length !== paddedLength(paper.contest.ballot)) throw new Fault("a paper of another length", paper.at);
  }
  const polls = [...story.polls.values()];
  const all = polls.reduce((total, poll) => total + poll.ballots.length, 0);
  let done = 0;
  for (const poll of polls) {
    const keys = poll.boxOpenAt === null ? null : deriveKeyPair(boxSeed(one, poll));
    for (const at of poll.ballots) {
      const entry = story.entries[at] as JsonObject;
      const paper = story.papers.get(entry["paper"] as string) as Paper;
      const ct = bytesOf(entry, "ct");
      if (ct.length !== paper.length + 16) throw new Fault("a ballot of another length", at);
      if (keys === null) opened.unopened++;
      else {
        const voterClass = entry["class"] as string;
        const info = concat(tag("seal"), bytesOf(entry, "paper"), lp(voterClass), bytesOf(entry, "key"));
        const text = openSeal(bytesOf(entry, "enc"), ct, keys.secret, keys.publicKey, info);
        const choice: Choice | null = text === null ? null : readSealed(text, paper.contest.ballot);
        opened.total++;
        if (text === null) opened.sealedShut++;
        opened.box(paper, voterClass).add(choice);
      }
      if (++done % 20 === 0) await progress("V14", done, all);
    }
  }
  return opened;
}
