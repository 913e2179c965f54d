// The verdict as an officer reads it, on the screen and on paper: the verdict, which meeting, the results, what is to be
// done, every check, every contest; what is not shown; and last a sheet to tick off against the paper minutes.

import { TITLES } from "../titles.ts";
import type { Shown, ShownAll, ShownMember } from "../shown.ts";
import type { CheckResult, Verdict } from "../verdict.ts";
import { contestSection } from "./contest.ts";
import { element, table } from "./elements.ts";
import { minutesSheet } from "./minutes.ts";
import { inChinese } from "./reasons.ts";
import type { Language, Texts } from "./texts.ts";
import { conclusion, contestsOf, countLine, proposalsOf } from "./told.ts";

/** `chosen`: which of several ledgers is written out. */
export function report(
  all: ShownAll,
  chosen: number,
  choose: (member: number) => void,
  language: Language,
  texts: Texts,
): HTMLElement[] {
  const member = all.members[chosen] as ShownMember;
  const parts = [
    ...(all.series === null
      ? []
      : [
          seriesSection(all, chosen, choose, language, texts),
          element("h2", {}, texts.seriesOne(chosen + 1, member.name)),
        ]),
    ...memberSections(member, all.series === null ? "verdict" : "verdict-of-one", language, texts),
  ];
  return parts.filter((one) => one !== null);
}

function memberSections(member: ShownMember, id: string, language: Language, texts: Texts): (HTMLElement | null)[] {
  const { verdict, shown } = member;
  return [
    headline(verdict, id, language, texts),
    whichMeeting(member, texts),
    results(verdict, shown, texts),
    followUps(verdict, shown, texts),
    checks(verdict, language, texts),
    contests(verdict, shown, texts),
    figures(verdict, shown, texts),
    section(texts.notCovered, notCovered(verdict, language), element("p", {}, texts.limitsText)),
    minutesSheet(member, texts),
  ];
}

function section(title: string, ...parts: (HTMLElement | null)[]): HTMLElement {
  return element("section", {}, element("h2", {}, title), ...parts);
}

// -------------------------------------------------------------------------------------------------- several ledgers

function seriesSection(
  { series, members }: ShownAll,
  chosen: number,
  choose: (member: number) => void,
  language: Language,
  texts: Texts,
): HTMLElement {
  const accepted = series?.accepted === true;
  const unpinned = members.some((one) => one.verdict.accepted && !one.verdict.pinned);
  const kind = !accepted ? "bad" : unpinned ? "open" : "good";
  const [title, text] = accepted
    ? unpinned
      ? [`! ${texts.unpinnedVerdict}`, texts.unpinnedText]
      : [`✓ ${texts.accepted}`, texts.seriesAccepted]
    : [`✗ ${texts.refused}`, texts.seriesRefused];
  const findings = (series?.findings ?? []).map((one) => element("p", {}, `✗ ${one[language]}`));
  const rows = members.map((one, index) => {
    const show = element("button", { type: "button", class: "screen", "aria-pressed": String(index === chosen) });
    show.textContent = texts.show;
    show.onclick = () => choose(index);
    const readable = one.verdict.meeting.entries !== null;
    return [
      String(index + 1),
      one.name,
      one.shown.meeting === null ? "—" : `${one.shown.meeting.date}　${one.verdict.meeting.title ?? ""}`,
      one.verdict.accepted ? `✓ ${texts.accepted}` : readable ? `✗ ${texts.refused}` : `✗ ${texts.unreadable}`,
      show,
    ];
  });
  return element(
    "section",
    {},
    verdictBox("verdict", kind, title, [element("p", {}, text), ...findings]),
    element("h2", {}, texts.seriesOrder(members.length)),
    table(["", texts.file, texts.meeting, texts.outcome, ""], rows, "series"),
  );
}

// ------------------------------------------------------------------------------------------------------ the first page

function verdictBox(id: string, kind: string, title: string, parts: readonly HTMLElement[]): HTMLElement {
  return element(
    "div",
    { class: `verdict ${kind}`, role: "status", tabindex: "-1", id },
    element("strong", {}, title),
    ...parts,
  );
}

