// A USB scanner types like a keyboard: very fast, and ends with Enter or Tab. What it types is shown nowhere and goes into
// no field. A person who types is slower, and is not taken for a scanner.
//
// Scanners send the keys of a US keyboard. What those keys mean on this machine may be something else (`#` is `§` in
// Germany, `：` with a Chinese input method), so both readings are kept: as the machine understood, and by the keys alone.

import type { Clock } from "../api/clock.ts";

/** More than this between two keys is a person. */
const GAP_MS = 200;
/** Fewer keys are no code, whoever pressed them. */
const FEWEST_KEYS = 12;
/** Some scanners end with nothing: so long a text is taken after so long a silence. */
const LONG_TEXT_KEYS = 50;
const SILENCE_MS = 400;
const MOST_KEYS = 600;

export interface Key {
  /** As KeyboardEvent has them: what it means, which it is, and whether Shift was held. */
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
}

export class Keystrokes {
  private readonly clock: Clock;
  private readonly onScan: (readings: readonly string[]) => void;
  private meant = "";
  private pressed = "";
  private last = -Infinity;
  private cancel = (): void => {};

  /** onScan: what was typed, in every reading; the likeliest first. */
  constructor(clock: Clock, onScan: (readings: readonly string[]) => void) {
    this.clock = clock;
    this.onScan = onScan;
  }

  /** One key went down. True: the page must not see it. */
  press({ key, code, shiftKey }: Key): boolean {
    const now = this.clock.now();
    if (now - this.last > GAP_MS) this.forget();
    if (key === "Enter" || key === "Tab") {
      const isScan = this.pressed.length >= FEWEST_KEYS;
      if (isScan) this.take();
      else this.forget();
      return isScan;
    }
    const byKey = onUsKeyboard(code, shiftKey);
    const meaning = key.length === 1 ? key : (byKey ?? ""); // an input method at work says "Process"
    if (meaning === "" || meaning === " ") return false;
    this.last = now;
    if (this.pressed.length >= MOST_KEYS) this.forget();
    this.meant += meaning;
    this.pressed += byKey ?? meaning;
    this.cancel();
    this.cancel = this.clock.after(SILENCE_MS, () => {
      if (this.pressed.length >= LONG_TEXT_KEYS) this.take();
      else this.forget();
    });
    return true;
  }

  /** Nothing of what was typed stays. */
  forget(): void {
    this.cancel();
    this.meant = "";
    this.pressed = "";
  }

  private take(): void {
    const readings = [...new Set([this.meant, this.pressed])];
    this.forget();
    this.onScan(readings);
  }
}

/** The characters of a slip's text that are not letters, by the key that a scanner presses. */
const KEYS: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Period: [".", ">"],
  NumpadDecimal: [".", "."],
  Slash: ["/", "?"],
  NumpadDivide: ["/", "/"],
  Minus: ["-", "_"],
  NumpadSubtract: ["-", "-"],
  Semicolon: [";", ":"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
};
const OVER_DIGITS = ")!@#$%^&*(";

function onUsKeyboard(code: string, shift: boolean): string | null {
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  const [, row, digit] = /^(Digit|Numpad)(\d)$/.exec(code) ?? [];
  if (digit !== undefined) return shift && row === "Digit" ? OVER_DIGITS.charAt(Number(digit)) : digit;
  return KEYS[code]?.[shift ? 1 : 0] ?? null;
}
