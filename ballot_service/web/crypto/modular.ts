// Arithmetic modulo a public number, on BigInt.

const SMALL_PRIME_LIMIT = 65537;

/** The number of bits of a number above 0. */
export function bitLength(number: bigint): number {
  const digits = number.toString(16);
  return 4 * (digits.length - 1) + (32 - Math.clz32(Number.parseInt(digits.charAt(0), 16)));
}

/** base^65537 mod n: sixteen squarings and one product. */
export function power65537(base: bigint, n: bigint): bigint {
  let power = base;
  for (let squaring = 0; squaring < 16; squaring++) power = (power * power) % n;
  return (power * base) % n;
}

/** The inverse of a modulo n, from 1 to n − 1; undefined where gcd(a, n) is not 1. By Euclid's extended algorithm. */
export function inverse(a: bigint, n: bigint): bigint | undefined {
  let [divisor, rest] = [n, a % n];
  let [before, now] = [0n, 1n]; // before · a ≡ divisor and now · a ≡ rest (mod n)
  while (rest !== 0n) {
    const quotient = divisor / rest;
    [divisor, rest] = [rest, divisor - quotient * rest];
    [before, now] = [now, before - quotient * now];
  }
  if (divisor !== 1n) return undefined;
  return before < 0n ? before + n : before;
}

/** Whether a prime below 65537 divides the number. */
export function hasSmallFactor(number: bigint): boolean {
  return smallPrimeGroups().some(({ product, primes }) => {
    const rest = Number(number % BigInt(product));
    return primes.some((prime) => rest % prime === 0);
  });
}

interface Group {
  readonly product: number; // below 2^53, so that a number holds it exactly
  readonly primes: readonly number[];
}

let groups: readonly Group[] | undefined;

/** The primes below 65537 in products of three: one long division serves three primes. */
function smallPrimeGroups(): readonly Group[] {
  if (groups === undefined) {
    const primes = smallPrimes();
    groups = Array.from({ length: Math.ceil(primes.length / 3) }, (_, index) => {
      const three = primes.slice(3 * index, 3 * index + 3);
      return { product: three.reduce((product, prime) => product * prime, 1), primes: three };
    });
  }
  return groups;
}

/** By the sieve of Eratosthenes. */
function smallPrimes(): number[] {
  const isComposite = new Uint8Array(SMALL_PRIME_LIMIT);
  const primes: number[] = [];
  for (let number = 2; number < SMALL_PRIME_LIMIT; number++) {
    if (isComposite[number]) continue;
    primes.push(number);
    for (let multiple = number * number; multiple < SMALL_PRIME_LIMIT; multiple += number) isComposite[multiple] = 1;
  }
  return primes;
}
