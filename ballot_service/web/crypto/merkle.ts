// The tree over the ledger's lines: checks that a line, an earlier tree or a run of lines is in it.
//
// Text: RFC 6962 §2.1, with the checking procedures of RFC 9162 §2.1. Hashes are 32 bytes, indexes count from 0. Range
// proofs are ours (docs/protocol.md §4): the hashes of the largest subtrees outside the range, from left to right.
// Sizes are halved by division: a server may claim a tree that shifting 32 bits would fold into a small one.

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalBytes } from "./bytes.ts";
import { BadProof, BadTreePosition } from "./errors.ts";

export const HASH_BYTES = 32;
export const EMPTY_ROOT: Bytes = sha256(new Uint8Array(0));

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** SHA-256(0x00 ‖ data): `data` is a ledger line without its newline. */
export function leafHash(data: Uint8Array): Bytes {
  return sha256(concat(LEAF, data));
}

/** SHA-256(0x01 ‖ left ‖ right): the first byte keeps a node from passing as a leaf. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(concat(NODE, left, right));
}

/** The root over leaf hashes, in order; of no leaves the hash of nothing. */
export function rootHash(leafHashes: readonly Uint8Array[]): Uint8Array {
  let level = leafHashes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      // RFC 6962's split at a power of two: a lone last node rises as it is
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
    }
    level = above;
  }
  return level[0] ?? EMPTY_ROOT;
}

/**
 * `leaf` (a leaf hash) stands at `index` of the tree with `size` leaves and this root.
 *
 * Throws: BadTreePosition, BadProof. Source: RFC 9162 §2.1.3.2.
 */
export function checkInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!areCounts(index, size) || index >= size) throw new BadTreePosition(`no leaf ${index} in a tree of ${size}`);
  checkHashes([leaf, root, ...proof]);
  const path = new Path(index, size - 1);
  let current = leaf;
  for (const sibling of proof) {
    if (path.isAtRoot) throw new BadProof("the inclusion proof is too long");
    current = path.siblingIsLeft() ? nodeHash(sibling, current) : nodeHash(current, sibling);
    path.rise();
  }
  if (!path.isAtRoot) throw new BadProof("the inclusion proof is too short");
  if (!equalBytes(current, root)) throw new BadProof("the inclusion proof leads to another root");
}

/**
 * The tree of `newSize` leaves holds the one of `oldSize`, unchanged, as its beginning.
 *
 * Throws: BadTreePosition, BadProof. Source: RFC 9162 §2.1.4.2; from an empty tree everything is consistent.
 */
export function checkConsistency(
  oldSize: number,
  oldRoot: Uint8Array,
  newSize: number,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): void {
  if (!areCounts(oldSize, newSize) || oldSize > newSize) {
    throw new BadTreePosition(`no step from ${oldSize} to ${newSize}`);
  }
  checkHashes([oldRoot, newRoot, ...proof]);
  if (oldSize === 0 || oldSize === newSize) {
    if (proof.length > 0) throw new BadProof("the consistency proof is too long");
    if (oldSize === 0 && !equalBytes(oldRoot, EMPTY_ROOT)) {
      throw new BadProof("the root of an empty tree is the hash of nothing");
    }
    if (oldSize === newSize && !equalBytes(oldRoot, newRoot)) {
      throw new BadProof("two trees of one size have different roots");
    }
    return;
  }
  const path = new Path(oldSize - 1, newSize - 1);
  while (path.isRight) path.rise();
  // Where the old tree is one full subtree, its root is the start and is not sent.
  const [start, ...rest] = path.isLeftmost ? [oldRoot, ...proof] : proof;
  if (start === undefined) throw new BadProof("the consistency proof is too short");
  let old = start;
  let grown = start;
  for (const node of rest) {
    if (path.isAtRoot) throw new BadProof("the consistency proof is too long");
    if (path.siblingIsLeft()) {
      old = nodeHash(node, old);
      grown = nodeHash(node, grown);
    } else {
      grown = nodeHash(grown, node);
    }
    path.rise();
  }
  if (!path.isAtRoot) throw new BadProof("the consistency proof is too short");
  if (!equalBytes(old, oldRoot) || !equalBytes(grown, newRoot)) {
    throw new BadProof("the consistency proof leads to another root");
  }
}

/**
 * These leaf hashes are, from `start` on and without a gap, the leaves of the tree of `size` with this root.
 *
 * Throws: BadTreePosition, BadProof.
 */
export function checkRange(
  leafHashes: readonly Uint8Array[],
  start: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  const end = start + leafHashes.length;
  if (!areCounts(start, size) || end > size)
    throw new BadTreePosition(`no range ${start} to ${end} in a tree of ${size}`);
  checkHashes([root, ...proof]);
  checkHashes(leafHashes);
  let given = 0;

  function rebuild(low: number, high: number): Uint8Array {
    if (start >= end || high <= start || end <= low) {
      const node = proof[given++];
      if (node === undefined) throw new BadProof("the range proof is too short");
      return node;
    }
    if (start <= low && high <= end) return rootHash(leafHashes.slice(low - start, high - start));
    const middle = low + leftSize(high - low);
    const left = rebuild(low, middle); // left before right: the order of the proof
    return nodeHash(left, rebuild(middle, high));
  }

  const rebuilt = size === 0 ? EMPTY_ROOT : rebuild(0, size);
  if (given < proof.length) throw new BadProof("the range proof is too long");
  if (!equalBytes(rebuilt, root)) throw new BadProof("the range proof leads to another root");
}

/** The way from a leaf up to the root: where one stands on a level, and where its last node stands. */
class Path {
  private position: number;
  private last: number;

  constructor(position: number, last: number) {
    this.position = position;
    this.last = last;
  }

  get isRight(): boolean {
    return this.position % 2 === 1;
  }

  get isLeftmost(): boolean {
    return this.position === 0;
  }

  get isAtRoot(): boolean {
    return this.last === 0;
  }

  /** Whether the next node of a proof is hashed from the left; rises over the levels where there is no sibling. */
  siblingIsLeft(): boolean {
    if (!this.isRight && this.position !== this.last) return false;
    while (!this.isRight && !this.isLeftmost) this.rise();
    return true;
  }

  rise(): void {
    this.position = Math.floor(this.position / 2);
    this.last = Math.floor(this.last / 2);
  }
}

/** The largest power of two below `size`, for sizes of 2 and more. */
function leftSize(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

function areCounts(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
}

function checkHashes(hashes: readonly Uint8Array[]): void {
  for (const hash of hashes) {
    if (hash.length !== HASH_BYTES)
      throw new BadProof(`expected hashes of ${HASH_BYTES} bytes, got one of ${hash.length}`);
  }
}
