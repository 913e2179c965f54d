// Checkpoints: the ledger's own statement of how long it is and what it holds.
//
// Format: docs/protocol.md §4, our profile of C2SP tlog-checkpoint: three lines, no extension lines.
// Pure functions: text in, values out; signatures live in note.ts.

import { type Bytes, equalBytes } from "./bytes.ts";
import { b64, fromB64 } from "./encoding.ts";
import { MalformedCheckpoint, MalformedEncoding } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./merkle.ts";
import { isName } from "./note.ts";

/** One state of the ledger. */
export interface Checkpoint {
  readonly origin: string; // ledger name, e.g. "ballot.example/lushui-2026-12"
  readonly treeSize: number; // leaves in the tree; 0 for an empty ledger
  readonly rootHash: Uint8Array; // 32 bytes, RFC 6962 §2.1
}

/** The text that is signed: origin, size in decimal, root in base64, a newline after each. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.treeSize}\n${b64(checkpoint.rootHash)}\n`;
}

/**
 * Read a checkpoint; the inverse of `formatCheckpoint`.
 *
 * Only the canonical spelling is accepted, and only sizes a number holds exactly: below 2^53, far above any ledger.
 *
 * Throws: MalformedCheckpoint. Source: C2SP tlog-checkpoint, "Note text".
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, rootB64, ...rest] = text.split("\n");
  if (origin === undefined || size === undefined || rootB64 === undefined || rest.length !== 1 || rest[0] !== "") {
    throw new MalformedCheckpoint("expected three lines, each ending in a newline");
  }
  if (!isName(origin)) throw new MalformedCheckpoint("an origin is not empty and has no white space and no plus sign");
  const treeSize = Number(size);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(treeSize)) {
    throw new MalformedCheckpoint("the size is not a plain decimal number below 2^53");
  }
  const rootHash = rootOf(rootB64);
  if (treeSize === 0 && !equalBytes(rootHash, EMPTY_ROOT)) {
    throw new MalformedCheckpoint("the root of an empty tree is the hash of nothing");
  }
  return { origin, treeSize, rootHash };
}

function rootOf(text: string): Bytes {
  try {
    return fromB64(text, HASH_BYTES);
  } catch (error) {
    if (error instanceof MalformedEncoding) throw new MalformedCheckpoint(`root: ${error.message}`);
    throw error;
  }
}
