// The arithmetic of ballots, which is nearly all of the time: credentials, signatures and seals in heaps, each by itself,
// so that several workers can do them at once. What a check asks and in which order it complains is decided elsewhere.

import { credentialHolds, ed25519Holds, openSeal } from "./crypto.ts";

/** One ballot as V10 asks. `moduli` are in the order of `credentials`; undefined where there is none. */
export interface Proof {
  readonly credentials: readonly Uint8Array[];
  readonly moduli: readonly (bigint | undefined)[];
  readonly message: Uint8Array;
  readonly sig: Uint8Array;
  readonly signed: Uint8Array;
  readonly key: Uint8Array;
}

export type Held = "holds" | "credential" | "signature";

export interface Sealed {
  readonly enc: Uint8Array;
  readonly ct: Uint8Array;
  readonly info: Uint8Array;
}

export type Heap =
  | { readonly kind: "proofs"; readonly bytes: number; readonly proofs: readonly Proof[] }
  | {
      readonly kind: "seals";
      readonly secret: Uint8Array;
      readonly publicKey: Uint8Array;
      readonly seals: readonly Sealed[];
    };

/** One for each proof or seal, in order; null for a seal that does not open. */
export type Worked = readonly Held[] | readonly (Uint8Array | null)[];

export function workThrough(heap: Heap): Worked {
  if (heap.kind === "proofs") return heap.proofs.map((one) => holds(one, heap.bytes));
  return heap.seals.map((one) => openSeal(one.enc, one.ct, heap.secret, heap.publicKey, one.info));
}

function holds(one: Proof, bytes: number): Held {
  const credited = one.credentials.every((credential, index) => {
    const n = one.moduli[index];
    return n !== undefined && credentialHolds(credential, one.message, n, bytes);
  });
  if (!credited) return "credential";
  return ed25519Holds(one.sig, one.signed, one.key) ? "holds" : "signature";
}

/** Who does the heaps: `hands` at a time. */
export interface Crew {
  readonly hands: number;
  readonly work: (heap: Heap) => Promise<Worked>;
}

/** This thread alone. */
export const ALONE: Crew = { hands: 1, work: (heap) => Promise.resolve(workThrough(heap)) };

/** Each heap to the next free hand; `take` gets what came back, in the order of the heaps. `make` makes a heap when a
 * hand is free for it, or returns null when there is none left. */
export async function throughCrew<T extends { readonly heap: Heap }>(
  crew: Crew,
  make: () => T | null,
  take: (made: T, worked: Worked) => void | Promise<void>,
): Promise<void> {
  const waiting: { made: T; worked: Promise<Worked> }[] = [];
  for (;;) {
    while (waiting.length < 2 * crew.hands) {
      const made = make();
      if (made === null) break;
      waiting.push({ made, worked: crew.work(made.heap) });
    }
    const next = waiting.shift();
    if (next === undefined) return;
    await take(next.made, await next.worked);
  }
}
