// A real service in a process of its own (tests/phone_hall.py), led from here, to be killed and started again at will.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

const ROOT = join(import.meta.dirname, "../../../..");
const PYTHON = process.env["BALLOT_PYTHON"] ?? join(ROOT, ".venv/bin/python");

export interface Slip {
  readonly class: string;
  readonly url: string;
  readonly reserve: boolean;
}

export type Json = Readonly<Record<string, unknown>>;

export class Server {
  url = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "phone-hall-"));
  private process: ChildProcess | null = null;
  private lines: Interface | null = null;
  private readonly waiting: ((line: string) => void)[] = [];

  static async start(): Promise<Server> {
    const server = new Server();
    await server.begin(0);
    return server;
  }

  private async begin(port: number): Promise<void> {
    const started = spawn(PYTHON, ["-m", "tests.phone_hall", this.folder, String(port)], {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.process = started;
    this.lines = createInterface({ input: started.stdout });
    this.lines.on("line", (line) => this.waiting.shift()?.(line));
    const first = JSON.parse(await this.line()) as { url: string };
    this.url = first.url;
  }

  private line(): Promise<string> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async ask<T = unknown>(act: string, how: Json = {}): Promise<T> {
    const line = this.line();
    this.process?.stdin?.write(`${JSON.stringify({ do: act, ...how })}\n`);
    const told = JSON.parse(await line) as { answer?: T; error?: string };
    if (told.error !== undefined) throw new Error(`${act}: ${told.error}`);
    return told.answer as T;
  }

  /** No goodbye: the process is gone between one instruction and the next. */
  async kill(): Promise<void> {
    const { process: ended } = this;
    if (ended === null) return;
    this.process = null;
    this.lines?.close();
    await new Promise((resolve) => {
      ended.once("exit", resolve);
      ended.kill("SIGKILL");
    });
  }

  /** Again at the same address, from what is on disk. */
  async restart(): Promise<void> {
    await this.begin(Number(new URL(this.url).port));
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One published meeting. */
export class Hall {
  readonly server: Server;
  readonly id: string;
  readonly slips: readonly Slip[];

  constructor(server: Server, id: string, slips: readonly Slip[]) {
    this.server = server;
    this.id = id;
    this.slips = slips;
  }

  static async publish(server: Server, id: string, agenda: readonly Json[], more: Json = {}): Promise<Hall> {
    const how = { agenda, meeting: id, expected: 3, min_class: 1, pages: { spare: 3 }, boxes: { spare: 3 }, ...more };
    const { slips } = await server.ask<{ slips: Slip[] }>("publish", how);
    return new Hall(server, id, slips);
  }

  /** The `number`th slip (from 0) of a class. */
  slip(number: number, voterClass = "A"): string {
    const slip = this.slips.filter((one) => one.class === voterClass && !one.reserve)[number];
    if (slip === undefined) throw new Error(`no slip ${number} of ${voterClass}`);
    return slip.url;
  }

  do<T = unknown>(act: string, how: Json = {}): Promise<T> {
    return this.server.ask<T>(act, { meeting: this.id, ...how });
  }
}

export function approval(id: string, candidates: readonly string[] = [id], more: Json = {}): Json {
  return {
    id,
    title: `议题${id}`,
    voters: ["A"],
    ballot: { kind: "approval", candidates: candidates.map((one) => ({ id: one, name: `人选${one}` })) },
    rules: [{ rule: "pass", over: "1/2", of: "valid" }],
    ...more,
  };
}

export function item(contests: readonly Json[], more: Json = {}): Json {
  return { id: contests[0]?.["id"], title: `议程${contests[0]?.["id"]}`, announce: "on-spot", contests, ...more };
}
