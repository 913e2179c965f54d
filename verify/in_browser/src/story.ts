// The order of a ledger (docs/protocol.md §4, "Grammar", and "V06 and V13"): one walk over the entries, which either ends
// in the first entry out of place or gives the polls and papers that all later checks look at.

import { leafText } from "./lines.ts";
import type { Contest, Item } from "./contests.ts";
import type { Meeting } from "./entries.ts";
import { Fault } from "./fault.ts";
import type { JsonObject } from "./json.ts";

export interface Paper {
  readonly at: number;
  readonly hash: string; // base64url, as other entries name it
  readonly item: string;
  readonly contest: Contest;
  readonly round: number;
  readonly page: number;
  readonly classes: readonly string[];
  readonly recused: Readonly<Record<string, number>>;
  readonly box: number;
  readonly length: number;
  poll: Poll | null;
}

export interface Poll {
  readonly id: string;
  readonly box: number;
  readonly papers: readonly Paper[];
  readonly smallGroups: readonly string[];
  readonly openAt: number;
  readonly ballots: number[];
  readonly paperCounts: number[];
  readonly objections: number[];
  state: "open" | "closed" | "opened" | "void";
  closeAt: number | null;
  voidAt: number | null;
  boxOpenAt: number | null; // the first opening
  resultAt: number | null; // the first result
}

export interface AddedItem {
  readonly at: number;
  readonly item: Item;
  readonly admittedBy: string;
}

export interface Story {
  readonly entries: readonly JsonObject[];
  readonly papers: ReadonlyMap<string, Paper>;
  readonly polls: ReadonlyMap<string, Poll>; // in the order in which they were opened
  readonly items: readonly AddedItem[];
  readonly openings: readonly { readonly at: number; readonly poll: Poll }[];
  readonly results: readonly { readonly at: number; readonly poll: Poll }[];
  readonly finished: boolean;
}

/** Throws Fault for the first entry out of place. `leaves` are the leaf hashes of the lines. */
export function tell(entries: readonly JsonObject[], leaves: readonly Uint8Array[], meeting: Meeting | null): Story {
  const walk = new Walk(leaves, meeting);
  entries.forEach((entry, at) => walk.take(entry, at));
  return { entries, ...walk.end() };
}

const ALWAYS_WAIT = ["item", "paper", "input", "announce", "decision", "paper-count", "witness-waived", "objection"];

class Walk {
  private readonly leaves: readonly Uint8Array[];
  private readonly meeting: Meeting;
  private readonly fingerprint: string;
  private readonly papers = new Map<string, Paper>();
  private readonly polls = new Map<string, Poll>();
  private readonly items: AddedItem[] = [];
  private readonly openings: { at: number; poll: Poll }[] = [];
  private readonly results: { at: number; poll: Poll }[] = [];
  private readonly counted = new Set<string>();
  private stage: "keys" | "slips" | "body" | "closed" = "keys";
  private open: Poll | null = null;
  private before: JsonObject = {};
  private awaited: Poll | null = null; // its box-open was just read: its result comes next
  private page = 0;
  private readonly closedInOrder: Poll[] = [];

  constructor(leaves: readonly Uint8Array[], meeting: Meeting | null) {
    if (meeting === null) throw new Fault("the first line is no meeting", 0);
    this.leaves = leaves;
    this.meeting = meeting;
    this.fingerprint = leafText(leaves, 0);
  }

  take(entry: JsonObject, at: number): void {
    const refuse = (message: string): never => {
      throw new Fault(message, at);
    };
    const type = entry["type"] as string;
    if (this.stage === "closed") refuse("an entry after closed");
    if (at === 0) {
      this.before = entry;
      return;
    }
    if (type === "meeting") refuse("a second meeting entry");
    if (type === "keys") {
      if (this.stage !== "keys") refuse("keys out of place");
    } else if (type === "slip") {
      if (this.stage === "body") refuse("a slip out of place");
      this.stage = "slips";
    } else {
      this.stage = "body";
      if (this.awaited !== null && type !== "result") refuse("an opened box without its result");
      const after = this.before["type"] as string;
      if (after === "booklet") this.afterBooklet(type, refuse);
      if (after === "ballot" && !["ballot", "poll-close"].includes(type)) {
        refuse(`${type} among ballots`);
      }
      this.body(type, entry, at, refuse);
    }
    this.before = entry;
  }

