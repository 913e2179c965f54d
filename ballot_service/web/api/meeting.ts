// The parts of a meeting that a phone reads, as checked types. Format: docs/formats/meeting-file.md; entry 0 and `paper`
// entries: docs/protocol.md §4. `readMeeting.ts` turns unknown JSON into these; nobody else does.

export type Step = "report" | "question" | "introduce" | "deliberate" | "speak" | "chief-last" | "inspection";

export type Mark = "approve" | "oppose" | "abstain";

/** A candidate of an approval ballot, or an option of a pick ballot. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
}

export interface Grade {
  readonly id: string;
  readonly name: string;
}

export interface ApprovalBallot {
  readonly kind: "approval";
  readonly candidates: readonly Candidate[];
  readonly maxApprove: number;
  readonly labels: Readonly<Record<Mark, string>>;
}

export interface PickBallot {
  readonly kind: "pick";
  readonly options: readonly Candidate[];
  /** In all, written names among them. */
  readonly max: number;
  /** How many names may be written in. */
  readonly writeIn: number;
}

export interface GradeBallot {
  readonly kind: "grade";
  /** Best first. */
  readonly grades: readonly Grade[];
  /** Whether 不了解 is offered. */
  readonly unknown: boolean;
}

export interface ScoreBallot {
  readonly kind: "score";
  /** Exact numbers as the ledger spells them: "0", "1/2", "100". */
  readonly min: string;
  readonly max: string;
  readonly step: string;
  /** Every score that may be given, ascending, as a choice spells it: "85", "85.5". At most 10,001. */
  readonly scores: readonly string[];
  readonly unknown: boolean;
}

export interface CommentBallot {
  readonly kind: "comment";
  /** Counted in code points. */
  readonly maxChars: number;
}

export type Ballot = ApprovalBallot | PickBallot | GradeBallot | ScoreBallot | CommentBallot;
export type BallotKind = Ballot["kind"];

/** Who is assessed. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly title: string | null;
  readonly unit: string | null;
}

/** One question. */
export interface Contest {
  readonly id: string;
  readonly title: string;
  readonly post: string | null;
  readonly subject: Subject | null;
  /** Class ids. */
  readonly voters: readonly string[];
  readonly ballot: Ballot;
  /** How many are to be elected in all, where a seats rule says so. */
  readonly seats: number | null;
  /** Its rates, means and points, in the order of the rules. */
  readonly figures: readonly Figure[];
}

/** A rule that gives a figure. */
export interface Figure {
  readonly id: string;
  readonly rule: "rate" | "mean" | "bands";
  /** What a rate counts: ids of grades or options, or of one candidate with the marks; empty for the others. */
  readonly of: readonly string[];
  readonly marks: readonly Mark[];
  /** Class ids, where only these are counted; else empty. */
  readonly classes: readonly string[];
  readonly weighted: boolean;
}

/** A point of the agenda, with its contests. */
export interface Item {
  readonly id: string;
  readonly title: string;
  readonly cadre: boolean;
  readonly announce: string;
  readonly steps: readonly Step[];
  readonly showRanks: boolean;
  readonly contests: readonly Contest[];
}

/** 票种. */
export interface VoterClass {
  readonly id: string;
  readonly name: string;
  readonly expected: number;
  readonly observer: boolean;
}

/** Entry 0, as far as a phone needs it. Byte strings are decoded. */
export interface Meeting {
  readonly id: string;
  readonly title: string;
  readonly organiser: string;
  readonly place: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly locale: string;
  readonly classes: readonly VoterClass[];
  readonly agenda: readonly Item[];
  readonly origin: string;
  readonly rsaBits: number;
  readonly pages: number;
  readonly boxes: readonly Box[];
  readonly ledgerKey: Uint8Array;
  readonly receiptKey: Uint8Array;
  readonly issuers: readonly string[];
  /** Leaf hashes of the `keys` lines, issuer by issuer, in each the classes in order. */
  readonly keys: readonly Uint8Array[];
  readonly ceremony: "offline" | "server";
  readonly transport: "https" | "plain";
}

/** Public keys of one box; number 0 is the test box. */
export interface Box {
  readonly key: Uint8Array;
  readonly transport: Uint8Array;
}
