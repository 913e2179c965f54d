// What the server says is on the screen. Every word and number is the server's; the page only lays them out.

export interface Figure {
  readonly label: string;
  readonly number: string;
  readonly of: string;
  readonly unit: string;
  readonly note: string;
}

export interface Row {
  readonly name: string;
  readonly note: string;
  readonly votes: readonly number[];
  readonly sentence: string;
  readonly verdict: string;
  readonly tone: string;
}

export interface Table {
  readonly title: string;
  readonly round: string;
  readonly cite: string;
  readonly counts: readonly (readonly [string, string])[];
  readonly lines: readonly string[];
  readonly outcome: readonly string[];
  readonly series: readonly string[];
  readonly marks: boolean;
  readonly rows: readonly Row[];
}

export interface AgendaRow {
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly done: boolean;
  readonly now: boolean;
}

export interface Scene {
  readonly scene: string;
  readonly status: string;
  readonly title: string;
  readonly round?: string;
  readonly voters?: string;
  readonly questions?: readonly string[];
  readonly lines: readonly string[];
  readonly attendance: readonly (readonly [string, string])[];
  readonly counts: readonly (readonly [string, string])[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  readonly agenda: readonly AgendaRow[];
  readonly words_large?: boolean;
  readonly head?: { readonly words: string; readonly rows: readonly (readonly [string, string])[] };
}
