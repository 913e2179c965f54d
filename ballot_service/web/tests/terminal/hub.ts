// A hub as docs/kiosk.md has it, small and in this process: records and outbox in memory, the service's routes passed on. It
// can be told to lose an answer, to be full, and to take no more ballots.

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubMeeting } from "../../terminal/hub.ts";
import type { Json } from "../voting/hall.ts";

interface Put {
  readonly version: number;
  readonly record: string;
  readonly deposit: null | { readonly poll: string; readonly lines: readonly string[]; readonly assisted: boolean };
}

const PASSED_ON = /^\/(head|keys|state|papers|items|checkpoint|proofs|polls\/[^/]+\/(ballot-ids|void))/;

export class TestHub {
  origin = "";
  readonly meeting: HubMeeting;
  readonly records = new Map<string, { version: number; record: string; last: string }>();
  readonly outbox: { poll: string; line: string }[] = [];
  assisted = 0;
  /** Every body that ever reached it on its own routes. */
  readonly seen: string[] = [];
  readonly reports: string[] = [];
  word: Json = { connected: true, closing: null, seconds_left: null };
  isPollClosed = false;
  isFull = false;
  /** So many answers to writes are lost after the write; "before": the write is lost, too. */
  losing: { count: number; when: "before" | "after" } = { count: 0, when: "after" };
  isDown = false;
  private readonly service: string;
  private readonly server: HttpServer;

  private constructor(service: string, meeting: HubMeeting) {
    this.service = service;
    this.meeting = meeting;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(service: string, meeting: string, more: Partial<HubMeeting> = {}): Promise<TestHub> {
    const hub = new TestHub(service, {
      meeting,
      title: "会议",
      organiser: "市委组织部",
      locale: "zh-CN",
      words: "冲 斋 芬 训 圳 仁 粉 舒",
      idleSeconds: 3600,
      warningSeconds: 15,
      doneSeconds: 8,
      ...more,
    });
    await new Promise<void>((resolve) => hub.server.listen(0, "127.0.0.1", resolve));
    hub.origin = `http://127.0.0.1:${(hub.server.address() as AddressInfo).port}`;
    return hub;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const [path = ""] = (request.url ?? "").split("?");
    const tell = (status: number, value: Json) => {
      response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify(value));
    };
    if (this.isDown) return void response.destroy();
    if (path === "/hub/meeting") return tell(200, this.told());
    if (path.startsWith("/hub/terminals/")) {
      this.reports.push(body.toString());
      return tell(200, this.word);
    }
    const [, name] = /^\/hub\/booklets\/([A-Za-z0-9_-]{43})$/.exec(path) ?? [];
    if (name !== undefined && request.method === "GET") {
      const found = this.records.get(name);
      if (found === undefined) return tell(404, { code: "not-found", message: "no booklet of this name" });
      return tell(200, { version: found.version, record: found.record });
    }
    if (name !== undefined && request.method === "PUT") {
      this.seen.push(body.toString());
      const loses = this.losing.count > 0 && this.losing.count-- > 0;
      if (loses && this.losing.when === "before") return void response.destroy();
      const [status, told] = this.put(name, body.toString());
      if (loses) return void response.destroy();
      return tell(status, told);
    }
    const [, rest] = /^\/api\/v1\/meetings\/[^/]+(\/.*)$/.exec(path) ?? [];
    const isPassedOn = request.method === "GET" ? PASSED_ON.test(rest ?? "") : rest === "/booklet";
    if (!isPassedOn) return tell(404, { code: "not-found", message: "the hub does not pass this on" });
    await this.passOn(request, body, response);
  }

  private told(): Json {
    const { meeting } = this;
    return {
      base_url: this.service,
      meeting: meeting.meeting,
      title: meeting.title,
      organiser: meeting.organiser,
      locale: meeting.locale,
      words: meeting.words,
      idle_seconds: meeting.idleSeconds,
      warning_seconds: meeting.warningSeconds,
      done_seconds: meeting.doneSeconds,
    };
  }

  private put(name: string, body: string): [number, Json] {
    const { version, record, deposit } = JSON.parse(body) as Put;
    const there = this.records.get(name);
    if (there?.last === body) return [200, { version: there.version }];
    if ((there?.version ?? 0) !== version) return [409, { code: "booklet-changed", message: "another version" }];
    if (this.isFull) return [507, { code: "storage-full", message: "no room" }];
    if (deposit !== null && this.isPollClosed) return [409, { code: "poll-closed", message: "not taken" }];
    this.records.set(name, { version: version + 1, record, last: body });
    for (const line of deposit?.lines ?? []) this.outbox.push({ poll: deposit?.poll ?? "", line });
    if (deposit?.assisted === true) this.assisted++;
    return [200, { version: version + 1 }];
  }

  private async passOn(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const headers: Record<string, string> = {};
    for (const name of ["content-type", "if-none-match"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers[name] = value;
    }
    const how = {
      method: request.method ?? "GET",
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    };
    const answered = await fetch(this.service + request.url, how);
    const bytes = Buffer.from(await answered.arrayBuffer());
    const etag = answered.headers.get("etag");
    response.writeHead(answered.status, {
      "Content-Type": answered.headers.get("content-type") ?? "application/json",
      ...(etag === null ? {} : { ETag: etag }),
    });
    response.end(answered.status === 304 ? undefined : bytes);
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
