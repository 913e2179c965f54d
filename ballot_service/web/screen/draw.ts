// A scene as elements.

import { each, el } from "./dom.ts";
import type { AgendaRow, Figure, Scene, Table } from "./scene.ts";

const LONG_NAME = 14; // characters

type Pair = readonly [string, string];

export function drawScene(scene: Scene, page: number): HTMLElement[] {
  const table = scene.tables[page % Math.max(scene.tables.length, 1)];
  return [
    el(
      "div",
      "top",
      el("p", `status ${scene.scene}`, scene.status),
      ...each("p", "round", [scene.round ?? ""]),
      ...(scene.tables.length > 1
        ? [el("p", "page", `${(page % scene.tables.length) + 1} / ${scene.tables.length}`)]
        : []),
    ),
    ...(table === undefined ? [heading(scene.title)] : drawTable(table)),
    ...drawQuestions(scene.questions ?? []),
    ...each("p", "voters", [scene.voters ?? ""]),
    ...(scene.words_large === true ? [largeWords()] : []),
    ...drawFigures(scene.figures),
    ...drawCounts(scene.counts, "counts"),
    ...each("p", "line", scene.lines),
    ...drawAgenda(scene.agenda),
    ...drawHead(scene),
  ];
}

/** Long titles in smaller letters, so that what is told keeps its place. */
function heading(title: string): HTMLElement {
  return el("h2", title.length > 40 ? "title long" : title.length > 22 ? "title middling" : "title", title);
}

function drawQuestions(questions: readonly string[]): HTMLElement[] {
  if (questions.length === 0) return [];
  return [el("ul", questions.length > 3 ? "questions many" : "questions", ...each("li", "", questions))];
}

function largeWords(): HTMLElement {
  const words = document.querySelector<HTMLTemplateElement>("#large-words");
  return el("p", "words large", ...(words === null ? [] : [words.content.cloneNode(true)]));
}

function drawFigures(figures: readonly Figure[]): HTMLElement[] {
  return figures.map(({ label, number, of, unit, note }) =>
    el(
      "div",
      "figure",
      el("p", "label", label),
      el("p", "pair", el("b", "", number), el("i", "", "/"), el("b", "", of), el("span", "unit", unit)),
      ...each("p", "small", [note]),
    ),
  );
}

export function drawCounts(counts: readonly Pair[], className: string): HTMLElement[] {
  if (counts.length === 0) return [];
  return [
    el("dl", className, ...counts.map(([name, value]) => el("div", "", el("dt", "", name), el("dd", "", value)))),
  ];
}

function drawAgenda(agenda: readonly AgendaRow[]): HTMLElement[] {
  if (agenda.length === 0) return [];
  return [
    el(
      "ol",
      "agenda",
      ...agenda.map(({ number, title, state, done, now }) =>
        el(
          "li",
          `${done ? "done" : ""} ${now ? "now" : ""}`.trim(),
          el("span", "number", number),
          el("span", title.length > 26 ? "name long" : "name", title),
          el("span", "state", done ? `✓ ${state}` : state),
        ),
      ),
    ),
  ];
}

function drawHead({ head }: Scene): HTMLElement[] {
  if (head === undefined) return [];
  const words = head.words.split(" ").flatMap((word) => [el("span", "", word), " "]);
  return [el("p", "words large", ...words), ...drawCounts(head.rows, "head")];
}

function drawTable(table: Table): HTMLElement[] {
  const title = heading(table.title);
  if (table.round !== "") title.append(el("span", "round", table.round));
  const hasBars = table.series.length > 0;
  const size = table.rows.length > 6 ? "short" : table.rows.length > 3 ? "middle" : "full";
  const isWide = table.rows.some(({ name }) => name.length > LONG_NAME) ? "wide-names" : "";
  const isBrief = size === "short" && table.rows.every(({ verdict }) => verdict.length < 12) ? "brief" : "";
  return [
    title,
    ...drawCounts(table.counts, "counts inline"),
    ...each("p", "rule", table.lines),
    ...(table.series.length > 1 ? [legend(table)] : []),
    el(
      "div",
      ["table", size, isBrief, isWide, hasBars ? "" : "plain"].join(" "),
      el(
        "ul",
        "names",
        ...table.rows.map(({ name, note }) =>
          el("li", "", el("b", nameSize(name), name), ...each("small", "", [name.length > LONG_NAME ? "" : note])),
        ),
      ),
      ...(hasBars ? [el("div", "bars")] : []),
      el(
        "ul",
        "told",
        ...table.rows.map((row) =>
          el(
            "li",
            "",
            ...each("span", "votes", [hasBars ? figures(table, row.votes) : ""]),
            ...each("span", "sentence", [row.sentence]),
            ...each("strong", `verdict ${row.tone}`.trim(), [row.verdict]),
          ),
        ),
      ),
    ),
    ...each("p", "outcome", [table.outcome.join("")]),
    ...each("p", "cite small", [table.cite]),
  ];
}

function nameSize(name: string): string {
  return name.length > 2 * LONG_NAME ? "longest" : name.length > LONG_NAME ? "long" : "";
}

/** 同意 7　不同意 5: each number with its word, so that nothing rests on colours. */
function figures(table: Table, votes: readonly number[]): string {
  if (table.series.length === 1) return String(votes[0] ?? 0);
  return votes.map((count, index) => `${table.series[index] ?? ""}\u202f${count}`).join("\u2002");
}

function legend(table: Table): HTMLElement {
  return el(
    "p",
    `legend ${table.marks ? "marks" : "grades"}`,
    ...table.series.flatMap((name, index) => [el("span", `c${index % 8}`, ""), el("b", "", name)]),
  );
}