  private afterBooklet(type: string, refuse: (message: string) => never): void {
    const allowed = this.open === null ? ["poll-open", "closed"] : ["poll-void", "ballot", "poll-close"];
    if (!allowed.includes(type)) refuse(`${type} after a booklet`);
  }

  private body(type: string, entry: JsonObject, at: number, refuse: (message: string) => never): void {
    if (this.open !== null && ALWAYS_WAIT.includes(type)) refuse(`${type} while a poll is open`);
    switch (type) {
      case "attendance":
      case "slip-change":
      case "step":
      case "input":
      case "announce":
      case "decision":
      case "witness-waived":
      case "booklet":
        return;
      case "expected-change":
        if (this.polls.size > 0) refuse("expected-change after a poll was opened");
        return;
      case "item":
        this.items.push({ at, item: entry["item"] as unknown as Item, admittedBy: entry["admitted_by"] as string });
        return;
      case "paper":
        return this.paper(entry, at, refuse);
      case "poll-open":
        return this.pollOpen(entry, at, refuse);
      case "ballot":
        if (this.open === null) return refuse("a ballot without an open poll");
        if (!this.open.papers.some((paper) => paper.hash === entry["paper"])) refuse("a ballot of another paper");
        this.open.ballots.push(at);
        return;
      case "poll-close":
        if (this.open === null || this.open.id !== entry["poll"])
          return refuse("poll-close of a poll that is not open");
        this.open.state = this.open.boxOpenAt === null ? "closed" : "opened"; // opened too early: left to V13
        this.open.closeAt = at;
        this.closedInOrder.push(this.open);
        this.open = null;
        return;
      case "poll-void":
        return this.pollVoid(entry, at, refuse);
      case "objection":
        return this.objection(at, refuse);
      case "paper-count":
        return this.paperCount(entry, at, refuse);
      case "box-open":
        return this.boxOpen(entry, at, refuse);
      case "result":
        return this.result(entry, at, refuse);
      case "closed":
        if (this.open !== null) refuse("closed while a poll is open");
        if ([...this.polls.values()].some((poll) => poll.state === "closed")) refuse("closed before a box was opened");
        this.stage = "closed";
        return;
      default:
        refuse(`an entry of type ${type}`);
    }
  }

  private paper(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const box = entry["box"] as number;
    const page = entry["page"] as number;
    if (entry["fingerprint"] !== this.fingerprint) refuse("a paper of another meeting");
    if (box === 0 || box >= this.meeting.boxes.length) refuse("a paper of a box that does not exist");
    if (entry["box_key"] !== this.meeting.boxes[box]?.key) refuse("a paper with another box key");
    if (page !== this.page + 1 || page > this.meeting.pages) refuse("a paper on a page out of order");
    this.page = page;
    const hash = leafText(this.leaves, at);
    this.papers.set(hash, {
      at,
      hash,
      item: entry["item"] as string,
      contest: entry["contest"] as unknown as Contest,
      round: entry["round"] as number,
      page,
      classes: entry["classes"] as readonly string[],
      recused: entry["recused"] as Readonly<Record<string, number>>,
      box,
      length: entry["length"] as number,
      poll: null,
    });
  }

