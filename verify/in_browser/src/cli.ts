// The same verifier without a page, for tests and for whoever has Node.js: node src/cli.ts LEDGER … [--fingerprint TEXT] …
// `--batch FILE` reads one JSON list of arguments a line and answers one verdict a line.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { GivenFile, Options } from "./case.ts";
import { unreadable } from "./checks/trust.ts";
import { LEDGER_TYPE, readVerifierKey, type VerifierKey, WITNESS_TYPE } from "./note.ts";
import { judgeSeries, seriesToJson } from "./series.ts";
import type { Verdict } from "./verdict.ts";
import { examine, type Examined, verify } from "./verify.ts";
import { readFingerprint } from "./words.ts";

class BadArguments extends Error {}

function given(path: string): GivenFile {
  return { name: basename(path), data: readFileSync(path) };
}

interface Arguments {
  readonly ledgers: readonly GivenFile[];
  readonly earlier: readonly GivenFile[];
  readonly fingerprints: readonly Uint8Array[];
  readonly options: Options;
}

function readArguments(words: readonly string[]): Arguments {
  const ledgers: GivenFile[] = [];
  let [ledgerKey, unpinned]: [Options["ledgerKey"], boolean] = [null, false];
  const witnesses: VerifierKey[] = [];
  const fingerprints: Uint8Array[] = [];
  const checkpoints: GivenFile[] = [];
  const receipts: GivenFile[] = [];
  const earlier: GivenFile[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!word.startsWith("--")) {
      ledgers.push(given(word));
      continue;
    }
    if (word === "--unpinned") {
      unpinned = true;
      continue;
    }
    const value = words[++at];
    if (value === undefined) throw new BadArguments(`${word} needs a value`);
    if (word === "--ledger-key") ledgerKey = keyOf(value, LEDGER_TYPE) ?? bad(`${word}: not a ledger key`);
    else if (word === "--witness") witnesses.push(keyOf(value, WITNESS_TYPE) ?? bad(`${word}: not a witness key`));
    else if (word === "--fingerprint")
      fingerprints.push(readFingerprint(value) ?? bad(`${word}: not 64 digits or 8 words`));
    else if (word === "--checkpoint") checkpoints.push(given(value));
    else if (word === "--receipt") receipts.push(given(value));
    else if (word === "--earlier") earlier.push(given(value));
    else throw new BadArguments(`unknown option ${word}`);
  }
  if (ledgers.length === 0) throw new BadArguments("no ledger given");
  if (ledgers.length > 1 && earlier.length > 0) throw new BadArguments("--earlier: not with several ledgers");
  if (ledgers.length === 1 && fingerprints.length > 1) throw new BadArguments("--fingerprint: twice for one ledger");
  const options = { ledgerKey, fingerprint: null, unpinned, witnesses, checkpoints, receipts };
  const wrong = unreadable(options);
  if (wrong !== null) throw new BadArguments(`${wrong.name}: not what it was given as`);
  return { ledgers, earlier, fingerprints, options };
}

function keyOf(text: string, type: number): VerifierKey | null {
  const key = readVerifierKey(text.trim());
  return key?.type === type ? key : null;
}

function bad(message: string): never {
  throw new BadArguments(message);
}

type Answer = Verdict | ReturnType<typeof seriesToJson>;

async function run(words: readonly string[]): Promise<Answer> {
  const { ledgers, earlier, fingerprints, options } = readArguments(words);
  if (ledgers.length > 1) {
    const examined: Examined[] = [];
    for (const one of ledgers) examined.push(await examine(one));
    return seriesToJson(judgeSeries(examined, options, fingerprints));
  }
  return verify(ledgers[0] as GivenFile, { ...options, fingerprint: fingerprints[0] ?? null }, earlier);
}

function status(answer: Answer): number {
  if (answer.accepted) return 0;
  const verdicts = "ledgers" in answer ? answer.ledgers.map((one) => one.verdict) : [answer];
  return verdicts.some((one) => one.meeting.entries === null) ? 2 : 1;
}

const [first, ...rest] = process.argv.slice(2);
try {
  if (first === "--batch") {
    for (const line of readFileSync(rest[0] ?? bad("--batch needs a file"), "utf8").split("\n")) {
      if (line !== "") console.log(JSON.stringify(await run(JSON.parse(line) as string[])));
    }
  } else {
    const answer = await run([first, ...rest].filter((word) => word !== undefined));
    console.log(JSON.stringify(answer));
    process.exitCode = status(answer);
  }
} catch (error) {
  if (!(error instanceof BadArguments)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
