// The verdict as a person reads it: on the screen, and on paper.

import type { ContestVerdict, Verdict } from "../verdict.ts";
import { isObject, type Json } from "../json.ts";
import type { Round } from "../judging.ts";
import { TITLES } from "../titles.ts";
import { element, table } from "./elements.ts";
import { inChinese } from "./reasons.ts";
import type { Language, Texts } from "./texts.ts";

/** Names of people and options by contest, as the ledger has them; for what is shown only. */
export type Names = ReadonlyMap<string, { readonly title: string; readonly names: ReadonlyMap<string, string> }>;

export function report(verdict: Verdict, names: Names, file: string, language: Language, texts: Texts): HTMLElement {
  return element(
    "section",
    {},
    headline(verdict, texts),
    meeting(verdict, file, texts),
    element("h2", {}, texts.checks),
    checks(verdict, language, texts),
    element("h2", {}, texts.contests),
    ...Object.entries(verdict.contests).map(([id, one]) => contest(id, one, names, texts)),
    ...(Object.keys(verdict.contests).length === 0 ? [element("p", {}, texts.nothingMissing)] : []),
    ...figures(verdict, texts),
    element("h2", {}, texts.notCovered),
    notCovered(verdict, texts),
    element("h2", {}, texts.limits),
    element("p", {}, texts.limitsText),
  );
}

function headline(verdict: Verdict, texts: Texts): HTMLElement {
  const box = (kind: string, title: string, text: string) =>
    element(
      "div",
      { class: `verdict ${kind}`, role: "status", tabindex: "-1", id: "verdict" },
      element("strong", {}, title),
      element("p", {}, text),
      verdict.finished || verdict.meeting.entries === null || kind === "bad"
        ? null
        : element("p", {}, texts.unfinished),
    );
  if (verdict.meeting.entries === null) return box("bad", `✗ ${texts.unreadable}`, texts.unreadableText);
  if (!verdict.accepted) return box("bad", `✗ ${texts.refused}`, texts.refusedText);
  if (verdict.pinned) return box("good", `✓ ${texts.accepted}`, texts.acceptedText);
  return box("open", `! ${texts.unpinnedVerdict}`, texts.unpinnedText);
}

function meeting(verdict: Verdict, file: string, texts: Texts): HTMLElement {
  const { meeting: one } = verdict;
  const rows: [string, string | HTMLElement | null][] = [
    [texts.meeting, one.title],
    [
      texts.fingerprint,
      one.fingerprint_words === null
        ? null
        : element(
            "div",
            {},
            element("div", { class: "words" }, one.fingerprint_words),
            element("code", {}, one.fingerprint ?? ""),
          ),
    ],
    [texts.file, file],
    [texts.entries, one.entries?.toString() ?? null],
    [texts.voids, one.voids?.toString() ?? null],
    [texts.replaced, one.replaced?.toString() ?? null],
  ];
  return element(
    "table",
    {},
    element(
      "tbody",
      {},
      ...rows.map(([name, value]) =>
        element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value ?? "—")),
      ),
    ),
  );
}

function checks(verdict: Verdict, language: Language, texts: Texts): HTMLElement {
  const classes = { pass: "pass", fail: "fail", "not checked": "open" };
  return element(
    "table",
    { id: "checks" },
    element(
      "thead",
      {},
      element("tr", {}, ...[texts.check, texts.what, texts.outcome].map((one) => element("th", { scope: "col" }, one))),
    ),
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
            TITLES[one.id]?.[language] ?? one.title,
            one.outcome === "pass" ? null : element("div", {}, reason(one.detail, language, texts)),
          ),
          element("td", { class: "outcome" }, texts[one.outcome]),
        ),
      ),
    ),
  );
}

function reason(detail: string, language: Language, texts: Texts): string {
  if (language === "en") return detail;
  const parts = /^line ([0-9]+): (.*)$/s.exec(detail);
  return parts === null ? inChinese(detail) : texts.lineOf(parts[1] as string) + inChinese(parts[2] as string);
}

function contest(id: string, one: ContestVerdict, names: Names, texts: Texts): HTMLElement {
  const named = names.get(id);
  const nameOf = (person: string) => named?.names.get(person) ?? person;
  return element(
    "section",
    {},
    element("h3", {}, named?.title ?? id),
    ...(one.rounds.length === 0 ? [element("p", {}, texts.notPolled)] : []),
    ...one.rounds.flatMap((round) => roundOf(round, nameOf, texts)),
  );
}

