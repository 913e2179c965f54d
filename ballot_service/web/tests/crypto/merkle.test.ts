// The tree: every small case against RFC 6962 §2.1 written out plainly, and what a check refuses.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { hex, utf8 } from "../../crypto/bytes.ts";
import { checkConsistency, checkInclusion, checkRange, EMPTY_ROOT, leafHash, rootHash } from "../../crypto/merkle.ts";
import { refuses, spoil } from "./helpers.ts";

const SIZES = 18;
const LEAVES = Array.from({ length: SIZES }, (_, index) => leafHash(utf8(`line ${index}`)));

const first = (size: number) => LEAVES.slice(0, size);
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));

function plainRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const hash = createHash("sha256");
  if (leaves.length > 0) {
    const middle = split(leaves.length);
    hash
      .update("\x01")
      .update(plainRoot(leaves.slice(0, middle)))
      .update(plainRoot(leaves.slice(middle)));
  }
  return new Uint8Array(hash.digest());
}

/** PATH of RFC 6962 §2.1.1. */
function plainPath(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle
    ? [...plainPath(index, left), plainRoot(right)]
    : [...plainPath(index - middle, right), plainRoot(left)];
}

/** SUBPROOF of RFC 6962 §2.1.2. */
function plainSubproof(old: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (old === leaves.length) return whole ? [] : [plainRoot(leaves)];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return old <= middle
    ? [...plainSubproof(old, left, whole), plainRoot(right)]
    : [...plainSubproof(old - middle, right, false), plainRoot(left)];
}

/** Section 4 of the protocol, sentence by sentence. */
function plainRange(start: number, end: number, low: number, high: number): Uint8Array[] {
  const inside = (index: number) => start <= index && index < end;
  const indexes = Array.from({ length: high - low }, (_, index) => low + index);
  if (!indexes.some(inside)) return [plainRoot(LEAVES.slice(low, high))];
  if (indexes.every(inside)) return [];
  const middle = low + split(high - low);
  return [...plainRange(start, end, low, middle), ...plainRange(start, end, middle, high)];
}

test("roots", () => {
  assert.deepEqual(rootHash([]), EMPTY_ROOT);
  for (let size = 0; size <= SIZES; size++) assert.equal(hex(rootHash(first(size))), hex(plainRoot(first(size))));
});

test("every inclusion in every small tree, and one thing spoiled", () => {
  for (let size = 1; size <= SIZES; size++) {
    const root = plainRoot(first(size));
    for (let index = 0; index < size; index++) {
      const [leaf, proof] = [LEAVES[index] as Uint8Array, plainPath(index, first(size))];
      checkInclusion(leaf, index, size, proof, root);
      refuses("bad-proof", () => checkInclusion(spoil(leaf), index, size, proof, root));
      refuses("bad-proof", () => checkInclusion(leaf, index, size, proof, spoil(root)));
      refuses("bad-proof", () => checkInclusion(leaf, index, size, [...proof, leaf], root));
      for (let other = 0; other < size; other++) {
        if (other !== index) refuses("bad-proof", () => checkInclusion(leaf, other, size, proof, root));
      }
      for (let at = 0; at < proof.length; at++) {
        refuses("bad-proof", () => checkInclusion(leaf, index, size, spoilOne(proof, at), root));
        refuses("bad-proof", () => checkInclusion(leaf, index, size, without(proof, at), root));
      }
    }
  }
});

test("every step from one small tree to another, and one thing spoiled", () => {
  for (let size = 0; size <= SIZES; size++) {
    for (let old = 0; old <= size; old++) {
      const [oldRoot, root] = [plainRoot(first(old)), plainRoot(first(size))];
      const proof = old === 0 ? [] : plainSubproof(old, first(size), true);
      checkConsistency(old, oldRoot, size, root, proof);
      refuses("bad-proof", () => checkConsistency(old, spoil(oldRoot), size, root, proof));
      if (old > 0) refuses("bad-proof", () => checkConsistency(old, oldRoot, size, spoil(root), proof));
      refuses("bad-proof", () => checkConsistency(old, oldRoot, size, root, [...proof, root]));
      for (let at = 0; at < proof.length; at++) {
        refuses("bad-proof", () => checkConsistency(old, oldRoot, size, root, spoilOne(proof, at)));
        refuses("bad-proof", () => checkConsistency(old, oldRoot, size, root, without(proof, at)));
      }
    }
  }
});

