// V10, V11 and V14: every ballot by itself, no ballot twice, and what the opened boxes hold.

import { type Held, type Proof, type Sealed, throughCrew } from "../arithmetic.ts";
import type { OrderedCase, Work } from "../case.ts";
import { compareBytes, concat, fromBase64url, hash, lp, tag, u16, u8 } from "../bytes.ts";
import { type Choice, paddedLength, readSealed } from "../choices.ts";
import { combineShares, deriveKeyPair } from "../crypto.ts";
import { Fault } from "../fault.ts";
import type { JsonObject } from "../json.ts";
import { Box } from "../counting.ts";
import type { Paper, Poll } from "../story.ts";
import type { Moduli } from "./keysAndSlips.ts";

function bytesOf(entry: JsonObject, field: string): Uint8Array {
  return fromBase64url(entry[field] as string) as Uint8Array;
}

const HEAP = 25; // ballots that one hand takes at a time: a tenth of a second or so

export async function checkBallots(one: OrderedCase, moduli: Moduli, { crew, progress }: Work): Promise<number> {
  const all = [...one.story.polls.values()].flatMap((poll) => poll.ballots);
  const bytes = one.meeting.rsa_bits / 8;
  let made = 0;
  let done = 0;
  let wrong: Fault | null = null; // with the form of a ballot: said when every ballot before it holds
  const make = () => {
    const places: number[] = [];
    const proofs: Proof[] = [];
    while (wrong === null && made < all.length && proofs.length < HEAP) {
      const at = all[made++] as number;
      const proof = proofOf(one, at, moduli);
      if (proof instanceof Fault) wrong = proof;
      else {
        places.push(at);
        proofs.push(proof);
      }
    }
    return proofs.length === 0 ? null : { places, heap: { kind: "proofs", bytes, proofs } as const };
  };
  await throughCrew(crew, make, async ({ places }, worked) => {
    (worked as readonly Held[]).forEach((held, index) => {
      if (held === "credential") throw new Fault("a credential that does not hold", places[index]);
      if (held === "signature") throw new Fault("a signature that does not hold", places[index]);
    });
    await progress("V10", (done += places.length), all.length);
  });
  if (wrong !== null) throw wrong as Fault;
  return all.length;
}

function proofOf({ meeting, story, leaves }: OrderedCase, at: number, moduli: Moduli): Proof | Fault {
  const entry = story.entries[at] as JsonObject;
  const paper = story.papers.get(entry["paper"] as string) as Paper;
  const voterClass = entry["class"] as string;
  if (!paper.classes.includes(voterClass)) return new Fault("a ballot of a class that does not vote", at);
  const sigs = entry["sigs"] as readonly string[];
  if (sigs.length !== meeting.issuers.length) return new Fault("not one credential per issuer", at);
  const key = bytesOf(entry, "key");
  const sealed = hash(bytesOf(entry, "enc"), bytesOf(entry, "ct"));
  return {
    credentials: sigs.map((text) => fromBase64url(text) as Uint8Array),
    moduli: meeting.issuers.map((issuer) => moduli.get(issuer.id, voterClass, paper.page)),
    message: concat(tag("credential"), leaves[0] as Uint8Array, u16(paper.page), lp(voterClass), key),
    sig: bytesOf(entry, "sig"),
    signed: concat(tag("ballot"), bytesOf(entry, "paper"), lp(voterClass), key, sealed),
    key,
  };
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

export async function openBallots(one: OrderedCase, work: Work): Promise<Opened> {
  const { story } = one;
  const opened = new Opened();
  for (const paper of story.papers.values()) {
    if (paper.length !== paddedLength(paper.contest.ballot)) throw new Fault("a paper of another length", paper.at);
  }
  const polls = [...story.polls.values()];
  const all = polls.reduce((total, poll) => total + poll.ballots.length, 0);
  let done = 0;
  for (const poll of polls) {
    for (const at of poll.ballots) {
      const { ct } = story.entries[at] as { readonly ct: string };
      if (fromBase64url(ct)?.length !== paperOf(one, at).length + 16) throw new Fault("a ballot of another length", at);
    }
    if (poll.boxOpenAt === null) opened.unopened += poll.ballots.length;
    else await openPoll(one, poll, opened, work, (more) => work.progress("V14", (done += more), all));
  }
  return opened;
}

async function openPoll(
  one: OrderedCase,
  poll: Poll,
  opened: Opened,
  { crew }: Work,
  tell: (more: number) => Promise<void>,
): Promise<void> {
  const { secret, publicKey } = deriveKeyPair(boxSeed(one, poll));
  let made = 0;
  const make = () => {
    const places = poll.ballots.slice(made, (made += HEAP));
    const seals = places.map((at) => sealOf(one, at));
    return places.length === 0 ? null : { places, heap: { kind: "seals", secret, publicKey, seals } as const };
  };
  await throughCrew(crew, make, async ({ places }, worked) => {
    (worked as readonly (Uint8Array | null)[]).forEach((text, index) => {
      const paper = paperOf(one, places[index] as number);
      const choice: Choice | null = text === null ? null : readSealed(text, paper.contest.ballot);
      opened.total++;
      if (text === null) opened.sealedShut++;
      const entry = one.story.entries[places[index] as number] as JsonObject;
      opened.box(paper, entry["class"] as string).add(choice);
    });
    await tell(places.length);
  });
}

function sealOf(one: OrderedCase, at: number): Sealed {
  const entry = one.story.entries[at] as JsonObject;
  return {
    enc: bytesOf(entry, "enc"),
    ct: bytesOf(entry, "ct"),
    info: concat(tag("seal"), bytesOf(entry, "paper"), lp(entry["class"] as string), bytesOf(entry, "key")),
  };
}

function paperOf({ story }: OrderedCase, at: number): Paper {
  const entry = story.entries[at] as JsonObject;
  return story.papers.get(entry["paper"] as string) as Paper;
}
