// V07 and V09: keys and slips are those that the meeting committed to before the doors opened, and each slip is used once.

import type { OrderedCase, Work } from "../case.ts";
import { compareBytes, fromBase64url, hash, lp, tag, toBase64url, toNumber } from "../bytes.ts";
import { hasSmallFactor } from "../crypto.ts";
import { Fault } from "../fault.ts";
import { gcd } from "../fraction.ts";
import { readVerifierKey } from "../note.ts";
import { treeRoot } from "../tree.ts";

/** The modulus of issuer, class and page. */
export class Moduli {
  private readonly held = new Map<string, bigint>();

  set(issuer: string, voterClass: string, page: number, n: bigint): void {
    this.held.set(`${issuer} ${voterClass} ${page}`, n);
  }

  get(issuer: string, voterClass: string, page: number): bigint | undefined {
    return this.held.get(`${issuer} ${voterClass} ${page}`);
  }
}

export async function checkKeys(one: OrderedCase, { progress }: Work): Promise<Moduli> {
  const { meeting, story, leaves } = one;
  const wanted = meeting.issuers.flatMap((issuer) => meeting.classes.map((other) => [issuer.id, other.id] as const));
  const moduli = new Moduli();
  const bits = BigInt(meeting.rsa_bits);
  let product = 1n;
  let line = 0;
  for (const [at, entry] of story.entries.entries()) {
    if (entry["type"] !== "keys") continue;
    const pair = wanted[line];
    if (pair === undefined || entry["issuer"] !== pair[0] || entry["class"] !== pair[1]) {
      throw new Fault("keys of another issuer or class, or out of order", at);
    }
    if (meeting.keys[line] !== toBase64url(leaves[at] as Uint8Array))
      throw new Fault("keys that the meeting does not name", at);
    const list = entry["n"] as readonly string[];
    if (list.length !== meeting.pages) throw new Fault("not one modulus per page", at);
    for (const [page, text] of list.entries()) {
      const n = toNumber(fromBase64url(text) as Uint8Array);
      if (n >> (bits - 1n) !== 1n) throw new Fault("a modulus of another length", at);
      if (n % 2n === 0n || hasSmallFactor(n)) throw new Fault("a modulus with a small factor", at);
      if (gcd(product % n, n) !== 1n) throw new Fault("two moduli with a common factor", at);
      product *= n;
      moduli.set(pair[0], pair[1], page + 1, n);
    }
    line++;
    await progress("V07", line, wanted.length);
  }
  if (line !== wanted.length || meeting.keys.length !== wanted.length) throw new Fault("keys are missing");
  checkSlipRoots(one);
  checkDistinct(one);
  return moduli;
}

function checkSlipRoots({ meeting, story, leaves }: OrderedCase): void {
  const byClass = new Map<string, Uint8Array[]>(meeting.classes.map((one) => [one.id, []]));
  story.entries.forEach((entry, at) => {
    if (entry["type"] === "slip") byClass.get(entry["class"] as string)?.push(leaves[at] as Uint8Array);
  });
  for (const slips of meeting.slips) {
    const root = toBase64url(treeRoot(byClass.get(slips.class) ?? []));
    if (root !== slips.root) throw new Fault(`the slips of class ${slips.class} are not those of the meeting`);
  }
}

function checkDistinct({ meeting }: OrderedCase): void {
  const keys = [meeting.ledger_key, meeting.receipt_key];
  for (const box of meeting.boxes) keys.push(box.key, box.transport);
  for (const text of meeting.witnesses.keys) {
    const read = readVerifierKey(text);
    if (read?.type === 4) keys.push(toBase64url(read.key));
  }
  if (new Set(keys).size !== keys.length) throw new Fault("one key in two places", 0);
}

/** What became of the slips, for all that counts them. */
export interface Slips {
  /** Redeemed slips of a class in entries before this line. */
  readonly redeemedBefore: (voterClass: string, at: number) => number;
  /** Replacements of a class in entries before this line. */
  readonly replacedBefore: (voterClass: string, at: number) => number;
  readonly replaced: number;
  readonly redeemed: number;
}

interface Slip {
  readonly class: string;
  active: boolean;
  redeemed: boolean;
  void: boolean;
}

export function checkSlips({ meeting, story }: OrderedCase): Slips {
  const slips = new Map<string, Slip>();
  const redeemedAt: { at: number; class: string }[] = [];
  const replacedAt: { at: number; class: string }[] = [];
  let last: Uint8Array | null = null;
  const ordinary = new Map<string, number>();
  const spare = new Map<string, number>();
  for (const [at, entry] of story.entries.entries()) {
    switch (entry["type"]) {
      case "slip": {
        const id = fromBase64url(entry["id"] as string) as Uint8Array;
        if (last !== null && compareBytes(last, id) >= 0) throw new Fault("slips that do not ascend", at);
        last = id;
        const voterClass = entry["class"] as string;
        const reserve = entry["reserve"] as boolean;
        if (!meeting.classes.some((one) => one.id === voterClass)) throw new Fault("a slip of an unknown class", at);
        const counted = reserve ? spare : ordinary;
        counted.set(voterClass, (counted.get(voterClass) ?? 0) + 1);
        slips.set(entry["id"] as string, { class: voterClass, active: !reserve, redeemed: false, void: false });
        break;
      }
      case "slip-change": {
        const voterClass = entry["class"] as string;
        const named = entry["slip"] as string | null;
        const kind = entry["kind"] as string;
        if (named === null) {
          if (kind !== "replaced") throw new Fault(`a slip ${kind} that is not named`, at);
        } else {
          const slip = slips.get(named);
          if (slip?.class !== voterClass) throw new Fault("a slip that is not of its class", at);
          if (kind === "activated") {
            if (slip.active || slip.void) throw new Fault("a slip activated that is no inactive spare one", at);
            slip.active = true;
          } else if (kind === "voided") {
            if (slip.redeemed || slip.void) throw new Fault("a slip voided that is redeemed or void", at);
            slip.void = true;
          }
        }
        if (kind === "replaced") replacedAt.push({ at, class: voterClass });
        break;
      }
      case "booklet": {
        let before: Uint8Array | null = null;
        for (const text of entry["slips"] as readonly string[]) {
          const id = hash(tag("slip"), lp(meeting.id), fromBase64url(text) as Uint8Array);
          if (before !== null && compareBytes(before, id) >= 0) throw new Fault("tokens that do not ascend", at);
          before = id;
          const slip = slips.get(toBase64url(id));
          if (slip === undefined) throw new Fault("a token of no slip", at);
          if (!slip.active || slip.void || slip.redeemed) throw new Fault("a slip that may not be redeemed", at);
          slip.redeemed = true;
          redeemedAt.push({ at, class: slip.class });
        }
      }
    }
  }
  for (const one of meeting.slips) {
    const wanted = meeting.classes.find((other) => other.id === one.class)?.expected ?? 0;
    const reserve = meeting.reserve[one.class] ?? 0;
    if (
      (ordinary.get(one.class) ?? 0) !== wanted ||
      (spare.get(one.class) ?? 0) !== reserve ||
      one.count !== wanted + reserve
    ) {
      throw new Fault(`another number of slips of class ${one.class}`);
    }
  }
  const before = (list: readonly { at: number; class: string }[]) => (voterClass: string, at: number) =>
    list.reduce((total, other) => total + (other.at < at && other.class === voterClass ? 1 : 0), 0);
  return {
    redeemedBefore: before(redeemedAt),
    replacedBefore: before(replacedAt),
    replaced: replacedAt.length,
    redeemed: redeemedAt.length,
  };
}
