// Canonical JSON against a second encoder, written here word for word, and what a reader refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../crypto/bytes.ts";
import * as canonical from "../../crypto/canonical.ts";
import { MalformedJson } from "../../crypto/errors.ts";
import { below, refuses, repeatable } from "./helpers.ts";

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/** RFC 8785 §3.2, slowly. */
function plainEncode(value: canonical.Json): string {
  if (typeof value === "string") return `"${value.split("").map(plainEscape).join("")}"`;
  if (Array.isArray(value)) return `[${value.map(plainEncode).join(",")}]`;
  if (!canonical.isObject(value)) return `${value}`;
  const units = (text: string) => text.split("").map((unit) => unit.charCodeAt(0));
  const keys = Object.keys(value).sort((left, right) => {
    const [a, b] = [units(left), units(right)];
    const at = a.findIndex((unit, index) => unit !== b[index]);
    return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
  });
  return `{${keys.map((key) => `${plainEncode(key)}:${plainEncode(value[key] ?? null)}`).join(",")}}`;
}

function plainEscape(char: string): string {
  const code = char.charCodeAt(0);
  return SHORT[char] ?? (code < 0x20 ? `\\u${code.toString(16).padStart(4, "0")}` : char);
}

const PIECES = ["a", "é", "票", "😀", "ﬀ", "€", "\n", "\u0000", "\u001f", "\u007f", '"', "\\", "/", "\u2028", "1", "9"];

function anyValue(random: (length: number) => Uint8Array, depth: number): canonical.Json {
  const text = () => Array.from({ length: below(4, random) }, () => PIECES[below(PIECES.length, random)]).join("");
  const several = () => Array.from({ length: below(5, random) });
  switch (below(depth === 0 ? 4 : 6, random)) {
    case 0:
      return text();
    case 1:
      return below(2 ** 53, random) - below(2 ** 53, random);
    case 2:
      return null;
    case 3:
      return below(2, random) === 0;
    case 4:
      return several().map(() => anyValue(random, depth - 1));
    default:
      return Object.fromEntries(several().map(() => [text(), anyValue(random, depth - 1)]));
  }
}

test("every value has the plain encoder's bytes and reads back", () => {
  const random = repeatable("canonical");
  for (let round = 0; round < 2000; round++) {
    const value = anyValue(random, 4);
    const data = canonical.encode(value);
    assert.equal(Buffer.from(data).toString(), plainEncode(value));
    assert.deepEqual(canonical.decode(data), value);
    const loose = utf8(JSON.stringify(value, null, 1));
    if (Buffer.compare(loose, data) !== 0) refuses("not-canonical", () => canonical.decode(loose));
  }
});

test("a value without canonical form is refused", () => {
  canonical.encode([1, "é", { é: null }]);
  for (const value of [
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    2 ** 53,
    -(2 ** 53),
    "e\u0301",
    "\ud800",
    "\udc00\ud800",
    { "\udc00": 1 },
    { "e\u0301": 1 },
    undefined,
    { a: undefined },
    [undefined],
    1n,
    () => 1,
    new Uint8Array(1),
    new Map(),
    [{ a: new Set([1]) }],
  ]) {
    refuses("not-encodable", () => canonical.encode(value as canonical.Json));
  }
});

test("no reader takes", () => {
  for (const text of [
    "",
    '\ufeff{"a":1}',
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    "1.0",
    "1.5",
    "1e2",
    "-0",
    "01",
    "NaN",
    "-Infinity",
    "9007199254740992",
    "9007199254740993",
    "-9007199254740992",
    "1".repeat(5000),
    '"e\u0301"',
    '"e\\u0301"',
    '"\\ud800"',
    '"\n"',
    '{"a":1',
    '{"a":1}}',
    "{'a':1}",
    "[1,]",
    "undefined",
  ]) {
    assert.throws(() => canonical.decode(utf8(text)), MalformedJson, text.slice(0, 40));
  }
  for (const data of [
    [0x22, 0xff, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xc0, 0xaf, 0x22],
  ]) {
    refuses("malformed-json", () => canonical.decode(Uint8Array.from(data)));
  }
});

test("another spelling is not canonical", () => {
  for (const text of [
    '{"a": 1}',
    '{"a":1}\n',
    '{"b":1,"a":1}',
    '"\\u0061"',
    '"\\/"',
    '"\\u000A"',
    '"\\u001F"',
    '{"ﬀ":1,"😀":1}', // in the order of code points
    '{"9":1,"10":1}',
  ]) {
    refuses("not-canonical", () => canonical.decode(utf8(text)));
    canonical.decode(canonical.encode(JSON.parse(text)));
  }
});

test("the message of a refusal holds nothing of the text", () => {
  assert.throws(
    () => canonical.decode(utf8('{"token":"geheim", oops}')),
    (error: Error) => error instanceof MalformedJson && !error.message.includes("geheim") && !("cause" in error),
  );
});

test("limits are kept to the byte and level", () => {
  assert.deepEqual(canonical.decode(utf8("[[1]]"), { maxBytes: 5, maxDepth: 2 }), [[1]]);
  refuses("json-too-large", () => canonical.decode(utf8("[[1]]"), { maxBytes: 4 }));
  refuses("json-too-deep", () => canonical.decode(utf8("[[1]]"), { maxDepth: 1 }));
  canonical.decode(utf8("[".repeat(16) + "]".repeat(16)));
  refuses("json-too-deep", () => canonical.decode(utf8("[".repeat(17) + "]".repeat(17))));
  canonical.decode(utf8(`[${"[],".repeat(50)}{}]`), { maxDepth: 2 });
});

test("brackets in strings do not nest", () => {
  const text = utf8('["[[[[","\\"[[","\\\\",[]]');
  canonical.decode(text, { maxDepth: 2 });
  refuses("json-too-deep", () => canonical.decode(text, { maxDepth: 1 }));
});

test("a hostile line costs one pass", () => {
  for (const text of ["[".repeat(4_000_000), `${"[".repeat(15)}"${'\\"'.repeat(1_900_000)}`, "9".repeat(4_000_000)]) {
    const start = process.cpuUsage().user;
    assert.throws(() => canonical.decode(utf8(text)), MalformedJson);
    assert.ok(process.cpuUsage().user - start < 5_000_000);
  }
});

test("a line of the ledger is an object", () => {
  assert.deepEqual(canonical.decodeObject(utf8('{"a":1}')), { a: 1 });
  for (const text of ["[]", "1", "null", '"a"']) refuses("malformed-json", () => canonical.decodeObject(utf8(text)));
});