function roundOf(round: Round, nameOf: (person: string) => string, texts: Texts): HTMLElement[] {
  const counts = [
    "expected",
    "present",
    "issued",
    "returned",
    "invalid",
    "valid",
    "abstain",
    "unknown",
    "scored",
  ] as const;
  const rows = [
    [texts.total, ...counts.map((name) => String(round.counts.total[name]))],
    ...Object.entries(round.counts.by_class).map(([id, own]) => [id, ...counts.map((name) => String(own[name]))]),
  ];
  const parts: HTMLElement[] = [
    element("p", { class: "soft" }, texts.round(round.round, round.poll)),
    table([texts.class, ...counts.map((name) => texts[name])], rows),
    ...tally(round, nameOf, texts),
  ];
  const line = (name: string, text: string) => parts.push(element("p", {}, element("b", {}, `${name}：`), text));
  const state = [
    texts.states[round.state],
    ...round.reasons.map((one) => texts.reasons[one as keyof Texts["reasons"]]),
    texts.next[round.next],
  ];
  line(texts.result, state.filter((one) => one !== "").join("，"));
  if (round.elected.length > 0) line(texts.elected, round.elected.map(nameOf).join("、"));
  if (round.quorum !== null)
    line(texts.quorum, `${round.quorum.working}，${round.quorum.held ? texts.held : texts.notHeld}`);
  if (round.judgements.length > 0) {
    parts.push(
      table(
        [texts.rule, texts.name, texts.judgements, texts.result],
        round.judgements.map((one) => [
          citation(texts.rules[one.rule as keyof Texts["rules"]] ?? one.rule, one.cite),
          one.candidate === null ? (one.id ?? "") : nameOf(one.candidate),
          one.working,
          one.holds ? texts.holds : texts.not,
        ]),
      ),
    );
  }
  const values = Object.entries(round.values);
  if (values.length > 0) {
    parts.push(
      table(
        [texts.values, texts.judgements, texts.result],
        values.map(([id, one]) => [
          id,
          one.working ?? "",
          one.exact === null ? texts.noValue : `${one.exact} = ${one.display}`,
        ]),
      ),
    );
  }
  for (const [id, ranks] of Object.entries(round.ranks)) {
    const written = isObject(ranks["write_in"] as Json) ? (ranks["write_in"] as Readonly<Record<string, number>>) : {};
    const all = [
      ...Object.entries(ranks)
        .filter(([one]) => one !== "write_in" || !isObject(ranks[one] as Json))
        .map(([one, rank]) => [nameOf(one), String(rank)] as const),
      ...Object.entries(written).map(([one, rank]) => [one + texts.writtenIn, String(rank)] as const),
    ];
    parts.push(
      table(
        [`${texts.name}（${id}）`, texts.ranks],
        all.sort((a, b) => Number(a[1]) - Number(b[1])),
      ),
    );
  }
  for (const one of round.barred) {
    line(texts.barred, `${nameOf(one.person)}，${one.from} ${texts.until} ${one.until ?? texts.forever}`);
  }
  for (const one of round.proposals) {
    line(
      texts.proposals,
      `${one.text}（${texts.confirmBy}：${one.confirm}）${one.due === null ? "" : `，${texts.due} ${one.due}`}`,
    );
  }
  return parts;
}

function citation(rule: string, cite: Json): string {
  if (!isObject(cite)) return rule;
  return `${rule}（${[cite["document"], cite["clause"], cite["quote"]].filter((one) => typeof one === "string").join(" ")}）`;
}

function tally(round: Round, nameOf: (person: string) => string, texts: Texts): HTMLElement[] {
  const entries = Object.entries(round.tally);
  const first = entries[0]?.[1];
  if (entries.length === 1 && Array.isArray(first)) {
    return [
      element("p", {}, element("b", {}, texts.comments)),
      element("ul", {}, ...(first as readonly string[]).map((one) => element("li", {}, one))),
    ];
  }
  const isApproval = isObject(first as Json) && "approve" in (first as object);
  if (isApproval) {
    return [
      table(
        [texts.name, texts.approve, texts.oppose, texts.abstain, texts.result],
        entries.map(([id, marks]) => {
          const own = marks as Readonly<Record<string, number>>;
          const result = round.elected.includes(id)
            ? texts.elected
            : round.passed.includes(id)
              ? texts.passed
              : texts.notPassed;
          return [nameOf(id), String(own["approve"]), String(own["oppose"]), String(own["abstain"]), result];
        }),
      ),
    ];
  }
  const rows = entries.flatMap(([id, count]) =>
    isObject(count as Json)
      ? Object.entries(count as Readonly<Record<string, number>>).map(([name, own]) => [
          name + texts.writtenIn,
          String(own),
        ])
      : [[nameOf(id), String(count)]],
  );
  return [table([texts.name, texts.votes], rows)];
}

function figures(verdict: Verdict, texts: Texts): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const inputs = Object.entries(verdict.inputs);
  if (inputs.length > 0) {
    parts.push(element("h2", {}, texts.inputs));
    parts.push(
      table(
        [texts.name, texts.values, texts.evidence],
        inputs.map(([id, one]) => [id, one.value, one.evidence]),
      ),
    );
  }
  const scores = Object.entries(verdict.scores);
  if (scores.length > 0) {
    parts.push(element("h2", {}, texts.scores));
    const shown = scores.map(([id, one]) => [
      id,
      one.exact === null ? `${texts.missing}：${one.missing.join("、")}` : `${one.exact} = ${one.display}`,
      one.bands?.display ?? "",
    ]);
    parts.push(table([texts.name, texts.scores, texts.values], shown));
  }
  return parts;
}

function notCovered(verdict: Verdict, texts: Texts): HTMLElement {
  if (verdict.not_covered.length === 0) return element("p", {}, texts.nothingMissing);
  return element(
    "ul",
    {},
    ...verdict.not_covered.map((one) => {
      const known = texts.covered[one as keyof Texts["covered"]];
      return element("li", {}, known === undefined ? one : `${one.slice(0, 3)}　${known}`);
    }),
  );
}
