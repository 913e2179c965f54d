// Signed notes and checkpoints: the published example, both algorithms, one spelling.

import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex, utf8 } from "../../crypto/bytes.ts";
import { formatCheckpoint, parseCheckpoint } from "../../crypto/checkpoint.ts";
import * as ed25519 from "../../crypto/ed25519.ts";
import { b64, u64 } from "../../crypto/encoding.ts";
import { EMPTY_ROOT } from "../../crypto/merkle.ts";
import * as note from "../../crypto/note.ts";
import { refuses } from "./helpers.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index);
const WITNESS_SEED = SEED.map((byte) => byte + 1);
const NAME = "ballot.example/lushui-2026-12";
const WITNESS = "witness.example";
const TEXT = `${NAME}\n214\n${b64(SEED)}\n`;
const KEY = new note.VerifierKey(NAME, note.ED25519, ed25519.publicKey(SEED));
const WITNESS_KEY = new note.VerifierKey(WITNESS, note.COSIGNATURE, ed25519.publicKey(WITNESS_SEED));
const SIGNATURE = ed25519.sign(SEED, utf8(TEXT));
const LINE = line(KEY, SIGNATURE);
const SIGNED = `${TEXT}\n${LINE}`;
const COSIGNED = SIGNED + cosignature(1_797_000_000n);

// Go's golang.org/x/mod/sumdb/note, package documentation
const PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PUBLISHED_NOTE =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n" +
  "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

function line(key: note.VerifierKey, blob: Uint8Array, name = key.name): string {
  return `— ${name} ${b64(concat(key.keyHash, blob))}\n`;
}

function cosignature(time: bigint, signedTime = time): string {
  const signature = ed25519.sign(WITNESS_SEED, utf8(`cosignature/v1\ntime ${signedTime}\n${TEXT}`));
  return line(WITNESS_KEY, concat(u64(time), signature));
}

test("the published note verifies", () => {
  const key = note.parseVerifierKey(PUBLISHED_KEY);
  assert.equal(note.formatVerifierKey(key), PUBLISHED_KEY);
  assert.deepEqual(note.verifyNote(PUBLISHED_NOTE, [key]), [{ key, timestamp: null }]);
});

test("ledger and witness sign one note", () => {
  assert.deepEqual(note.verifyNote(COSIGNED, [WITNESS_KEY, KEY]), [
    { key: KEY, timestamp: null },
    { key: WITNESS_KEY, timestamp: 1_797_000_000n },
  ]);
  assert.deepEqual(note.verifyNote(COSIGNED, [KEY]), [{ key: KEY, timestamp: null }]);
  const latest = 2n ** 63n - 1n;
  assert.equal(note.verifyNote(SIGNED + cosignature(latest), [WITNESS_KEY])[0]?.timestamp, latest);
});

test("a cosignature of another time or form is refused", () => {
  for (const bad of [
    cosignature(1n, 2n), // moved to another time
    cosignature(2n ** 63n),
    line(WITNESS_KEY, new Uint8Array(64)), // no time
    line(WITNESS_KEY, new Uint8Array(8)), // no signature
    line(WITNESS_KEY, new Uint8Array(73)),
  ]) {
    refuses("bad-signature", () => note.verifyNote(SIGNED + bad, [KEY, WITNESS_KEY]));
    note.verifyNote(SIGNED + bad, [KEY]); // lines of unknown keys count for nothing
  }
});

test("one spoiled thing spoils a note", () => {
  note.verifyNote(SIGNED, [KEY]);
  refuses("bad-signature", () => note.verifyNote(SIGNED.replace("\n214\n", "\n215\n"), [KEY]));
  refuses("bad-signature", () => note.verifyNote(`${TEXT}\n${line(KEY, SIGNATURE.slice(1))}`, [KEY]));
  refuses("note-not-signed", () => note.verifyNote(SIGNED, [WITNESS_KEY]));
  refuses("note-not-signed", () => note.verifyNote(SIGNED, []));
  const otherName = new note.VerifierKey("another", note.ED25519, KEY.publicKey);
  refuses("note-not-signed", () => note.verifyNote(SIGNED, [otherName]));
});

