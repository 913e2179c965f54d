// One contest with all its rounds: counts, votes, each inequality with its clause, values, ranks and what follows.

import { isObject, type Json } from "../json.ts";
import type { Round } from "../judging.ts";
import { element, table } from "./elements.ts";
import type { Texts } from "./texts.ts";
import { conclusion, countsOf, MARKS, nameIn, plainTally, type Told, valueName } from "./told.ts";

export function contestSection(told: Told, texts: Texts): HTMLElement {
  const { contest, found } = told;
  return element(
    "section",
    { class: "contest" },
    element("h3", {}, contest.title),
    ...found.rounds.flatMap((round) => roundOf(told, round, texts)),
    element("p", { class: "conclusion" }, conclusion(told, texts)),
  );
}

function roundOf(told: Told, round: Round, texts: Texts): HTMLElement[] {
  const { contest, found, item } = told;
  const parts = [
    found.rounds.length > 1 ? element("h4", {}, texts.round(round.round)) : null,
    countsTable(told, round, texts),
    tally(told, round, texts),
    judgements(told, round, texts),
    values(told, round, texts),
    item.show_ranks ? ranks(told, round, texts) : null,
    ...round.barred.map((one) =>
      element(
        "p",
        {},
        `${texts.barred}${texts.colon}${nameIn(contest, one.person)}${texts.comma2}${one.from} ${texts.until} ${one.until ?? texts.forever}`,
      ),
    ),
  ];
  return parts.filter((one) => one !== null);
}

function countsTable({ contest }: Told, round: Round, texts: Texts): HTMLElement {
  const names = countsOf(contest);
  const byClass = Object.entries(round.counts.by_class);
  const figures = (own: Round["counts"]["total"]) => names.map((name) => String(own[name]));
  const head = names.map((name) => texts[name] as string);
  if (byClass.length === 0) return table(head, [figures(round.counts.total)], "counts");
  return table(
    [texts.class, ...head],
    [[texts.total, ...figures(round.counts.total)], ...byClass.map(([id, own]) => [id, ...figures(own)])],
    "counts",
  );
}

function tally({ contest }: Told, round: Round, texts: Texts): HTMLElement | null {
  if (contest.ballot.kind === "comment") {
    const said = round.tally["texts"] as readonly string[];
    return said.length === 0
      ? element("p", {}, texts.noComments)
      : element("ul", {}, ...said.map((one) => element("li", {}, one)));
  }
  if (contest.ballot.kind !== "approval") return table([texts.name, texts.votes], plainTally(contest, round, texts));
  return table(
    [texts.name, ...MARKS.map((mark) => contest.ballot.labels[mark]), texts.result],
    Object.entries(round.tally).map(([id, marks]) => [
      nameIn(contest, id),
      ...MARKS.map((mark) => (marks as Readonly<Record<string, number>>)[mark] ?? 0),
      round.elected.includes(id) ? texts.elected : round.passed.includes(id) ? texts.passed : texts.notPassed,
    ]),
  );
}

function judgements({ contest }: Told, round: Round, texts: Texts): HTMLElement | null {
  const quorum = round.quorum === null ? [] : [[texts.quorum, held(round.quorum, texts)]];
  const rows = round.judgements
    .filter((one) => one.rule !== "quorum")
    .map((one) => {
      if (one.rule === "flag") {
        const raised = one.holds ? texts.raised : texts.notRaised;
        return [one.id ?? "", `${raised}${texts.brackets(one.working)}`, citation(one.cite, texts)];
      }
      const what = texts.rules[one.rule as keyof Texts["rules"]] ?? one.rule;
      const base = one.rule === "pass" ? texts.bases[one.of as keyof Texts["bases"]] : undefined;
      const of = base === undefined ? "" : texts.brackets(base);
      const who = one.candidate === null ? "" : nameIn(contest, one.candidate);
      const name = `${who}${who === "" ? "" : "　"}${what}${of}`;
      return [name, one.rule === "bar" ? one.working : held(one, texts), citation(one.cite, texts)];
    });
  const all = [...quorum.map((row) => [...row, ""]), ...rows];
  if (all.length === 0) return null;
  return element(
    "ul",
    { class: "judgements" },
    ...all.map(([name, said, cite]) =>
      element("li", {}, `${name}${texts.colon}${said}`, cite === "" ? null : element("div", { class: "soft" }, cite)),
    ),
  );
}

function held(one: { readonly working: string; readonly held?: boolean; readonly holds?: boolean }, texts: Texts) {
  return `${one.working}${texts.comma2}${(one.held ?? one.holds) ? texts.holds : texts.not}`;
}

function citation(cite: Json, texts: Texts): string {
  if (!isObject(cite)) return "";
  return texts.cited(String(cite["document"]), String(cite["clause"]), String(cite["quote"]));
}

function values({ contest }: Told, round: Round, texts: Texts): HTMLElement | null {
  const all = Object.entries(round.values);
  if (all.length === 0) return null;
  return table(
    [texts.values, texts.figure, texts.workedOut],
    all.map(([id, one]) => {
      const left = one.empty_classes ?? [];
      const isBand = contest.rules.some((rule) => rule.id === id && rule.rule === "bands");
      const exact = one.exact ?? "";
      const comesTo = isBand ? texts.colon + texts.points(exact) : exact === one.working ? "" : ` = ${exact}`;
      const without = left.length === 0 ? "" : `　${texts.empty}${texts.colon}${left.join(texts.comma)}`;
      const worked = one.exact === null ? texts.noValue : `${one.working ?? ""}${comesTo}${without}`;
      return [valueName(contest, id, texts), one.display ?? "—", worked];
    }),
  );
}

function ranks({ contest }: Told, round: Round, texts: Texts): HTMLElement | null {
  const lists = Object.values(round.ranks).map((ranked) => {
    const written = isObject(ranked["write_in"] as Json)
      ? Object.entries(ranked["write_in"] as Readonly<Record<string, number>>)
      : [];
    const named = Object.entries(ranked).filter(([id, rank]) => id !== "write_in" || !isObject(rank as Json));
    const all = [
      ...named.map(([id, rank]) => ({ name: nameIn(contest, id), rank: rank as number })),
      ...written.map(([name, rank]) => ({ name: name + texts.writtenIn, rank })),
    ].sort((a, b) => a.rank - b.rank);
    return element("p", {}, `${texts.ranks}${texts.colon}${all.map((one) => `${one.rank}. ${one.name}`).join("　")}`);
  });
  return lists.length === 0 ? null : element("div", {}, ...lists);
}
