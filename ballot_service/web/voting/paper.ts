// A paper on the screen: the question, the ballot, what was filled in so far, and what is wrong with it.

import type { Ballot, Mark, Subject } from "../api/meeting.ts";
import type { RoundReason } from "./room.ts";

/**
 * What a person has filled in so far; in memory only. choices.ts has the functions that change one and never let it
 * break a limit (`emptyDraft`, `withMark`, `withPick`, `withWriteIn`, `withGrade`, `withScore`, `withText`).
 */
export type Draft =
  /** A candidate that is not named has no mark yet, and is sent as abstain. */
  | { readonly kind: "approval"; readonly marks: Readonly<Record<string, Mark>> }
  /** Option ids; names as typed, at most `writeIn` of them, empty ones are left out. */
  | { readonly kind: "pick"; readonly picks: readonly string[]; readonly writeIn: readonly string[] }
  /** answer: a grade's id, "unknown", or null: nothing chosen. */
  | { readonly kind: "grade"; readonly answer: { readonly grade: string } | "unknown" | null }
  /** score: as in `ballot.scores`. */
  | { readonly kind: "score"; readonly answer: { readonly score: string } | "unknown" | null }
  | { readonly kind: "comment"; readonly text: string };

/**
 * Why a draft cannot be cast as it is. Functions of choices.ts prevent `too-many`; text that a person types can be wrong.
 *
 * too-many        more approvals, picks or names than allowed; `max`
 * name-too-long   a written name has more than 20 characters
 * name-characters white space inside a written name, or characters that cannot be printed
 * name-repeated   two written names are equal, or one is that of a picked option
 * text-too-long   `max` characters
 * text-characters the text has characters that cannot be printed (a line break is one)
 * not-a-score     not one of `ballot.scores`
 */
export type DraftProblem =
  | { readonly code: "too-many" | "name-too-long" | "text-too-long"; readonly max: number }
  | { readonly code: "name-characters" | "name-repeated" | "text-characters" | "not-a-score" };

/** Why there is a further round or the same again. `further-round`: no reason was announced. */
export type AgainWhy =
  | { readonly why: "voided" }
  | { readonly why: "revote"; readonly reasons: readonly RoundReason[] }
  | { readonly why: "further-round" };

/** One paper to fill in. */
export interface PaperView {
  /** Names the paper in acts. */
  readonly paper: string;
  readonly item: { readonly id: string; readonly title: string };
  readonly contest: { readonly id: string; readonly title: string };
  readonly subject: Subject | null;
  /** How many are to be elected, where a rule says so; in later rounds perhaps fewer: then null. */
  readonly seats: number | null;
  readonly round: number;
  readonly again: AgainWhy | null;
  readonly ballot: Ballot;
  readonly draft: Draft;
  /** As it stands it would be counted as abstention (弃权). Allowed. */
  readonly blank: boolean;
  /** Candidates without a mark yet; 0 for other kinds. Allowed: they are sent as abstain. */
  readonly unmarked: number;
  readonly problem: DraftProblem | null;
}