function headline(verdict: Verdict, id: string, language: Language, texts: Texts): HTMLElement {
  const box = (kind: string, title: string, text: string, more: readonly string[] = []) =>
    verdictBox(
      id,
      kind,
      title,
      [text, ...more].map((one) => element("p", {}, one)),
    );
  const failed = verdict.checks.filter((one) => one.outcome === "fail");
  const open = verdict.checks.filter((one) => one.outcome === "not checked");
  const faults = failed.map(
    (one) => `✗ ${one.id} ${titleOf(one, language)}${texts.colon}${reason(one, language, texts)}`,
  );
  const unfinished = verdict.finished ? [] : [texts.unfinished];
  if (verdict.meeting.entries === null) return box("bad", `✗ ${texts.unreadable}`, texts.unreadableText, faults);
  if (!verdict.accepted) {
    const unsure = open.length === 0 || failed.length > 0 ? [] : open;
    return box("bad", `✗ ${texts.refused}`, texts.refusedText(failed.length, open.length), [
      ...faults,
      ...unsure.map((one) => `○ ${one.id} ${titleOf(one, language)}${texts.colon}${reason(one, language, texts)}`),
    ]);
  }
  if (verdict.pinned) return box("good", `✓ ${texts.accepted}`, texts.acceptedText, unfinished);
  return box("open", `! ${texts.unpinnedVerdict}`, texts.unpinnedText, unfinished);
}

function titleOf(check: CheckResult, language: Language): string {
  return TITLES[check.id]?.[language] ?? check.title;
}

function whichMeeting({ verdict, shown, name }: ShownMember, texts: Texts): HTMLElement | null {
  const { meeting: one } = verdict;
  if (shown.meeting === null) return null;
  const words = element(
    "div",
    {},
    element("div", { class: "words" }, one.fingerprint_words ?? ""),
    element("code", {}, one.fingerprint ?? ""),
  );
  const rows: [string, string | HTMLElement | null][] = [
    [texts.meeting, one.title],
    [texts.organiser, shown.meeting.organiser],
    [texts.dateAndPlace, `${shown.meeting.date}　${shown.meeting.place}`],
    [texts.fingerprint, words],
    [texts.file, name],
    [texts.entries, one.entries?.toString() ?? null],
    [texts.head, element("code", {}, shown.root ?? "?")],
    [texts.voids, one.voids?.toString() ?? null],
    [texts.replaced, one.replaced?.toString() ?? null],
    [texts.state, verdict.finished ? texts.finished : texts.notFinished],
  ];
  const notes = circumstances(verdict, shown, texts);
  return section(
    texts.whichMeeting,
    element(
      "table",
      { class: "facts" },
      element(
        "tbody",
        {},
        ...rows.map(([what, value]) =>
          element("tr", {}, element("th", { scope: "row" }, what), element("td", {}, value ?? "—")),
        ),
      ),
    ),
    notes.length === 0 ? null : element("ul", { class: "notes" }, ...notes.map((one) => element("li", {}, one))),
  );
}

/** How the meeting was held, where that weakens a promise: it follows the rules, and the reader should know. */
function circumstances({ meeting }: Verdict, shown: Shown, texts: Texts): string[] {
  return [
    ...(shown.meeting?.ceremony === "server" ? [texts.serverCeremony] : []),
    ...(shown.meeting?.transport === "plain" ? [texts.plainTransport] : []),
    ...shown.smallGroups.map((one) => texts.smallGroup(one.poll, one.classes.join(texts.comma))),
    ...shown.closings.filter((one) => one.hubsMissing > 0).map((one) => texts.hubsMissing(one.poll, one.hubsMissing)),
    ...shown.closings.filter((one) => one.assisted > 0).map((one) => texts.assisted(one.poll, one.assisted)),
    ...(meeting.replaced === null || meeting.replaced === 0 ? [] : [texts.replacements(meeting.replaced)]),
  ];
}

