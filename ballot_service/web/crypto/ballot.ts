// A ballot: a sealed choice, signed with the key of one page, as one line of the ledger.
//
// Format: docs/protocol.md §7. The paper's hash, the class and the ballot key go into the seal and into the signature, so
// neither serves for another question, meeting or person. All ballots for one paper have one length.

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, padWithSpaces } from "./bytes.ts";
import * as canonical from "./canonical.ts";
import * as ed25519 from "./ed25519.ts";
import { b64u, lp, tag } from "./encoding.ts";
import { BadLength } from "./errors.ts";
import * as hpke from "./hpke.ts";
import { leafHash } from "./merkle.ts";

/** What a ballot is made of. Byte lengths where they are fixed. */
export interface BallotParts {
  readonly keySeed: Uint8Array; // 32, of the page's ballot key
  readonly paperHash: Uint8Array; // 32, the leaf hash of the `paper` line
  readonly voterClass: string;
  readonly credentials: readonly Uint8Array[]; // of the page, one per issuer
  readonly boxPublicKey: Uint8Array; // 32, of the meeting line; the paper's must be the same
  readonly choice: Uint8Array; // canonical JSON
  readonly length: number; // the paper's, in bytes
  readonly ephemeralSeed: Uint8Array; // 32 fresh random bytes
}

/** The plaintext of a seal: canonical JSON, then spaces up to the paper's `length`. Throws: BadLength. */
export function padChoice(choice: Uint8Array, length: number): Bytes {
  const padded = padWithSpaces(choice, length);
  if (padded === undefined) throw new BadLength(`the choice is longer than the ${length} bytes of this paper`);
  return padded;
}

/** The context of a seal: a copy of someone's ciphertext under another key does not open. */
export function sealInfo(paperHash: Uint8Array, voterClass: string, ballotPublicKey: Uint8Array): Bytes {
  return concat(tag("seal"), paperHash, lp(voterClass), ballotPublicKey);
}

/** What the ballot key signs. */
export function ballotMessage(paperHash: Uint8Array, voterClass: string, key: Uint8Array, sealed: hpke.Sealed): Bytes {
  const sealedHash = sha256(concat(sealed.enc, sealed.ct));
  return concat(tag("ballot"), paperHash, lp(voterClass), key, sealedHash);
}

/**
 * The ballot line, without a newline. The device stores it before it sends it, and then sends only these bytes.
 *
 * Throws: BadLength, BadRecipientKey.
 */
export function makeBallot(parts: BallotParts): Bytes {
  const { keySeed, paperHash, voterClass } = parts;
  const key = ed25519.publicKey(keySeed);
  const info = sealInfo(paperHash, voterClass, key);
  const sealed = hpke.seal(parts.boxPublicKey, info, padChoice(parts.choice, parts.length), parts.ephemeralSeed);
  const sig = ed25519.sign(keySeed, ballotMessage(paperHash, voterClass, key, sealed));
  return canonical.encode({
    type: "ballot",
    paper: b64u(paperHash),
    class: voterClass,
    key: b64u(key),
    sigs: parts.credentials.map(b64u),
    enc: b64u(sealed.enc),
    ct: b64u(sealed.ct),
    sig: b64u(sig),
  });
}

/** 32 bytes: the leaf hash of the line, the name under which the ledger will hold it. */
export function ballotId(line: Uint8Array): Bytes {
  return leafHash(line);
}

/** What the receipt key signs: no time, number or node, so the same ballot always has the same receipt. */
export function receiptMessage(ballotId: Uint8Array): Bytes {
  return concat(tag("receipt"), ballotId);
}

/** The service has promised that the closed poll will hold this ballot. Throws: BadSignature, BadPublicKey. */
export function checkReceipt(receiptPublicKey: Uint8Array, ballotId: Uint8Array, receipt: Uint8Array): void {
  ed25519.verify(receiptPublicKey, receiptMessage(ballotId), receipt);
}
