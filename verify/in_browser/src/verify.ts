// The twenty checks in order (docs/protocol.md §9). Each passes, fails, or is not checked because one it needs did not
// pass. Nothing here talks to a page or a network: bytes in, a verdict out.

import { equalBytes, hex, toBase64url as toText } from "./bytes.ts";
import { ALONE } from "./arithmetic.ts";
import { type Case, type GivenFile, itemsBefore, NOTHING, type Options, type OrderedCase, type Work } from "./case.ts";
import { checkAttendance, checkConditions, Figures } from "./checks/attendance.ts";
import { checkBallots, checkNoRepeat, openBallots, type Opened } from "./checks/ballots.ts";
import { checkBoxes } from "./checks/boxes.ts";
import { checkAnnouncements, checkDecisions, checkHistory, checkNominations } from "./checks/decisions.ts";
import { checkKeys, checkSlips, type Moduli, type Slips } from "./checks/keysAndSlips.ts";
import { checkPapers } from "./checks/papers.ts";
import { checkResults, checkScores, givenInputs, recount, type Recounted, scoresOf } from "./checks/recount.ts";
import { checkEvidence, checkSignature, type Said } from "./checks/trust.ts";
import { EntryShapes, type Meeting, readMeeting } from "./entries.ts";
import { Fault, NotCountable } from "./fault.ts";
import type { JsonObject } from "./json.ts";
import { type LedgerFile, readLedger, Unreadable } from "./ledgerFile.ts";
import type { Scored } from "./scoring.ts";
import { type Story, tell } from "./story.ts";
import { leafHash, Tree } from "./tree.ts";
import type { CheckResult, ContestVerdict, Outcome, Verdict } from "./verdict.ts";
import { toWords } from "./words.ts";
import { TITLES } from "./titles.ts";

export const CHECK_IDS = Array.from({ length: 20 }, (_, index) => `V${String(index + 1).padStart(2, "0")}`);

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  V06: ["V02"],
  V07: ["V06"],
  V08: ["V06"],
  V09: ["V07"],
  V10: ["V07"],
  V11: ["V07"],
  V12: ["V08", "V09"],
  V13: ["V06"],
  V14: ["V07", "V13"],
  V15: ["V08", "V09"],
  V16: ["V08", "V10", "V11", "V12", "V13", "V14"],
  V17: ["V06"],
  V18: ["V08", "V10", "V11", "V12", "V13", "V14"],
  V19: ["V06"],
  V20: ["V02"],
};

/** The four checks that look at what the reader brought; all others are of the file alone. */
const BROUGHT = ["V03", "V05", "V17", "V20"];

/** A ledger with every check that needs nothing but the file: made once, however many judgements follow. */
export interface Examined {
  readonly name: string;
  readonly file: LedgerFile | null; // null: cannot be read
  readonly case: Case | null;
  readonly outcomes: ReadonlyMap<string, CheckResult>;
  readonly found: Findings;
}

/** What the checks find on their way, for the verdict and for a ledger to which this one is an earlier one. */
interface Findings {
  rounds: readonly Recounted[];
  scores: ReadonlyMap<string, Scored>;
  slips: Slips | null;
}

const ON_ITS_OWN: Work = { progress: async () => {}, crew: ALONE };

/** One ledger, and the ledgers of meetings before it. */
export async function verify(
  given: GivenFile,
  options: Options,
  earlier: readonly GivenFile[] = [],
  work: Work = ON_ITS_OWN,
): Promise<Verdict> {
  const before: Examined[] = [];
  for (const other of earlier) before.push(await examine(other, work));
  return judge(await examine(given, work), options, before);
}

type Check = () => Said | string | void | Promise<Said | string | void>;

/** Makes checks and keeps what they say. */
class Course {
  readonly outcomes: Map<string, CheckResult>;
  readonly notCovered: string[] = [];

  constructor(outcomes: ReadonlyMap<string, CheckResult> = new Map()) {
    this.outcomes = new Map(outcomes);
  }

