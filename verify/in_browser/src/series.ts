// Several ledgers of one installation, a year of meetings: put in their order, each judged with those before it
// (docs/formats/verdict.md, "Several ledgers"). What no single verdict can say, one missing or a fork, are the findings.

import { equalBytes, fromBase64url, fromUtf8 } from "./bytes.ts";
import type { GivenFile, Options } from "./case.ts";
import { readReceipt } from "./checks/trust.ts";
import type { Meeting } from "./entries.ts";
import { BadNote, LEDGER_TYPE, readNote, toVerifierKey } from "./note.ts";
import { type Examined, judge } from "./verify.ts";
import type { Verdict } from "./verdict.ts";
import { toWords } from "./words.ts";

/** `code` is one of docs/formats/verdict.md. */
export interface Finding {
  readonly code: "missing" | "fork" | "two-first" | "same-meeting" | "circle" | "other-key" | "unused";
  readonly zh: string;
  readonly en: string;
}

export interface Member {
  readonly examined: Examined;
  readonly verdict: Verdict;
}

export interface Series {
  readonly accepted: boolean;
  readonly findings: readonly Finding[];
  readonly members: readonly Member[];
}

/** As `--json` writes it. */
export function seriesToJson({ members, ...series }: Series) {
  return seriesAsJson(
    series,
    members.map((one) => ({ name: one.examined.name, verdict: one.verdict })),
  );
}

/** The same, of a series whose ledgers were left in a worker. */
export function seriesAsJson(
  series: Pick<Series, "accepted" | "findings">,
  members: readonly { readonly name: string; readonly verdict: Verdict }[],
) {
  return {
    format: "ballot-service/verdicts/1",
    accepted: series.accepted,
    findings: series.findings.map((one) => ({ code: one.code, detail: one.en })),
    ledgers: members.map((one) => ({ file: one.name, verdict: one.verdict })),
  };
}

/** `options` without a fingerprint: those given stand beside it, and each goes to its own ledger. */
export function judgeSeries(
  given: readonly Examined[],
  options: Options,
  fingerprints: readonly Uint8Array[] = [],
): Series {
  const links = new Links(given);
  const ordered = links.ordered;
  const trusted = trustedKey(ordered, options, fingerprints);
  const members = ordered.map((examined, place) => {
    const day = meetingOf(examined)?.date ?? "";
    const before = ordered.filter((other, number) => {
      const otherDay = meetingOf(other)?.date ?? "";
      return number < place || (number > place && otherDay !== "" && otherDay < day);
    });
    return { examined, verdict: judge(examined, optionsFor(examined, options, fingerprints, trusted), before) };
  });
  const findings = [...links.findings, ...otherKeys(ordered), ...unused(ordered, options, fingerprints)];
  const accepted = findings.length === 0 && members.every((one) => one.verdict.accepted);
  return { accepted, findings, members };
}

function meetingOf(examined: Examined): Meeting | null {
  return examined.case?.meeting ?? null;
}

// ------------------------------------------------------------------------------------------------------ who to trust

function isOf(examined: Examined, fingerprint: Uint8Array): boolean {
  const leaf = meetingOf(examined) === null ? undefined : examined.case?.leaves[0];
  return leaf !== undefined && equalBytes(leaf.subarray(0, fingerprint.length), fingerprint);
}

/** The installation's key: the one given, or that of the first ledger whose fingerprint was given. */
function trustedKey(
  ordered: readonly Examined[],
  options: Options,
  fingerprints: readonly Uint8Array[],
): Uint8Array | null {
  if (options.ledgerKey !== null) return options.ledgerKey.key;
  const pinned = ordered.find((one) => fingerprints.some((fingerprint) => isOf(one, fingerprint)));
  return pinned === undefined ? null : fromBase64url(meetingOf(pinned)?.ledger_key ?? "");
}

/** Where no fingerprint given is that of any ledger, each ledger is held against the first: it is not what was printed. */
function optionsFor(
  examined: Examined,
  options: Options,
  fingerprints: readonly Uint8Array[],
  trusted: Uint8Array | null,
): Options {
  const own = fingerprints.find((one) => isOf(examined, one));
  const fingerprint = own ?? (trusted === null ? (fingerprints[0] ?? null) : null);
  const meeting = meetingOf(examined);
  if (meeting === null) return { ...options, fingerprint, checkpoints: [], receipts: [] };
  return {
    ...options,
    ledgerKey: trusted === null ? null : toVerifierKey(meeting.origin, LEDGER_TYPE, trusted),
    fingerprint,
    checkpoints: options.checkpoints.filter((one) => originOf(one) === meeting.origin),
    receipts: options.receipts.filter((one) => readReceipt(one)?.meeting === meeting.id),
  };
}

function originOf(checkpoint: GivenFile): string | null {
  try {
    return readNote(fromUtf8(checkpoint.data) ?? "").origin;
  } catch (error) {
    if (error instanceof BadNote) return null;
    throw error;
  }
}

// ------------------------------------------------------------------------------------------------------------- order

/** The order of the ledgers by their links, and by the day of the meeting where these do not say. */
class Links {
  readonly ordered: readonly Examined[];
  readonly findings: readonly Finding[];