test("every range of every small tree, and one thing spoiled", () => {
  for (let size = 0; size <= 11; size++) {
    const root = plainRoot(first(size));
    for (let start = 0; start <= size; start++) {
      for (let end = start; end <= size; end++) {
        const [leaves, proof] = [LEAVES.slice(start, end), size === 0 ? [] : plainRange(start, end, 0, size)];
        checkRange(leaves, start, size, proof, root);
        refuses("bad-proof", () => checkRange(leaves, start, size, proof, spoil(root)));
        refuses("bad-proof", () => checkRange(leaves, start, size, [...proof, root], root));
        for (let at = 0; at < proof.length; at++) {
          refuses("bad-proof", () => checkRange(leaves, start, size, spoilOne(proof, at), root));
          refuses("bad-proof", () => checkRange(leaves, start, size, without(proof, at), root));
        }
        for (let at = 0; at < leaves.length; at++) {
          refuses("bad-proof", () => checkRange(spoilOne(leaves, at), start, size, proof, root));
          refuses("bad-proof", () => checkRange(without(leaves, at), start, size, proof, root));
        }
      }
    }
  }
});

test("positions outside the tree are refused", () => {
  const [leaf, root] = [LEAVES[0] as Uint8Array, LEAVES[0] as Uint8Array];
  for (const [index, size] of [
    [-1, 1],
    [1, 1],
    [0, 0],
    [0.5, 1],
    [0, 2 ** 53],
    [Number.NaN, 1],
  ] as const) {
    refuses("bad-tree-position", () => checkInclusion(leaf, index, size, [], root));
  }
  for (const [old, size] of [
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [1, Number.POSITIVE_INFINITY],
  ] as const) {
    refuses("bad-tree-position", () => checkConsistency(old, root, size, root, []));
  }
  for (const [start, size] of [
    [1, 1],
    [-1, 1],
    [0, 0],
    [0.5, 3],
  ] as const) {
    refuses("bad-tree-position", () => checkRange([leaf], start, size, [], root));
  }
});

test("a tree said to be larger than 32 bits is not taken for a smaller one", () => {
  const root = plainRoot(first(4));
  const proof = plainPath(1, first(4));
  const leaf = LEAVES[1] as Uint8Array;
  checkInclusion(leaf, 1, 4, proof, root);
  refuses("bad-proof", () => checkInclusion(leaf, 2 ** 32 + 1, 2 ** 32 + 4, proof, root));
  refuses("bad-proof", () => checkInclusion(leaf, 1, 2 ** 32 + 4, proof, root));
  refuses("bad-proof", () =>
    checkConsistency(2, plainRoot(first(2)), 2 ** 32 + 4, root, plainSubproof(2, first(4), true)),
  );
  refuses("bad-proof", () => checkRange([leaf], 1, 2 ** 52, proof, root));
});

test("hashes have 32 bytes", () => {
  const [leaf, root] = [LEAVES[0] as Uint8Array, plainRoot(first(2))];
  checkInclusion(leaf, 0, 2, [LEAVES[1] as Uint8Array], root);
  refuses("bad-proof", () => checkInclusion(leaf, 0, 2, [new Uint8Array(31)], root));
  refuses("bad-proof", () => checkConsistency(1, leaf, 2, root, [new Uint8Array(33)]));
  refuses("bad-proof", () => checkRange([new Uint8Array(0)], 0, 2, [leaf], root));
});

test("the list of a large poll is checked without running out of stack", () => {
  const many = Array.from({ length: 200_000 }, () => LEAVES[0] as Uint8Array);
  checkRange(many, 0, many.length, [], rootHash(many));
});

function spoilOne(hashes: readonly Uint8Array[], at: number): Uint8Array[] {
  return hashes.map((hash, index) => (index === at ? spoil(hash) : hash));
}

function without(hashes: readonly Uint8Array[], at: number): Uint8Array[] {
  return hashes.filter((_, index) => index !== at);
}
