// The two requests that only a scrutineer's page makes. Form alone is looked at here.

import type { ProvenLine } from "../api/answers.ts";
import { HASH } from "../api/answers.ts";
import { NoAnswer, Refused } from "../api/errors.ts";
import { count, field, flag, list, members, oneOf, orNull, type Reader, text } from "../api/read.ts";
import { b64u } from "../crypto/encoding.ts";

/** The box of one poll, as the service tells it. */
export interface ToldBox {
  readonly box: number;
  readonly poll: string;
  readonly phase: "open" | "closed" | "opened" | "void";
  /** Cards whose share is there. */
  readonly released: readonly number[];
  /** Seconds until shares are taken. */
  readonly wait: number;
  readonly objections: number;
  readonly cosigned: boolean;
  /** The `poll-close` line and the tree that ends with it, while the box waits. */
  readonly close: ProvenLine | null;
}

export interface ToldBoxes {
  readonly cards: number;
  readonly threshold: number;
  readonly tested: readonly number[];
  readonly closed: boolean;
  readonly boxes: readonly ToldBox[];
}

const POST_MS = 20_000;

const readClose: Reader<ProvenLine> = (value, at) => {
  const close = members(value, at);
  return {
    line: field(close, "line", text, at),
    index: field(close, "index", count, at),
    inclusion: field(close, "inclusion", list(HASH), at),
    checkpoint: field(close, "checkpoint", text, at),
  };
};

const readBox: Reader<ToldBox> = (value, at) => {
  const box = members(value, at);
  return {
    box: field(box, "box", count, at),
    poll: field(box, "poll", text, at),
    phase: field(box, "phase", oneOf("open", "closed", "opened", "void"), at),
    released: field(box, "released", list(count), at),
    wait: field(box, "wait", count, at),
    objections: field(box, "objections", count, at),
    cosigned: field(box, "cosigned", flag, at),
    close: field(box, "close", orNull(readClose), at),
  };
};

const readBoxes: Reader<ToldBoxes> = (value, at) => {
  const told = members(value, at);
  return {
    cards: field(told, "cards", count, at),
    threshold: field(told, "threshold", count, at),
    tested: field(told, "tested", list(count), at),
    closed: field(told, "closed", flag, at),
    boxes: field(told, "boxes", list(readBox), at),
  };
};

const readReleased: Reader<boolean> = (value, at) => field(members(value, at), "again", flag);

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Posts of one card. Throws: NoAnswer, Refused, WrongAnswer. */
export class CardService {
  private readonly base: string;
  private readonly fetch: Fetch;

  constructor(baseUrl: string, meetingId: string, fetch: Fetch) {
    this.base = `${baseUrl}/api/v1/meetings/${meetingId}`;
    this.fetch = fetch;
  }

  /** How far the boxes are. `pad` is the card's for the test box. */
  boxes(card: number, pad: Uint8Array): Promise<ToldBoxes> {
    return this.post("/boxes", { card, pad: b64u(pad) }, readBoxes);
  }

  /** Release a pad; true when this card's share was there before. */
  release(box: number, card: number, pad: Uint8Array): Promise<boolean> {
    return this.post("/shares", { box, card, pad: b64u(pad) }, readReleased);
  }

  private async post<T>(path: string, body: unknown, reader: Reader<T>): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), POST_MS);
    let answered: Response;
    let value: unknown;
    try {
      answered = await this.fetch(this.base + path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        redirect: "error",
        signal: late.signal,
      });
      value = await answered.json();
    } catch {
      throw new NoAnswer(`POST ${path}: no answer`);
    } finally {
      clearTimeout(timer);
    }
    if (!answered.ok) {
      const code = (value as { code?: unknown } | null)?.code;
      throw typeof code === "string" ? new Refused(code, answered.status) : new NoAnswer(`POST ${path}: no reason`);
    }
    return reader(value, "answer");
  }
}
