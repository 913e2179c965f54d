// A booklet: from one 32-byte seed to blank pages, each a ballot key with its credentials.
//
// Format: docs/protocol.md §5. Everything random about a booklet comes from the seed by HKDF-SHA256 (seed as key
// material, no salt), so a device persists one value before its request and can always make the same request again.
// Pages count from 1, issuers and tries from 0.
// The server's answer is verified before anything is kept. A page whose answer does not verify ends the booklet: asking
// again with the same message would let a signer that spoils chosen answers see who comes back.

import { sha256 } from "@noble/hashes/sha2.js";
import { blind, finalize, type PublicKey, SALT_BYTES } from "./blindRsa.ts";
import { type Bytes, concat, toNumber } from "./bytes.ts";
import * as ed25519 from "./ed25519.ts";
import { lp, tag, u8, u16 } from "./encoding.ts";
import { BadBlindSignature, BookletAbandoned } from "./errors.ts";
import * as hkdf from "./hkdf.ts";

export const SEED_BYTES = 32;

/** Called after each page, with the number of pages done. */
export type OnPage = (pagesDone: number) => void;

/** One blank page: enough to cast one ballot. */
export interface Page {
  readonly number: number; // from 1
  readonly ballotKeySeed: Uint8Array; // 32 bytes
  readonly ballotPublicKey: Uint8Array; // 32 bytes
  readonly credentials: readonly Uint8Array[]; // one per issuer, in the meeting's order
}

/** A page between request and answer. */
export interface PendingPage {
  readonly number: number;
  readonly ballotKeySeed: Uint8Array;
  readonly ballotPublicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly inverses: readonly bigint[]; // one per issuer
}

/** A booklet between request and answer: `blinded` goes to the server, the rest stays. */
export interface BookletRequest {
  readonly blinded: readonly (readonly Uint8Array[])[]; // per issuer, per page
  readonly pages: readonly PendingPage[];
  readonly issuerKeys: readonly (readonly PublicKey[])[];
  /** Set by `finish` when an answer was wrong. */
  abandoned: boolean;
}

/** The Ed25519 seed of a page's ballot key, 32 bytes. */
export function ballotKeySeed(seed: Uint8Array, page: number): Bytes {
  return hkdf.derive(seed, concat(tag("ballot-key"), u16(page)), ed25519.SEED_BYTES);
}

/** The PSS salt, 48 bytes. */
export function salt(seed: Uint8Array, page: number, issuerIndex: number): Bytes {
  return hkdf.derive(seed, concat(tag("salt"), u16(page), u8(issuerIndex)), SALT_BYTES);
}

/**
 * r, uniform in 1 ≤ r < n: kLen bytes masked to bit_len(n), the first of try 0, 1, 2 … that lies there.
 *
 * Throws: RangeError after 256 tries, which chance does not bring about.
 */
export function blindingFactor(seed: Uint8Array, page: number, issuerIndex: number, publicKey: PublicKey): bigint {
  const { n, bits, kLen } = publicKey;
  for (let attempt = 0; attempt < 256; attempt++) {
    const info = concat(tag("blind"), u16(page), u8(issuerIndex), u8(attempt));
    const r = BigInt.asUintN(bits, toNumber(hkdf.derive(seed, info, kLen)));
    if (1n <= r && r < n) return r;
  }
  throw new RangeError("no blinding factor in 256 tries");
}

/** What an issuer signs without seeing it: this key, for this page, class and meeting. */
export function credentialMessage(
  fingerprint: Uint8Array,
  page: number,
  voterClass: string,
  ballotPublicKey: Uint8Array,
): Bytes {
  return concat(tag("credential"), fingerprint, u16(page), lp(voterClass), ballotPublicKey);
}

/** 32 bytes that decide whether a request is the same as before: issuers in order, in each the pages in order. */
export function requestHash(slipId: Uint8Array, blinded: readonly (readonly Uint8Array[])[]): Bytes {
  const parts = blinded.reduce<Uint8Array[]>((all, perIssuer) => all.concat(perIssuer), []);
  return sha256(concat(tag("redeem"), slipId, ...parts));
}

/**
 * The blinded messages of all pages. `issuerKeys` per issuer, per page, from `PublicKey.fromModulus`.
 *
 * The same arguments give the same request. Throws: EncodedMessageNotCoprime, BadBlind: then send nothing.
 */
export function makeRequest(
  seed: Uint8Array,
  fingerprint: Uint8Array,
  voterClass: string,
  issuerKeys: readonly (readonly PublicKey[])[],
  onPage: OnPage = () => {},
): BookletRequest {
  const pageCount = issuerKeys[0]?.length ?? 0;
  if (seed.length !== SEED_BYTES || issuerKeys.some((perIssuer) => perIssuer.length !== pageCount) || pageCount === 0) {
    throw new RangeError("expected a seed of 32 bytes and as many keys from every issuer");
  }
  const blinded: Uint8Array[][] = issuerKeys.map(() => []);
  const pages: PendingPage[] = [];
  for (let number = 1; number <= pageCount; number++) {
    const keySeed = ballotKeySeed(seed, number);
    const ballotPublicKey = ed25519.publicKey(keySeed);
    const message = credentialMessage(fingerprint, number, voterClass, ballotPublicKey);
    const inverses = issuerKeys.map((perIssuer, index) => {
      const key = perIssuer[number - 1] as PublicKey;
      const r = blindingFactor(seed, number, index, key);
      const { blindedMsg, inv } = blind(key, message, salt(seed, number, index), r);
      blinded[index]?.push(blindedMsg);
      return inv;
    });
    pages.push({ number, ballotKeySeed: keySeed, ballotPublicKey, message, inverses });
    onPage(number);
  }
  return { blinded, pages, issuerKeys, abandoned: false };
}

/**
 * The pages, every credential verified. `blindSignatures` per issuer, per page.
 *
 * Throws: BadBlindSignature, and from then on BookletAbandoned: tell the person, do not retry.
 */
export function finish(
  request: BookletRequest,
  blindSignatures: readonly (readonly Uint8Array[])[],
  onPage: OnPage = () => {},
): Page[] {
  if (request.abandoned) throw new BookletAbandoned("an answer to this booklet was wrong; it is not tried again");
  try {
    return finishPages(request, blindSignatures, onPage);
  } catch (error) {
    if (error instanceof BadBlindSignature) request.abandoned = true;
    throw error;
  }
}

function finishPages(
  request: BookletRequest,
  blindSignatures: readonly (readonly Uint8Array[])[],
  onPage: OnPage,
): Page[] {
  const { issuerKeys, pages } = request;
  const isWhole = blindSignatures.length === issuerKeys.length;
  if (!isWhole || blindSignatures.some((perIssuer) => perIssuer.length !== pages.length)) {
    throw new BadBlindSignature(`expected ${pages.length} signatures of each of ${issuerKeys.length} issuers`);
  }
  return pages.map(({ number, ballotKeySeed, ballotPublicKey, message, inverses }) => {
    const credentials = inverses.map((inverse, index) => {
      const key = issuerKeys[index]?.[number - 1] as PublicKey;
      return finalize(key, message, blindSignatures[index]?.[number - 1] as Uint8Array, inverse);
    });
    onPage(number);
    return { number, ballotKeySeed, ballotPublicKey, credentials };
  });
}
