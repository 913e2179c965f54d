// The same verifier without a page, for tests and for whoever has Node.js: node src/cli.ts LEDGER [--fingerprint TEXT] …
// `--batch FILE` reads one JSON list of arguments a line and answers one verdict a line.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { GivenFile, Options } from "./case.ts";
import { unreadable } from "./checks/trust.ts";
import { readVerifierKey } from "./note.ts";
import type { Verdict } from "./verdict.ts";
import { verify } from "./verify.ts";
import { readFingerprint } from "./words.ts";

class BadArguments extends Error {}

function given(path: string): GivenFile {
  return { name: basename(path), data: readFileSync(path) };
}

function readArguments(words: readonly string[]): { ledger: string; options: Options } {
  let ledger: string | null = null;
  let [ledgerKey, fingerprint, unpinned]: [Options["ledgerKey"], Options["fingerprint"], boolean] = [null, null, false];
  const checkpoints: GivenFile[] = [];
  const receipts: GivenFile[] = [];
  const earlier: GivenFile[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!word.startsWith("--")) {
      ledger = word;
      continue;
    }
    if (word === "--unpinned") {
      unpinned = true;
      continue;
    }
    const value = words[++at];
    if (value === undefined) throw new BadArguments(`${word} needs a value`);
    if (word === "--ledger-key") ledgerKey = readVerifierKey(value) ?? bad(`${word}: not a verifier key`);
    else if (word === "--fingerprint") fingerprint = readFingerprint(value) ?? bad(`${word}: not 64 digits or 8 words`);
    else if (word === "--checkpoint") checkpoints.push(given(value));
    else if (word === "--receipt") receipts.push(given(value));
    else if (word === "--earlier") earlier.push(given(value));
    else throw new BadArguments(`unknown option ${word}`);
  }
  if (ledger === null) throw new BadArguments("no ledger given");
  return { ledger, options: { ledgerKey, fingerprint, unpinned, checkpoints, receipts, earlier } };
}

function bad(message: string): never {
  throw new BadArguments(message);
}

async function run(words: readonly string[]): Promise<Verdict> {
  const { ledger, options } = readArguments(words);
  const wrong = unreadable(options);
  if (wrong !== null) throw new BadArguments(`${wrong.name}: not what it was given as`);
  return verify(readFileSync(ledger), options);
}

function status(verdict: Verdict): number {
  if (verdict.accepted) return 0;
  return verdict.meeting.entries === null ? 2 : 1;
}

const [first, ...rest] = process.argv.slice(2);
try {
  if (first === "--batch") {
    for (const line of readFileSync(rest[0] ?? bad("--batch needs a file"), "utf8").split("\n")) {
      if (line !== "") console.log(JSON.stringify(await run(JSON.parse(line) as string[])));
    }
  } else {
    const verdict = await run([first, ...rest].filter((word) => word !== undefined));
    console.log(JSON.stringify(verdict));
    process.exitCode = status(verdict);
  }
} catch (error) {
  if (!(error instanceof BadArguments)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