function results(verdict: Verdict, shown: Shown, texts: Texts): HTMLElement | null {
  const rows = contestsOf(verdict, shown).map((told) => {
    const last = told.found.rounds.at(-1);
    return [
      told.contest.title,
      last === undefined
        ? "—"
        : countLine(last, ["expected", "present", "issued", "returned", "valid"] as const, texts),
      conclusion(told, texts),
    ];
  });
  return rows.length === 0
    ? null
    : section(texts.results, table([texts.contest, texts.counts, texts.result], rows, "results"));
}

function followUps(verdict: Verdict, shown: Shown, texts: Texts): HTMLElement | null {
  const rows = proposalsOf(verdict, shown).map(([from, one]) => [from, one.text, one.confirm, one.due ?? "—"]);
  return rows.length === 0
    ? null
    : section(texts.proposals, table([texts.from, texts.proposal, texts.confirmBy, texts.due], rows));
}

// ---------------------------------------------------------------------------------------------- checks and contests

function checks(verdict: Verdict, language: Language, texts: Texts): HTMLElement {
  const classes = { pass: "pass", fail: "fail", "not checked": "open" };
  const head = [texts.check, texts.what, texts.outcome];
  const all = element(
    "table",
    { id: "checks" },
    element("thead", {}, element("tr", {}, ...head.map((one) => element("th", { scope: "col" }, one)))),
    element(
      "tbody",
      {},
      ...verdict.checks.map((one) =>
        element(
          "tr",
          { class: classes[one.outcome] },
          element("td", {}, one.id),
          element(
            "td",
            {},
            titleOf(one, language),
            one.outcome === "pass" ? null : element("div", {}, reason(one, language, texts)),
          ),
          element("td", { class: "outcome" }, texts[one.outcome]),
        ),
      ),
    ),
  );
  return element("section", { class: "together" }, element("h2", {}, texts.checks), all);
}

function reason({ detail }: CheckResult, language: Language, texts: Texts): string {
  if (language === "en") return detail;
  const parts = /^line ([0-9]+): (.*)$/s.exec(detail);
  return parts === null ? inChinese(detail) : texts.lineOf(parts[1] as string) + inChinese(parts[2] as string);
}

function contests(verdict: Verdict, shown: Shown, texts: Texts): HTMLElement | null {
  const all = contestsOf(verdict, shown).map((told) => contestSection(told, texts));
  if (all.length > 0) return section(texts.contests, ...all);
  return shown.meeting === null ? null : section(texts.contests, element("p", {}, texts.noRecount));
}

function figures(verdict: Verdict, shown: Shown, texts: Texts): HTMLElement | null {
  const inputs = Object.entries(verdict.inputs).map(([id, one]) => [
    shown.inputs.find((other) => other.id === id)?.title ?? id,
    one.value,
    one.evidence,
  ]);
  const scores = Object.entries(verdict.scores).map(([id, one]) => {
    const band = one.bands?.display == null ? "" : texts.byBands + texts.points(one.bands.display);
    const uncapped = one.uncapped === one.exact || one.uncapped === null ? "" : texts.uncapped(one.uncapped);
    const exact = one.exact === one.display ? "" : texts.exactly(one.exact ?? "");
    return [
      shown.scores.find((other) => other.id === id)?.title ?? id,
      one.display ?? "—",
      one.exact === null
        ? `${texts.missing}${texts.colon}${one.missing.join(texts.comma)}`
        : [exact, uncapped, band].filter((part) => part !== "").join(texts.semicolon),
    ];
  });
  if (inputs.length + scores.length === 0) return null;
  return section(
    texts.inputsAndScores,
    inputs.length === 0 ? null : table([texts.input, texts.figure, texts.evidence], inputs),
    scores.length === 0 ? null : table([texts.score, texts.figure, texts.remark], scores),
  );
}

function notCovered(verdict: Verdict, language: Language): HTMLElement | null {
  if (verdict.not_covered.length === 0) return null;
  const said = (one: string) => (language === "en" ? one : `${one.slice(0, 3)}　${inChinese(one.slice(5))}`);
  return element("ul", {}, ...verdict.not_covered.map((one) => element("li", {}, said(one))));
}