  private pollOpen(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const id = entry["poll"] as string;
    if (this.open !== null) refuse("a second poll while one is open");
    if (this.polls.has(id)) refuse("a poll id twice");
    const papers = (entry["papers"] as readonly string[]).map((hash) => {
      const paper = this.papers.get(hash);
      if (paper === undefined) return refuse("a poll of a paper that was not printed");
      if (paper.poll !== null) refuse("a paper polled twice");
      if (paper.box !== entry["box"]) refuse("a paper of another box");
      return paper;
    });
    const contests = papers.map((paper) => paper.contest.id);
    if (new Set(contests).size !== contests.length) refuse("two papers of one contest");
    const waiting = [...this.polls.values()].filter((poll) => poll.state === "closed");
    if (waiting.some((poll) => poll.papers.some((paper) => contests.includes(paper.contest.id)))) {
      refuse("a contest whose last poll waits to be opened");
    }
    const poll: Poll = {
      id,
      box: entry["box"] as number,
      papers,
      smallGroups: entry["small_groups"] as readonly string[],
      openAt: at,
      ballots: [],
      paperCounts: [],
      objections: [],
      state: "open",
      closeAt: null,
      voidAt: null,
      boxOpenAt: null,
      resultAt: null,
    };
    for (const paper of papers) paper.poll = poll;
    this.polls.set(id, poll);
    this.open = poll;
  }

  private known(entry: JsonObject, refuse: (message: string) => never): Poll {
    return this.polls.get(entry["poll"] as string) ?? refuse("a poll that was never opened");
  }

  private pollVoid(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const poll = this.known(entry, refuse);
    if (this.open !== null && poll !== this.open) refuse("poll-void of another poll while one is open");
    if (poll.state !== "open" && poll.state !== "closed") refuse("poll-void of a poll that is over");
    poll.state = "void";
    poll.voidAt = at;
    this.open = null;
  }

  private objection(at: number, refuse: (message: string) => never): void {
    const poll = this.closedInOrder.filter((one) => one.state === "closed").at(-1);
    if (poll === undefined) return refuse("an objection without a poll that waits");
    poll.objections.push(at);
  }

  private paperCount(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const paper = this.papers.get(entry["paper"] as string);
    const voterClass = entry["class"] as string;
    if (paper?.poll?.state !== "closed") return refuse("a paper count of a poll that does not wait");
    if (!paper.classes.includes(voterClass)) refuse("a paper count of a class that does not vote");
    const key = `${paper.hash} ${voterClass}`;
    if (this.counted.has(key)) refuse("a paper count twice");
    this.counted.add(key);
    paper.poll.paperCounts.push(at);
  }

  private boxOpen(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const poll = this.known(entry, refuse);
    if (this.open !== null && poll !== this.open) refuse("a box opened while a poll is open");
    this.openings.push({ at, poll });
    if (poll.state === "closed") {
      poll.state = "opened";
      this.awaited = poll;
    }
    poll.boxOpenAt ??= at;
  }

  private result(entry: JsonObject, at: number, refuse: (message: string) => never): void {
    const poll = this.known(entry, refuse);
    const direct = this.before["type"] === "box-open" && this.before["poll"] === poll.id;
    const tooEarly = poll.boxOpenAt !== null && (poll.closeAt === null || poll.boxOpenAt < poll.closeAt);
    const refusedLater = poll.resultAt !== null || poll.state === "void"; // by V13
    if (this.awaited !== null && this.awaited !== poll) refuse("a result of another poll");
    if (!direct && !tooEarly && !refusedLater) refuse("a result that follows no opening");
    if (this.open !== null && this.open !== poll) refuse("a result while a poll is open");
    const named = Object.keys(entry["contests"] as JsonObject);
    const exactly = named.length === poll.papers.length && poll.papers.every((one) => named.includes(one.contest.id));
    if (!refusedLater && !exactly) refuse("a result of other contests");
    this.results.push({ at, poll });
    poll.resultAt ??= at;
    this.awaited = null;
  }

  end(): Omit<Story, "entries"> {
    const { papers, polls, items, openings, results } = this;
    return { papers, polls, items, openings, results, finished: this.stage === "closed" };
  }
}
