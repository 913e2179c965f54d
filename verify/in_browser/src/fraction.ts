// Exact numbers (docs/rules.md, "Numbers"). No float comes near a threshold.

export class Fraction {
  readonly num: bigint;
  readonly den: bigint;

  constructor(num: bigint, den = 1n) {
    if (den === 0n) throw new RangeError("a base of 0 has no fraction");
    const divisor = gcd(abs(num), abs(den)) * (den < 0n ? -1n : 1n);
    this.num = num / divisor;
    this.den = den / divisor;
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.num * other.den + other.num * this.den, this.den * other.den);
  }

  minus(other: Fraction): Fraction {
    return this.plus(new Fraction(-other.num, other.den));
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.num * other.num, this.den * other.den);
  }

  over(other: Fraction): Fraction {
    return new Fraction(this.num * other.den, this.den * other.num);
  }

  /** Negative, 0 or positive. */
  compare(other: Fraction): number {
    const difference = this.num * other.den - other.num * this.den;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Lowest terms, the only spelling in a ledger: `70`, `1/2`, `-29/2`. */
  toString(): string {
    return this.den === 1n ? this.num.toString() : `${this.num}/${this.den}`;
  }

  /** Half away from zero to so many decimals. */
  rounded(decimals: number): string {
    const scale = 10n ** BigInt(decimals);
    const size = (2n * abs(this.num) * scale + this.den) / (2n * this.den);
    const digits = size.toString().padStart(decimals + 1, "0");
    const sign = this.num < 0n && size !== 0n ? "-" : "";
    return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }

  percent(): string {
    return `${this.times(new Fraction(100n)).rounded(2)}%`;
  }
}

export const ZERO = new Fraction(0n);
export const ONE = new Fraction(1n);

export function whole(value: number): Fraction {
  return new Fraction(BigInt(value));
}

/** A string in lowest terms; null for any other spelling. `longest` bounds what somebody wrote. */
export function readExact(text: unknown, longest = 40): Fraction | null {
  if (typeof text !== "string" || text.length > longest) return null;
  const parts = /^(-?(?:0|[1-9][0-9]*))(?:\/([1-9][0-9]*))?$/.exec(text);
  if (parts === null || parts[1] === "-0") return null;
  const value = new Fraction(BigInt(parts[1] as string), BigInt(parts[2] ?? "1"));
  return value.toString() === text ? value : null;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Whether both parts can be written with so many digits. */
export function fits(value: Fraction, digits: number): boolean {
  const limit = 10n ** BigInt(digits);
  return abs(value.num) < limit && value.den < limit;
}