  say(id: string, outcome: Outcome, detail: string): void {
    this.outcomes.set(id, { id, title: TITLES[id]?.en ?? id, outcome, detail });
  }

  async run(id: string, check: Check): Promise<void> {
    const said = this.isGrounded(id) ? await outcomeOf(check) : null;
    if (said !== null) this.take(id, said);
  }

  /** As `run`, for a check that does not wait for anything. */
  runNow(id: string, check: () => Said | string | void): void {
    if (!this.isGrounded(id)) return;
    try {
      this.take(id, check());
    } catch (error) {
      this.take(id, failure(error));
    }
  }

  private isGrounded(id: string): boolean {
    const missing = (NEEDS[id] ?? []).filter((other) => this.outcomes.get(other)?.outcome !== "pass");
    if (missing.length > 0) this.say(id, "not checked", `needs ${missing.join(", ")}`);
    return missing.length === 0;
  }

  private take(id: string, said: Said | string | void): void {
    if (typeof said !== "object") return this.say(id, "pass", said ?? "");
    this.say(id, said.outcome, said.detail);
    this.notCovered.push(...(said.notCovered ?? []));
  }
}

async function outcomeOf(check: Check): Promise<Said | string | void> {
  try {
    return await check();
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Said {
  if (!(error instanceof Fault)) throw error;
  return { outcome: "fail", detail: error.line === null ? error.message : `line ${error.line}: ${error.message}` };
}

/** Every check of the file alone. */
export async function examine(given: GivenFile, work: Work = ON_ITS_OWN): Promise<Examined> {
  const { name } = given;
  const { progress } = work;
  const found: Findings = { rounds: [], scores: new Map(), slips: null };
  const course = new Course();

  let file: LedgerFile;
  try {
    file = await readLedger(given.data, (done) => progress("V01", done, 0));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    for (const id of CHECK_IDS) course.say(id, "not checked", "the file cannot be read");
    course.say(error.check, "fail", error.message);
    return { name, file: null, case: null, outcomes: course.outcomes, found };
  }
  course.say("V01", "pass", `${file.lines.length}`);

  const leaves: Uint8Array[] = [];
  for (const line of file.lines) {
    leaves.push(leafHash(line.data));
    if (leaves.length % 500 === 0) await progress("V04", leaves.length, file.lines.length);
  }
  const tree = new Tree(leaves);
  const first = file.lines[0];
  const meeting = first?.canonical === true ? readMeeting(first.value) : null;
  const entries = file.lines.map((line) => line.value as JsonObject);

  course.runNow("V02", () => checkLines(file, meeting));
  let story: Story | null = null;
  course.runNow("V06", () => {
    story = tell(entries, leaves, meeting);
  });
  const one: Case = { file, entries, leaves, tree, meeting, story };
  course.runNow("V04", () => {
    if (file.note.size !== leaves.length) throw new Fault("another number of lines than was signed");
    if (!equalBytes(file.note.root, tree.rootAt(leaves.length))) throw new Fault("other lines than were signed");
  });

  const ordered = one as OrderedCase; // V07 and on run only where V06 passed
  let moduli: Moduli | null = null;
  let opened: Opened | null = null;
  let figures: Figures | null = null;
  await course.run("V07", async () => void (moduli = await checkKeys(ordered, work)));
  course.runNow("V08", () => checkPapers(ordered));
  course.runNow("V09", () => void (found.slips = checkSlips(ordered)));
  await course.run("V10", async () => `${await checkBallots(ordered, moduli as unknown as Moduli, work)}`);
  course.runNow("V11", () => checkNoRepeat(ordered));
  course.runNow("V12", () => {
    figures = new Figures(ordered);
    checkAttendance(ordered, found.slips as Slips, figures);
  });
  course.runNow("V13", () => `${checkBoxes(ordered)}`);
  await course.run("V14", async () => {
    opened = await openBallots(ordered, work);
    return `${opened.total}`;
  });
  course.runNow("V15", () => checkConditions(ordered, found.slips as Slips, new Figures(ordered)));
  let countable = true;
  course.runNow("V16", () => {
    try {
      found.rounds = recount(ordered, opened as unknown as Opened, found.slips as Slips, figures as unknown as Figures);
    } catch (error) {
      countable = !(error instanceof NotCountable);
      throw error;
    }
    checkResults(ordered, found.rounds);
  });
  if (!countable) course.say("V18", "not checked", "needs a count");
  else {
    course.runNow("V18", () => {
      found.scores = scoresOf(ordered, found.rounds);
      checkScores(ordered, found.scores);
    });
  }
  course.runNow("V19", () => `${checkAnnouncements(ordered)}`);
  return { name, file, case: one, outcomes: course.outcomes, found };
}

/** The verdict on a ledger with what the reader brought along. */
export function judge(examined: Examined, options: Options, earlier: readonly Examined[] = []): Verdict {
  const { case: one } = examined;
  if (one === null) return toVerdict(options, examined, examined.outcomes, []);
  const course = new Course(examined.outcomes);
  course.runNow("V03", () => checkSignature(one, options));
  course.runNow("V05", () => checkEvidence(one, options));
  course.runNow("V17", () => checkOutside(one as OrderedCase, earlier));
  course.runNow("V20", () => checkPrevious(one, earlier));
  return toVerdict(options, examined, course.outcomes, course.notCovered);
}

/** Whether a ledger is accepted by itself, under the key that it names and with nothing else that was brought. */
function isGoodAlone(examined: Examined): boolean {
  const made = [...examined.outcomes].every(([id, check]) => BROUGHT.includes(id) || check.outcome === "pass");
  return made && judge(examined, { ...NOTHING, unpinned: true }).accepted;
}

function checkLines(file: LedgerFile, meeting: Meeting | null): void {
  const shapes = new EntryShapes(meeting);
  file.lines.forEach((line, at) => {
    if (!line.canonical) throw new Fault("not in its canonical spelling", at);
    if (!shapes.fits(line.value)) throw new Fault("not an entry with exactly its fields", at);
    if (at > 0) return;
    if ((line.value as JsonObject)["type"] === "meeting" && meeting === null)
      throw new Fault("not a meeting that holds together", at);
  });
}

function checkOutside(one: OrderedCase, earlier: readonly Examined[]): Said {
  checkDecisions(one);
  checkNominations(one);
  const origins = new Set([one.meeting.origin]);
  const cases: OrderedCase[] = [];
  for (const examined of earlier) {
    const { name, case: other } = examined;
    if (other?.meeting == null) throw new Fault(`${name} cannot be read`);
    if (other.meeting.ledger_key !== one.meeting.ledger_key) throw new Fault(`${name} is of another ledger key`);
    if (!isGoodAlone(examined)) throw new Fault(`${name}: a check does not pass`);
    if (origins.has(other.meeting.origin)) throw new Fault(`${name} is a ledger twice`);
    origins.add(other.meeting.origin);
    cases.push(other as OrderedCase);
  }
  checkHistory(one, cases);
  const notCovered: string[] = [];
  if (cases.length === 0) {
    if (one.meeting.previous !== null) notCovered.push("V17: earlier ledgers not supplied");
  } else {
    const named = [one, ...cases].flatMap((other) => other.meeting.previous?.origin ?? []);
    for (const origin of new Set(named)) {
      if (!origins.has(origin)) notCovered.push(`V17: earlier ledger ${origin} not supplied`);
    }
  }
  return { outcome: "pass", detail: "", notCovered };
}

function checkPrevious(one: Case, earlier: readonly Examined[]): Said {
  if (one.meeting === null) throw new Fault("the first line is no meeting", 0);
  const { previous } = one.meeting;
  if (previous === null) return { outcome: "pass", detail: "no previous ledger is named" };
  const found = earlier.find(({ case: other }) => other?.meeting?.origin === previous.origin)?.case;
  if (found == null) {
    return { outcome: "pass", detail: "", notCovered: ["V20: previous ledger named, not supplied"] };
  }
  if (found.leaves.length < previous.size) throw new Fault("the previous ledger is shorter than it was");
  if (toText(found.tree.rootAt(previous.size)) !== previous.root) throw new Fault("the previous ledger is another");
  return { outcome: "pass", detail: "" };
}

function isPinned(options: Options): boolean {
  return options.ledgerKey !== null || options.fingerprint !== null;
}

/** All twenty passed. Only V03 may be not checked, when there is nothing to compare with and the reader says so. */
export function isAccepted(checks: readonly CheckResult[], options: Options): boolean {
  const isExcused = (one: CheckResult) =>
    one.id === "V03" && one.outcome === "not checked" && options.unpinned && !isPinned(options);
  const ids = checks.map((one) => one.id).join();
  return ids === CHECK_IDS.join() && checks.every((one) => one.outcome === "pass" || isExcused(one));
}

function toVerdict(
  options: Options,
  { file, case: one, found }: Examined,
  outcomes: ReadonlyMap<string, CheckResult>,
  notCovered: readonly string[],
): Verdict {
  const checks = CHECK_IDS.map((id) => outcomes.get(id) as CheckResult);
  const meeting = one?.meeting ?? null;
  const story = one?.story ?? null;
  const passed = (id: string) => outcomes.get(id)?.outcome === "pass";
  const accepted = isAccepted(checks, options);
  const pinned = isPinned(options);
  const fingerprint = meeting === null ? null : (one?.leaves[0] as Uint8Array);
  return {
    format: "ballot-service/verdict/1",
    accepted,
    pinned,
    finished: story?.finished ?? false,
    meeting: {
      id: meeting?.id ?? null,
      title: meeting?.title ?? null,
      fingerprint: fingerprint === null ? null : hex(fingerprint),
      fingerprint_words:
        fingerprint === null
          ? null
          : toWords(fingerprint, meeting?.locale.toLowerCase().startsWith("zh") ? "zh" : "en"),
      entries: file?.lines.length ?? null,
      voids: story === null ? null : [...story.polls.values()].filter((poll) => poll.voidAt !== null).length,
      replaced: passed("V09") ? (found.slips?.replaced ?? null) : null,
    },
    checks,
    not_covered: [...notCovered].sort((a, b) =>
      a.slice(0, 3) < b.slice(0, 3) ? -1 : a.slice(0, 3) > b.slice(0, 3) ? 1 : 0,
    ),
    contests: contestsOf(one, outcomes, found),
    inputs: shown("V18", outcomes) ? Object.fromEntries(givenInputs(one as OrderedCase)) : {},
    scores: shown("V18", outcomes) ? Object.fromEntries(found.scores) : {},
  };
}

function shown(id: string, outcomes: ReadonlyMap<string, CheckResult>): boolean {
  const outcome = outcomes.get(id)?.outcome;
  return outcome === "pass" || outcome === "fail";
}

function contestsOf(
  one: Case | null,
  outcomes: ReadonlyMap<string, CheckResult>,
  found: Findings,
): Record<string, ContestVerdict> {
  if (!shown("V16", outcomes) || outcomes.get("V18")?.outcome === "not checked") return {};
  const ordered = one as OrderedCase;
  const contests: Record<string, ContestVerdict> = {};
  for (const contest of itemsBefore(ordered, Infinity).flatMap((item) => item.contests)) {
    const rounds = found.rounds.filter((other) => other.contest.id === contest.id).map((other) => other.round);
    const ended = ordered.story.entries.some(
      (entry) => entry["type"] === "decision" && entry["contest"] === contest.id && entry["choice"] === "end",
    );
    contests[contest.id] = {
      rounds,
      final: {
        state: rounds.at(-1)?.state ?? "not-polled",
        elected: rounds.flatMap((round) => round.elected),
        barred: rounds.flatMap((round) => round.barred),
        ended,
      },
    };
  }
  return contests;
}
