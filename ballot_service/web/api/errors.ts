// What a request can come to besides an answer. Messages never hold a token, key, line or choice.

/** The request may or may not have arrived: send the same one again. */
export class NoAnswer extends Error {
  readonly code = "no-answer";
}

/** The service said no; `code` is one of docs/api.md. Whoever carries the traffic can make one up: it proves nothing. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(`refused: ${code}`);
    this.code = code;
    this.status = status;
  }
}

/** An answer of success that is not what docs/api.md promises. */
export class WrongAnswer extends Error {
  readonly code = "wrong-answer";
}

/** The service does not know as much of its ledger as it has shown before. */
export class RolledBack extends WrongAnswer {}
