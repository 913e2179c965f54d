// The verdict: what this verifier found (docs/formats/verdict.md). Field names are fixed; programs compare them.

import type { Round } from "./judging.ts";
import type { GivenInput } from "./checks/recount.ts";
import type { Scored } from "./scoring.ts";
import type { Barred } from "./bars.ts";

export type Outcome = "pass" | "fail" | "not checked";

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

export interface ContestVerdict {
  readonly rounds: readonly Round[];
  readonly final: {
    readonly state: string;
    readonly elected: readonly string[];
    readonly barred: readonly Barred[];
    readonly ended: boolean;
  };
}

export interface Verdict {
  readonly format: "ballot-service/verdict/1";
  readonly accepted: boolean;
  readonly pinned: boolean;
  readonly finished: boolean;
  readonly meeting: {
    readonly id: string | null;
    readonly title: string | null;
    readonly fingerprint: string | null;
    readonly fingerprint_words: string | null;
    readonly entries: number | null;
    readonly voids: number | null;
    readonly replaced: number | null;
  };
  readonly checks: readonly CheckResult[];
  readonly not_covered: readonly string[];
  readonly contests: Readonly<Record<string, ContestVerdict>>;
  readonly inputs: Readonly<Record<string, GivenInput>>;
  readonly scores: Readonly<Record<string, Scored>>;
}