test("a note has one spelling", () => {
  const twoLines = `${TEXT}\n${LINE}${line(WITNESS_KEY, SIGNATURE)}`;
  assert.equal(note.parseNote(twoLines).signatures.length, 2);
  for (const bad of [
    "",
    TEXT,
    `${TEXT}\n`, // no signature
    `\n\n${LINE}`, // no text
    SIGNED.slice(0, -1),
    `${SIGNED}\n`,
    `${SIGNED}\nmore`,
    `${TEXT}\n${LINE}${LINE}`, // one key twice
    SIGNED.replace("— ", "- "),
    SIGNED.replace("— ", "—  "),
    SIGNED.replace("— ", " — "),
    SIGNED.replace(`— ${NAME}`, "— a+b"),
    SIGNED.replace(`— ${NAME}`, "— a\u00a0b"),
    SIGNED.replace(`— ${NAME}`, "— a\u0085b"),
    SIGNED.replace(`— ${NAME}`, "— a\u007fb"),
    `${TEXT}\n${LINE.replace("=\n", "\n")}`,
    `${TEXT}\n— ${NAME} ${b64(KEY.keyHash)}\n`, // a key hash and no signature
    `${TEXT}\n— ${NAME} QR==\n`,
    SIGNED.replace("214", "2\t14"),
    SIGNED.replace("214", "2\u000014"),
    SIGNED.replace("214", "2\r14"),
    SIGNED.replace("214", "2\u009014"),
    SIGNED.replace("214", "\ud800"),
    `${"a".repeat(note.MAX_NOTE_BYTES)}${SIGNED}`,
    `${TEXT}\n${Array.from({ length: 101 }, (_, index) => line(KEY, SIGNATURE, `n${index}`)).join("")}`,
  ]) {
    refuses("malformed-note", () => note.parseNote(bad));
    refuses("malformed-note", () => note.verifyNote(bad, [KEY]));
  }
});

test("a name may hold what is no white space", () => {
  for (const name of ["a", "票/会-1", "a\ufeffb", "a\u200bb"]) assert.ok(note.isName(name), name);
  for (const name of ["", "a b", "a+b", "a\nb", "a\tb", "a\u3000b", "a\u2028b", "a\u001cb"]) {
    assert.ok(!note.isName(name), JSON.stringify(name));
  }
});

test("a verifier key has one spelling, and its hash belongs to it", () => {
  const text = note.formatVerifierKey(KEY);
  note.parseVerifierKey(text);
  const [name, hash] = [KEY.name, hex(KEY.keyHash)];
  const key = text.slice(`${name}+${hash}+`.length); // base64, which may hold a plus sign too
  const smallOrder = b64(concat(new Uint8Array([1, 1]), new Uint8Array(31)));
  for (const bad of [
    "",
    name,
    `${name}+${hash}`,
    `${name}+${hash.toUpperCase()}+${key}`,
    `${name}+0${hash}+${key}`,
    `${name}+00000000+${key}`,
    `other+${hash}+${key}`,
    `+${hash}+${key}`,
    `a b+${hash}+${key}`,
    `${name}+${hash}+${key}=`,
    `${name}+${hash}+${b64(concat(new Uint8Array([1]), SEED.slice(1)))}`,
    `${name}+${hash}+${b64(concat(new Uint8Array([2]), KEY.publicKey))}`,
    `${name}+${hash}+${smallOrder}`,
  ]) {
    refuses("malformed-verifier-key", () => note.parseVerifierKey(bad));
  }
});

test("a checkpoint has one spelling", () => {
  assert.equal(formatCheckpoint(parseCheckpoint(TEXT)), TEXT);
  const empty = `${NAME}\n0\n${b64(EMPTY_ROOT)}\n`;
  assert.equal(formatCheckpoint(parseCheckpoint(empty)), empty);
  assert.equal(parseCheckpoint(TEXT.replace("214", "9007199254740991")).treeSize, Number.MAX_SAFE_INTEGER);
  for (const bad of [
    "",
    TEXT.slice(0, -1),
    `${TEXT}\n`,
    `${TEXT}extension\n`,
    TEXT.replace("214", "0214"),
    TEXT.replace("214", "+214"),
    TEXT.replace("214", "-1"),
    TEXT.replace("214", "2e2"),
    TEXT.replace("214", "214.0"),
    TEXT.replace("214", "٢١٤"),
    TEXT.replace("214", ""),
    TEXT.replace("214", "9007199254740993"),
    TEXT.replace("214", "99999999999999999999"),
    TEXT.replace("214", "0"), // with the root of something
    TEXT.replace(NAME, ""),
    TEXT.replace(NAME, "a b"),
    TEXT.replace(b64(SEED), b64(SEED.slice(1))),
    TEXT.replace(b64(SEED), b64(SEED).replace("=", "")),
  ]) {
    refuses("malformed-checkpoint", () => parseCheckpoint(bad));
  }
});
