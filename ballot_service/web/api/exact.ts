// Exact numbers of a score ballot: which scores there are, and how each is spelled. No float ever enters.
//
// Text: docs/rules.md, "Numbers" and "Ballots". In the ledger a number stands in lowest terms ("1/2"); a score is written
// as the shortest decimal ("85", "85.5").

export const MAX_SCORES = 10_001;
const MAX_CHARS = 40; // of a number that somebody wrote
const MAX_COMPUTED_CHARS = 8_002; // of one that was worked out

interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

/** Every score from `min` on in steps up to `max`, ascending; null where there are none, too many, or no decimals. */
export function scoresOf(min: string, max: string, step: string): readonly string[] | null {
  const [low, high, by] = [readExact(min), readExact(max), readExact(step)];
  if (low === null || high === null || by === null) return null;
  const below = low.below * high.below * by.below;
  const [first, last, stride] = [low, high, by].map((one) => (one.above * below) / one.below) as [
    bigint,
    bigint,
    bigint,
  ];
  if (stride <= 0n || first >= last || (last - first) / stride >= BigInt(MAX_SCORES)) return null;
  const scores: string[] = [];
  for (let score = first; score <= last; score += stride) {
    const spelling = formatDecimal({ above: score, below });
    if (spelling === null) return null;
    scores.push(spelling);
  }
  return scores;
}

/** A score as it stands in a choice: a JSON integer when it is whole, else its decimal. */
export function scoreValue(score: string): number | string {
  return score.includes(".") ? score : Number(score);
}

/** Two decimals, half away from zero: "379/40" is "9.48". For the eye; null for what is no exact number. */
export function displayNumber(exact: string): string | null {
  return display(exact, 1n);
}

/** A rate as a percentage, rounded the same way: "2/5" is "40.00%". */
export function displayPercent(exact: string): string | null {
  const shown = display(exact, 100n);
  return shown === null ? null : `${shown}%`;
}

function display(exact: string, times: bigint): string | null {
  const number = readExact(exact, MAX_COMPUTED_CHARS);
  if (number === null) return null;
  const above = (number.above < 0n ? -number.above : number.above) * times * 100n;
  const rest = above % number.below;
  const hundredths = above / number.below + (2n * rest >= number.below ? 1n : 0n);
  const sign = number.above < 0n && hundredths > 0n ? "-" : "";
  return `${sign}${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, "0")}`;
}

function readExact(text: string, maxChars = MAX_CHARS): Fraction | null {
  const [whole, sign, integer, below] = /^(-?)(0|[1-9][0-9]*)(?:\/([1-9][0-9]*))?$/.exec(text) ?? [];
  if (whole === undefined || integer === undefined || text.length > maxChars) return null;
  return { above: BigInt(`${sign ?? ""}${integer}`), below: BigInt(below ?? "1") };
}

function formatDecimal({ above, below }: Fraction): string | null {
  const divisor = gcd(above < 0n ? -above : above, below);
  let [top, rest] = [above / divisor, below / divisor];
  let places = 0;
  while (rest !== 1n) {
    if (rest % 2n !== 0n && rest % 5n !== 0n) return null;
    top *= 10n;
    places++;
    const common = gcd(top < 0n ? -top : top, rest);
    top /= common;
    rest /= common;
  }
  const digits = (top < 0n ? -top : top).toString().padStart(places + 1, "0");
  const sign = top < 0n ? "-" : "";
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
