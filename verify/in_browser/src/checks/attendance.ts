// V12 and V15: nobody voted who was not there, and a poll opened only when it might.

import { itemsBefore, type OrderedCase } from "../case.ts";
import type { Contest, Item } from "../contests.ts";
import { Fault } from "../fault.ts";
import { encode, type Json, type JsonObject } from "../json.ts";
import { quorumHolds } from "../judging.ts";
import type { Paper, Poll } from "../story.ts";
import type { Slips } from "./keysAndSlips.ts";

/** Figures of a class as entries before a line leave them. */
export class Figures {
  private readonly presents: { readonly at: number; readonly figures: Readonly<Record<string, number>> }[] = [];
  private readonly expecteds = new Map<string, { at: number; n: number }[]>();

  constructor({ meeting, story }: OrderedCase) {
    for (const one of meeting.classes) this.expecteds.set(one.id, [{ at: 0, n: one.expected }]);
    story.entries.forEach((entry, at) => {
      if (entry["type"] === "attendance") {
        this.presents.push({ at, figures: entry["present"] as Readonly<Record<string, number>> });
      } else if (entry["type"] === "expected-change") {
        this.expecteds.get(entry["class"] as string)?.push({ at, n: entry["expected"] as number });
      }
    });
  }

  expected(voterClass: string, before: number): number {
    return (
      this.expecteds
        .get(voterClass)
        ?.filter((one) => one.at < before)
        .at(-1)?.n ?? 0
    );
  }

  present(voterClass: string, before: number): number {
    const last = this.presents.filter((one) => one.at < before && voterClass in one.figures).at(-1);
    return last?.figures[voterClass] ?? 0;
  }

  /** The highest figure from the one at `from` up to the line before `before`. */
  highest(voterClass: string, from: number, before: number): number {
    const later = this.presents
      .filter((one) => one.at >= from && one.at < before)
      .map((one) => one.figures[voterClass] ?? 0);
    return Math.max(this.present(voterClass, from), ...later);
  }
}

export interface PaperCount {
  readonly handedOut: number;
  readonly returned: number;
  readonly ballots: readonly { readonly choice?: Json; readonly raw?: string; readonly times: number }[];
}

export function paperCount(one: OrderedCase, paper: Paper, voterClass: string): PaperCount {
  for (const at of paper.poll?.paperCounts ?? []) {
    const entry = one.story.entries[at] as JsonObject;
    if (entry["paper"] !== paper.hash || entry["class"] !== voterClass) continue;
    const ballots = entry["ballots"] as unknown as PaperCount["ballots"];
    const returned = ballots.reduce((total, ballot) => total + ballot.times, 0);
    return { handedOut: entry["handed_out"] as number, returned, ballots };
  }
  return { handedOut: 0, returned: 0, ballots: [] };
}

/** Slips of a class that were good for this paper: redeemed, less those replaced and recused. */
export function issuedToDevices(slips: Slips, paper: Paper, voterClass: string): number {
  const at = paper.poll?.closeAt ?? 0;
  return slips.redeemedBefore(voterClass, at) - slips.replacedBefore(voterClass, at) - (paper.recused[voterClass] ?? 0);
}

function fromDevices(one: OrderedCase, paper: Paper, voterClass: string): number {
  return (paper.poll?.ballots ?? []).filter((at) => {
    const entry = one.story.entries[at] as JsonObject;
    return entry["paper"] === paper.hash && entry["class"] === voterClass;
  }).length;
}

export function checkAttendance(one: OrderedCase, slips: Slips, figures: Figures): void {
  const { meeting, story } = one;
  const classes = meeting.classes.map((other) => other.id);
  for (const [at, entry] of story.entries.entries()) {
    const type = entry["type"] as string;
    if (type === "attendance") {
      for (const [id, present] of Object.entries(entry["present"] as Readonly<Record<string, number>>)) {
        if (!classes.includes(id)) throw new Fault("attendance of an unknown class", at);
        if (present > figures.expected(id, at)) throw new Fault("more present than expected", at);
      }
    }
    if (type === "expected-change" || (type === "slip-change" && entry["slip"] === null)) {
      if (!classes.includes(entry["class"] as string)) throw new Fault("a change of an unknown class", at);
    }
    if (type === "poll-close" || type === "poll-void" || type === "closed") {
      for (const id of classes) {
        const used = slips.redeemedBefore(id, at) - slips.replacedBefore(id, at);
        const highest = figures.highest(id, 0, at);
        if (used > highest) throw new Fault(`more slips of class ${id} redeemed than people were present`, at);
        if (highest > figures.expected(id, at)) throw new Fault(`more of class ${id} present than expected`, at);
      }
    }
  }
  for (const poll of story.polls.values()) {
    if (poll.closeAt !== null) checkPoll(one, poll, poll.closeAt, slips, figures);
  }
}

