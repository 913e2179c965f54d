// The last sheet: the figures again, each with a box to tick, to be held against the paper minutes.

import type { ShownMember } from "../shown.ts";
import { element } from "./elements.ts";
import type { Texts } from "./texts.ts";
import { conclusion, contestsOf, countLine, figuresOf } from "./told.ts";

const SHEET_COUNTS = ["expected", "present", "issued", "returned", "valid", "invalid"] as const; // as on the papers

interface Row {
  readonly what: string;
  readonly figure: string;
  readonly isInner: boolean; // belongs to the line above
}

/** Null where not even the first line could be read. */
export function minutesSheet({ verdict, shown }: ShownMember, texts: Texts): HTMLElement | null {
  const { meeting } = verdict;
  if (shown.meeting === null || meeting.fingerprint_words === null) return null;
  const outer = (what: string, figure: string): Row => ({ what, figure, isInner: false });
  const inner = (what: string, figure: string): Row => ({ what, figure, isInner: true });
  const rows: Row[] = [
    outer(texts.meeting, `${shown.meeting.date}　${meeting.title ?? ""}`),
    outer(texts.sheetFingerprint, meeting.fingerprint_words),
    outer(texts.sheetHead, `${meeting.entries ?? "?"}　${shown.root ?? "?"}`),
    outer(texts.sheetVoids, `${meeting.voids ?? "?"} / ${meeting.replaced ?? "?"}`),
    ...contestsOf(verdict, shown).flatMap((told) => {
      const { contest, found } = told;
      if (found.rounds.length === 0) return [outer(contest.title, texts.notPolled)];
      const rounds = found.rounds.flatMap((round) => [
        outer(
          found.rounds.length > 1 ? `${contest.title}　${texts.round(round.round)}` : contest.title,
          countLine(round, SHEET_COUNTS, texts),
        ),
        ...figuresOf(contest, round, texts).map(([name, figures]) => inner(name, figures)),
      ]);
      return [...rounds, inner(texts.result, conclusion(told, texts))];
    }),
  ];
  const head = [texts.sheetWhat, texts.sheetFigure, texts.sheetTick];
  return element(
    "section",
    { class: "sheet", id: "sheet" },
    element("h2", {}, texts.sheet),
    verdict.accepted ? null : element("p", { class: "bad-text" }, texts.sheetNotAccepted),
    element(
      "table",
      { class: "tick" },
      element("thead", {}, element("tr", {}, ...head.map((one) => element("th", { scope: "col" }, one)))),
      element(
        "tbody",
        {},
        ...rows.map((row) =>
          element(
            "tr",
            {},
            element("td", row.isInner ? { class: "inner" } : {}, row.what),
            element("td", {}, row.figure),
            element("td", { class: "box" }, "☐"),
          ),
        ),
      ),
    ),
    element("p", { class: "sign" }, element("span", {}, texts.signed), element("span", {}, texts.day)),
  );
}
