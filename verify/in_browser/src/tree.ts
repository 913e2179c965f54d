// The Merkle tree over the lines (RFC 6962 §2.1). All complete subtrees are kept, so that the root over any first so
// many lines is at hand: close notes, earlier checkpoints and `previous` ask for them.

import { concat, hash } from "./bytes.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(line: Uint8Array): Uint8Array {
  return hash(LEAF, line);
}

export class Tree {
  private readonly levels: Uint8Array[][]; // levels[h][i]: the root over leaves i·2^h up to (i+1)·2^h

  constructor(leaves: readonly Uint8Array[]) {
    this.levels = [[...leaves]];
    for (let below = this.levels[0] as Uint8Array[]; below.length > 1;) {
      const level: Uint8Array[] = [];
      for (let at = 0; at + 1 < below.length; at += 2) {
        level.push(hash(NODE, below[at] as Uint8Array, below[at + 1] as Uint8Array));
      }
      this.levels.push(level);
      below = level;
    }
  }

  /** The root over the first `size` leaves; over none it is the hash of nothing. */
  rootAt(size: number): Uint8Array {
    let root: Uint8Array | null = null;
    let end = size;
    for (let height = 0; end > 0; height++) {
      // From the right: the smallest complete subtree first.
      if (end % 2 === 1) {
        const left = this.levels[height]?.[end - 1];
        if (left === undefined) throw new RangeError("more lines than the tree has");
        root = root === null ? left : hash(NODE, left, root);
      }
      end = Math.floor(end / 2);
    }
    return root ?? hash(concat());
  }
}

export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return new Tree(leaves).rootAt(leaves.length);
}