function checkPoll(one: OrderedCase, poll: Poll, closeAt: number, slips: Slips, figures: Figures): void {
  const { meeting, story } = one;
  const own: Json[] = [];
  const mostHandedOut = new Map<string, number>();
  for (const paper of poll.papers) {
    for (const id of paper.classes) {
      const issued = issuedToDevices(slips, paper, id);
      const cast = fromDevices(one, paper, id);
      own.push({ paper: paper.hash, class: id, issued, returned: cast });
      const onPaper = paperCount(one, paper, id);
      mostHandedOut.set(id, Math.max(mostHandedOut.get(id) ?? 0, onPaper.handedOut));
      if (onPaper.returned > onPaper.handedOut) throw new Fault("more paper ballots back than handed out", closeAt);
      const returned = cast + onPaper.returned;
      if (returned > issued + onPaper.handedOut) throw new Fault("more ballots than were issued", closeAt);
      if (returned > figures.highest(id, poll.openAt, closeAt))
        throw new Fault("more ballots than people present", closeAt);
    }
  }
  if (encode(own) !== encode((story.entries[closeAt] as JsonObject)["counts"] as Json)) {
    throw new Fault("counts that are not the ledger's own", closeAt);
  }
  const until = poll.paperCounts.at(-1) ?? closeAt;
  for (const id of meeting.classes.map((other) => other.id)) {
    const used = slips.redeemedBefore(id, closeAt) + (mostHandedOut.get(id) ?? 0) - slips.replacedBefore(id, closeAt);
    if (used > figures.highest(id, 0, until))
      throw new Fault(`more slips and paper of class ${id} than people present`, closeAt);
  }
}

export function checkConditions(one: OrderedCase, slips: Slips, figures: Figures): void {
  const { meeting, story } = one;
  for (const item of itemsBefore(one, Infinity)) {
    for (const contest of item.contests) checkClassSizes(one, contest);
  }
  checkSteps(one);
  const observers = new Set(meeting.classes.filter((other) => other.observer).map((other) => other.id));
  for (const poll of story.polls.values()) {
    for (const paper of poll.papers) {
      const item = itemsBefore(one, poll.openAt).find((other) => other.id === paper.item) as Item;
      if (paper.contest.ballot.kind !== "approval") {
        for (const id of paper.classes) {
          if (slips.redeemedBefore(id, poll.openAt) < meeting.min_class && !poll.smallGroups.includes(id)) {
            throw new Fault(`too few of class ${id} for a secret ballot`, poll.openAt);
          }
        }
      }
      const missing = item.steps.filter((step) => !isDone(one, item, step, poll.openAt));
      if (missing.length > 0) throw new Fault(`a poll before the step ${missing[0]}`, poll.openAt);
      const line = paper.contest.rules.find((rule) => rule.rule === "quorum") ?? item.quorum ?? meeting.quorum;
      const classes = new Map(
        paper.classes.map((id) => [
          id,
          { expected: figures.expected(id, poll.openAt), presentAtOpening: figures.present(id, poll.openAt) },
        ]),
      );
      if (line !== null && !quorumHolds(line, classes, observers).holds)
        throw new Fault("a poll without a quorum", poll.openAt);
    }
    for (const at of poll.paperCounts) {
      const entry = story.entries[at] as JsonObject;
      const { returned } = paperCount(
        one,
        story.papers.get(entry["paper"] as string) as Paper,
        entry["class"] as string,
      );
      if (returned >= 1 && returned < meeting.min_class)
        throw new Fault("so few paper ballots that they are open votes", at);
    }
  }
}

function checkClassSizes({ meeting }: OrderedCase, contest: Contest): void {
  if (contest.ballot.kind === "approval") return;
  for (const id of contest.voters) {
    const expected = meeting.classes.find((other) => other.id === id)?.expected ?? 0;
    if (expected < meeting.min_class) throw new Fault(`class ${id} is too small for a secret ballot`);
  }
}

function subjectsOf(item: Item): string[] {
  return [...new Set(item.contests.flatMap((other) => (other.subject === null ? [] : [other.subject.id])))];
}

/** Whether the step was recorded before this line for the whole item or for each subject; for `subject` alone if given. */
function isDone(one: OrderedCase, item: Item, step: string, before: number, subject: string | null = null): boolean {
  const found = one.story.entries
    .slice(0, Math.min(before, one.story.entries.length))
    .filter((entry) => entry["type"] === "step" && entry["item"] === item.id && entry["step"] === step)
    .map((entry) => entry["subject"]);
  if (found.includes(null) || (subject !== null && found.includes(subject))) return true;
  const subjects = subjectsOf(item);
  return subjects.length > 0 && subjects.every((other) => found.includes(other));
}

function checkSteps(one: OrderedCase): void {
  for (const [at, entry] of one.story.entries.entries()) {
    if (entry["type"] !== "step") continue;
    const item = itemsBefore(one, at).find((other) => other.id === entry["item"]);
    if (item === undefined) throw new Fault("a step of an unknown item", at);
    const step = entry["step"] as string;
    const subject = entry["subject"] as string | null;
    if (!item.steps.includes(step)) throw new Fault("a step that the item does not list", at);
    if (subject !== null && !subjectsOf(item).includes(subject)) throw new Fault("a step of an unknown subject", at);
    for (const earlier of item.steps.slice(0, item.steps.indexOf(step))) {
      if (!isDone(one, item, earlier, at, subject)) throw new Fault("steps out of order", at);
    }
  }
}
