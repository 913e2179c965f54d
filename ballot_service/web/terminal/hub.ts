// What a terminal says to its hub and hears from it. One request each, nothing is retried here.
//
// Format: docs/kiosk.md. Every method throws NoAnswer (say it again), Refused (a code), WrongAnswer.

import type { Clock } from "../api/clock.ts";
import { QUIETLY } from "../api/early.ts";
import { NoAnswer, Refused, WrongAnswer } from "../api/errors.ts";
import { count, field, flag, members, orNull, type Reader, text } from "../api/read.ts";
import type { Fetch } from "../api/service.ts";
import type { Deposit } from "../voting/store.ts";

/** Whose terminal this is, and how patient it is. */
export interface HubMeeting {
  readonly meeting: string;
  readonly title: string;
  readonly organiser: string;
  /** "zh-CN" or "en" */
  readonly locale: string;
  /** The eight words of the fingerprint, with spaces between. */
  readonly words: string;
  readonly idleSeconds: number;
  readonly warningSeconds: number;
  readonly doneSeconds: number;
}

/** idle: nobody is on. busy: somebody is. ballot: and has a ballot that is not cast yet. */
export type TerminalState = "idle" | "busy" | "ballot";

/** off: the browser gives this page no camera, as on plain HTTP. */
export type CameraState = "ok" | "missing" | "refused" | "off";

export interface HubWord {
  /** The service answered the hub lately. */
  readonly connected: boolean;
  /** The poll whose ballots are being collected: who is on finishes now. */
  readonly closing: string | null;
  readonly secondsLeft: number | null;
}

export interface StoredRecord {
  readonly version: number;
  readonly record: string;
}

export interface Handed extends Deposit {
  /** Somebody helped: a number for the minutes, told with no name and no ballot. */
  readonly assisted: boolean;
}

/** removed: the organisers took this hub out. mistrust: it found that the service does not show the meeting it should. */
export type OutOfService = "removed" | "mistrust";

/** Whether the hub said that it takes no voters any more. */
export function outOfService(error: unknown): OutOfService | null {
  if (!(error instanceof Refused)) return null;
  return error.code === "removed" || error.code === "mistrust" ? error.code : null;
}

const PATIENCE_MS = 10_000;

export class Hub {
  private readonly origin: string;
  private readonly fetch: Fetch;
  private readonly clock: Clock;

  /** origin: of the hub, "http://127.0.0.1:8090". */
  constructor(origin: string, fetch: Fetch, clock: Clock) {
    this.origin = origin;
    this.fetch = fetch;
    this.clock = clock;
  }

  meeting(): Promise<HubMeeting> {
    return this.ask("/hub/meeting", { method: "GET" }, readMeeting);
  }

  /** Null when there is none of this name. */
  async booklet(name: string): Promise<StoredRecord | null> {
    try {
      return await this.ask(`/hub/booklets/${name}`, { method: "GET" }, readRecord);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  /**
   * Replace the record of `version` (0: there is none) and hand over what goes with it, or neither; the new version.
   * The same once more is answered as the first time.
   *
   * Refused: booklet-changed (another terminal wrote it), poll-closed, storage-full.
   */
  keep(name: string, version: number, record: string, deposit: Handed | null): Promise<number> {
    const body = JSON.stringify({ version, record, deposit });
    return this.ask(`/hub/booklets/${name}`, { method: "PUT", body, headers: JSON_TYPE }, readVersion);
  }

  report(terminal: string, state: TerminalState, camera: CameraState): Promise<HubWord> {
    const body = JSON.stringify({ state, camera });
    return this.ask(`/hub/terminals/${terminal}`, { method: "POST", body, headers: JSON_TYPE }, readWord);
  }

  private async ask<T>(path: string, how: RequestInit, reader: Reader<T>): Promise<T> {
    const late = new AbortController();
    const cancel = this.clock.after(PATIENCE_MS, () => late.abort());
    try {
      const response = await this.fetch(this.origin + path, { ...how, ...QUIETLY, signal: late.signal });
      const body = (await response.json()) as unknown;
      if (response.ok) return reader(body, path);
      throw new Refused(field(members(body, path), "code", text, path), response.status);
    } catch (error) {
      if (error instanceof Refused || error instanceof WrongAnswer) throw error;
      throw new NoAnswer(`${how.method} ${path.replace(/booklets\/.*/, "booklets")}: no answer`);
    } finally {
      cancel();
    }
  }
}

const JSON_TYPE = { "Content-Type": "application/json" };

function readMeeting(value: unknown, at: string): HubMeeting {
  const told = members(value, at);
  return {
    meeting: field(told, "meeting", text, at),
    title: field(told, "title", text, at),
    organiser: field(told, "organiser", text, at),
    locale: field(told, "locale", text, at),
    words: field(told, "words", text, at),
    idleSeconds: field(told, "idle_seconds", count, at),
    warningSeconds: field(told, "warning_seconds", count, at),
    doneSeconds: field(told, "done_seconds", count, at),
  };
}

function readRecord(value: unknown, at: string): StoredRecord {
  const told = members(value, at);
  return { version: field(told, "version", count, at), record: field(told, "record", text, at) };
}

function readVersion(value: unknown, at: string): number {
  return field(members(value, at), "version", count, at);
}

function readWord(value: unknown, at: string): HubWord {
  const told = members(value, at);
  return {
    connected: field(told, "connected", flag, at),
    closing: field(told, "closing", orNull(text), at),
    secondsLeft: field(told, "seconds_left", orNull(count), at),
  };
}

/** The service's routes by way of the hub: the same requests, to the origin that this page came from. */
export function byTheHub(baseUrl: string, hub: string, fetch: Fetch): Fetch {
  return (url, init) => fetch(url.startsWith(`${baseUrl}/`) ? hub + url.slice(baseUrl.length) : url, init);
}
