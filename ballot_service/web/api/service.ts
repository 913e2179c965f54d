// One method per route of a phone's conversation (docs/api.md). No cookie, no cache, no referrer, no redirect; a cast has
// nothing in common with any other request that a browser lets a page decide about.
//
// Every method throws NoAnswer (ask again), Refused (docs/api.md, a code), WrongAnswer (not what was promised).

import { type Bytes, utf8 } from "../crypto/bytes.ts";
import { b64u } from "../crypto/encoding.ts";
import { CryptoError } from "../crypto/errors.ts";
import type { RandomBytes } from "../crypto/random.ts";
import { ANSWER_KEY_BYTES, ANSWER_OVERHEAD, openAnswer, sealRequest } from "../crypto/transport.ts";
import * as answers from "./answers.ts";
import type { Clock } from "./clock.ts";
import { QUIETLY } from "./early.ts";
import { NoAnswer, Refused, WrongAnswer } from "./errors.ts";
import { members, type Reader, text } from "./read.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What sealing to one route needs. */
export interface Seal {
  readonly route: answers.SealedRoute;
  readonly fingerprint: Uint8Array;
  /** Of the box that the route seals to. */
  readonly transportKey: Uint8Array;
  readonly lengths: answers.RouteLengths;
}

/** An answer that opened under this request's own key, and is something else than the route gives. */
export class WrongSealedAnswer extends WrongAnswer {}

export interface ServiceParts {
  readonly baseUrl: string;
  readonly meetingId: string;
  readonly fetch: Fetch;
  readonly random: RandomBytes;
  readonly clock: Clock;
  /** Ends every request when the page goes away. */
  readonly signal: AbortSignal;
}

const GET_MS = 20_000;
const POST_MS = 60_000; // a hall that redeems at once waits for its turn
const SEALED = "application/octet-stream";
const NOT_MODIFIED = 304;

export class Service {
  private readonly parts: ServiceParts;
  private readonly base: string;

  constructor(parts: ServiceParts) {
    this.parts = parts;
    this.base = `${parts.baseUrl}/api/v1/meetings/${parts.meetingId}`;
  }

  head(): Promise<answers.Head> {
    return this.get("/head", answers.readHead);
  }

  keyLines(voterClass: string): Promise<readonly string[]> {
    return this.get(`/keys/${voterClass}`, answers.readKeyLines);
  }

  /** Null when the ledger still has `knownSize` lines. The tag is the size and nothing else, so it marks nobody. */
  async state(knownSize: number | null): Promise<answers.State | null> {
    const headers: Record<string, string> = knownSize === null ? {} : { "If-None-Match": `"${knownSize}"` };
    const { status, body } = await this.ask("/state", { method: "GET", headers }, GET_MS);
    return status === NOT_MODIFIED ? null : readJson(body, answers.readState);
  }

  paper(paper: string): Promise<answers.ProvenLine> {
    return this.get(`/papers/${paper}`, answers.readPaperLine);
  }

  item(item: string): Promise<answers.ProvenLine> {
    return this.get(`/items/${item}`, answers.readItemLine);
  }

  consistency(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    return this.get(`/proofs/consistency?old=${oldSize}&new=${newSize}`, answers.readNodes);
  }

  voidLine(poll: string): Promise<answers.ProvenLine> {
    return this.get(`/polls/${poll}/void`, answers.readVoidLine);
  }

  ballotIds(poll: string): Promise<answers.BallotIds> {
    return this.get(`/polls/${poll}/ballot-ids`, answers.readBallotIds);
  }

  /** Redeem; `blinded` per issuer, per page. Throws also: WrongSealedAnswer. */
  booklet(
    seal: Seal,
    token: Uint8Array,
    blinded: readonly (readonly Uint8Array[])[],
  ): Promise<readonly (readonly Uint8Array[])[]> {
    const payload = JSON.stringify({ token: b64u(token), blinded: blinded.map((pages) => pages.map(b64u)) });
    return this.postSealed(seal, payload, answers.readSignatures);
  }

  /** Cast, or ask for the receipt of a closed poll, by `seal.route`; the receipt, not checked. */
  receipt(seal: Seal, line: string): Promise<Uint8Array> {
    return this.postSealed(seal, line, answers.readReceipt);
  }

  async object(seal: Seal, line: string, receipt: string): Promise<void> {
    await this.postSealed(seal, JSON.stringify({ line, receipt }), answers.readRecorded);
  }

  private async get<T>(path: string, reader: Reader<T>): Promise<T> {
    const { body } = await this.ask(path, { method: "GET" }, GET_MS);
    return readJson(body, reader);
  }

  private async postSealed<T>(seal: Seal, payload: string, reader: Reader<T>): Promise<T> {
    const { random } = this.parts;
    const answerKey = random(ANSWER_KEY_BYTES);
    const sealed = sealRequest({
      transportPublicKey: seal.transportKey,
      fingerprint: seal.fingerprint,
      route: seal.route,
      payload: utf8(payload),
      length: seal.lengths.request,
      ephemeralSeed: random(32),
      answerKey,
    });
    const how = { method: "POST", body: sealed, headers: { "Content-Type": SEALED } };
    const { body } = await this.ask(`/${seal.route}`, how, POST_MS);
    let opened: Bytes;
    try {
      opened = openAnswer(answerKey, body, seal.lengths.answer);
    } catch (error) {
      // Whoever carries the traffic can bring this about: it is as good as no answer.
      if (error instanceof CryptoError) throw new NoAnswer(`${seal.route}: ${error.code}`);
      throw error;
    }
    try {
      return readJson(opened, reader);
    } catch (error) {
      throw new WrongSealedAnswer(`${seal.route}: ${messageOf(error)}`);
    }
  }

  private async ask(path: string, how: RequestInit, ms: number): Promise<{ status: number; body: Bytes }> {
    const { clock, fetch, signal } = this.parts;
    const late = new AbortController();
    const cancel = clock.after(ms, () => late.abort());
    const leave = () => late.abort();
    signal.addEventListener("abort", leave);
    try {
      const init: RequestInit = {
        ...how,
        ...QUIETLY,
        signal: late.signal,
      };
      const response = await fetch(this.base + path, init);
      const body = new Uint8Array(await response.arrayBuffer());
      if (!response.ok && response.status !== NOT_MODIFIED) throw refusal(response.status, body);
      return { status: response.status, body };
    } catch (error) {
      if (error instanceof Refused || error instanceof NoAnswer) throw error;
      throw new NoAnswer(`${how.method} ${path}: no answer`);
    } finally {
      cancel();
      signal.removeEventListener("abort", leave);
    }
  }
}

/** Bytes of an answer's body on a sealed route. */
export function answerBytes(lengths: answers.RouteLengths): number {
  return lengths.answer + ANSWER_OVERHEAD;
}

function refusal(status: number, body: Uint8Array): Refused | NoAnswer {
  try {
    return readJson(body, (value, at) => new Refused(text(members(value, at)["code"], "code"), status));
  } catch {
    return new NoAnswer(`status ${status} without a reason`); // a proxy's page, not the service's
  }
}

/** What is no JSON at all came from somebody in between, as the page of a network's login does. */
function readJson<T>(body: Uint8Array, reader: Reader<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new NoAnswer("the answer is not JSON");
  }
  return reader(value, "answer");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