  constructor(given: readonly Examined[]) {
    const findings: Finding[] = [];
    const byOrigin = new Map<string, Examined>();
    for (const one of given) {
      const origin = meetingOf(one)?.origin;
      if (origin === undefined) continue;
      const twin = byOrigin.get(origin);
      if (twin === undefined) byOrigin.set(origin, one);
      else findings.push(sameMeeting(twin, one, origin));
    }
    const byDay = given
      .filter((one) => meetingOf(one) !== null)
      .sort((a, b) => compare(meetingOf(a)?.date ?? "", meetingOf(b)?.date ?? ""));
    const previousOf = (one: Examined) => meetingOf(one)?.previous?.origin ?? null;
    const starts = byDay.filter((one) => previousOf(one) === null);
    const loose = byDay.filter((one) => previousOf(one) !== null && !byOrigin.has(previousOf(one) as string));
    const after = new Map<string, Examined[]>();
    for (const one of byDay) {
      const previous = previousOf(one);
      if (previous !== null) after.set(previous, [...(after.get(previous) ?? []), one]);
    }

    const ordered = new Set<Examined>();
    const follow = (one: Examined) => {
      if (ordered.has(one)) return;
      ordered.add(one);
      const origin = meetingOf(one)?.origin as string;
      if (byOrigin.get(origin) === one) for (const next of after.get(origin) ?? []) follow(next);
    };
    for (const one of [...starts, ...loose]) follow(one);
    const circle = byDay.filter((one) => !ordered.has(one));
    this.ordered = [...ordered, ...circle, ...given.filter((one) => meetingOf(one) === null)];

    if (starts.length > 1) findings.push(twoFirst(starts));
    for (const [origin, ones] of after) if (ones.length > 1) findings.push(fork(ones, origin));
    const begins = starts.length === 0 && loose[0] !== undefined ? previousOf(loose[0]) : null;
    for (const origin of new Set(loose.map((one) => previousOf(one) as string))) {
      const ones = loose.filter((one) => previousOf(one) === origin);
      if (origin !== begins) findings.push(missing(ones, origin));
    }
    if (circle.length > 0) findings.push(inCircle(circle));
    this.findings = findings;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// ---------------------------------------------------------------------------------------------------------- findings

function names(ones: readonly Examined[], between: string): string {
  return ones.map((one) => one.name).join(between);
}

function sameMeeting(twin: Examined, one: Examined, origin: string): Finding {
  return {
    code: "same-meeting",
    zh: `${twin.name} 和 ${one.name} 是同一次会议（${origin}）的账本`,
    en: `${twin.name} and ${one.name} are ledgers of one meeting (${origin})`,
  };
}

function twoFirst(ones: readonly Examined[]): Finding {
  return {
    code: "two-first",
    zh: `${names(ones, "、")} 都没有指明上一次会议：一套系统只能有一次第一次会议`,
    en: `${names(ones, ", ")} name no previous ledger: only one meeting is the first of an installation`,
  };
}

function fork(ones: readonly Examined[], origin: string): Finding {
  return {
    code: "fork",
    zh: `${names(ones, "、")} 都称上一次会议是 ${origin}：账本分叉`,
    en: `${names(ones, ", ")} all name ${origin} as the previous ledger: a fork`,
  };
}

function missing(ones: readonly Examined[], origin: string): Finding {
  return {
    code: "missing",
    zh: `缺少账本：${names(ones, "、")} 的上一次会议是 ${origin}，没有提供`,
    en: `a ledger is missing: ${names(ones, ", ")} follows ${origin}, which was not given`,
  };
}

function inCircle(ones: readonly Examined[]): Finding {
  return {
    code: "circle",
    zh: `${names(ones, "、")} 互称对方在前`,
    en: `each of ${names(ones, ", ")} names another of them as before it`,
  };
}

function otherKeys(ordered: readonly Examined[]): Finding[] {
  const readable = ordered.filter((one) => meetingOf(one) !== null);
  const [first, ...rest] = readable;
  return rest
    .filter((one) => meetingOf(one)?.ledger_key !== meetingOf(first as Examined)?.ledger_key)
    .map((one) => ({
      code: "other-key",
      zh: `${one.name} 与 ${first?.name} 的账本公钥不同，不是同一套系统的账本`,
      en: `${one.name} names another ledger key than ${first?.name}: not of one installation`,
    }));
}

/** What was brought along and no ledger given answers to. */
function unused(ordered: readonly Examined[], options: Options, fingerprints: readonly Uint8Array[]): Finding[] {
  const meetings = ordered.flatMap((one) => meetingOf(one) ?? []);
  const isOrigin = (name: string | null) => meetings.some((one) => one.origin === name);
  const { ledgerKey } = options;
  const things: readonly [string, string][] = [
    ...(ledgerKey !== null && !isOrigin(ledgerKey.name)
      ? [[`账本公钥 ${ledgerKey.name}`, `the ledger key ${ledgerKey.name}`] as [string, string]]
      : []),
    ...fingerprints
      .filter((given) => !ordered.some((one) => isOf(one, given)))
      .map((given): [string, string] => [
        `会议指纹 ${toWords(given, "zh")}`,
        `the fingerprint ${toWords(given, "en")}`,
      ]),
    ...options.checkpoints
      .filter((one) => !isOrigin(originOf(one)))
      .map((one): [string, string] => [`校验点 ${one.name}`, `the checkpoint ${one.name}`]),
    ...options.receipts
      .filter((one) => !meetings.some((other) => other.id === readReceipt(one)?.meeting))
      .map((one): [string, string] => [`回执 ${one.name}`, `the receipt ${one.name}`]),
  ];
  return things.map(([zh, en]) => ({
    code: "unused",
    zh: `${zh} 不属于所给的任何一份账本`,
    en: `${en} belongs to none of the ledgers given`,
  }));
}
