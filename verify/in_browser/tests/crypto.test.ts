// Published vectors. They lie outside the repository on the machines that build it; where they are not, a test says so.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { fromHex, hex, toBytes, utf8 } from "../src/bytes.ts";
import {
  combineShares,
  credentialHolds,
  deriveKeyPair,
  ed25519Holds,
  hasSmallFactor,
  openSeal,
} from "../src/crypto.ts";
import { createHash } from "node:crypto";
import { toWords, readFingerprint, WORD_LISTS } from "../src/words.ts";

const VECTORS = process.env["BALLOT_VECTORS"] ?? "/work/shared/vectors";

function vectors<T>(name: string): { skip: string | false; read: () => T } {
  const path = `${VECTORS}/${name}`;
  return {
    skip: existsSync(path) ? false : `no ${path}; BALLOT_VECTORS names another folder`,
    read: () => JSON.parse(readFileSync(path, "utf8")) as T,
  };
}

interface EdgeCase {
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

const edges = vectors<EdgeCase[]>("ed25519_edge_cases.json");
test("Ed25519: every edge case is answered as libsodium answers it", { skip: edges.skip }, () => {
  // No cofactor, no small order, one encoding: what the flags of a case say must be absent.
  const refused = ["low_order_A", "low_order_R", "low_order_residue", "non_canonical_A", "non_canonical_R"];
  const cases = edges.read();
  assert.ok(cases.length > 900);
  let held = 0;
  for (const one of cases) {
    const holds = ed25519Holds(fromHex(one.sig), utf8(one.msg), fromHex(one.key));
    const flags = one.flags ?? [];
    assert.equal(holds, !flags.some((flag) => refused.includes(flag)), JSON.stringify(one));
    if (holds) held++;
  }
  assert.ok(held > 0 && held < cases.length);
});

test("Ed25519: S is below the order of the group", () => {
  const { key, message, signature } = rfc8032();
  assert.ok(ed25519Holds(signature, message, key));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(signature.slice(32).reverse())}`) + order;
  const large = Uint8Array.from([...signature.slice(0, 32), ...toBytes(s, 32).reverse()]);
  assert.ok(!ed25519Holds(large, message, key));
});

function rfc8032() {
  // RFC 8032 §7.1, TEST 2
  return {
    key: fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
    message: fromHex("72"),
    signature: fromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
  };
}

interface Rsa {
  readonly name: string;
  readonly n: string;
  readonly input_msg: string;
  readonly sig: string;
  readonly sLen: number | string;
}

const rsa = vectors<Rsa[]>("rfc9474_blind_rsa.json");
test("RSABSSA-SHA384-PSS: the signatures of RFC 9474 verify, and spoiled ones do not", { skip: rsa.skip }, () => {
  const cases = rsa.read().filter((one) => one.name.includes("-PSS-"));
  assert.ok(cases.length >= 2);
  for (const one of cases) {
    const n = BigInt(`0x${one.n.replace(/^0x/, "")}`);
    const signature = fromHex(one.sig.replace(/^0x/, ""));
    const message = fromHex(one.input_msg.replace(/^0x/, ""));
    assert.ok(credentialHolds(signature, message, n, signature.length), one.name);
    const other = Uint8Array.from(signature);
    other[100] = (other[100] as number) ^ 1;
    assert.ok(!credentialHolds(other, message, n, signature.length));
    const added = BigInt(`0x${one.sig.replace(/^0x/, "")}`) + n;
    assert.ok(
      !credentialHolds(toBytes(added, signature.length + 1).slice(-signature.length), message, n, signature.length),
    );
  }
});

interface Hpke {
  readonly info: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly encryptions?: readonly { readonly aad: string; readonly ct: string; readonly pt: string }[];
}

const hpke = vectors<Hpke>("rfc9180_hpke_x25519_chacha20poly1305.json");
test("HPKE: the key pair of RFC 9180 is derived", { skip: hpke.skip }, () => {
  const one = hpke.read();
  const { secret, publicKey } = deriveKeyPair(fromHex(one.ikmR));
  assert.equal(hex(secret), one.skRm);
  assert.equal(hex(publicKey), one.pkRm);
  assert.equal(openSeal(new Uint8Array(32), new Uint8Array(80), secret, publicKey, utf8("")), null);
});

test("the worked example: words, shares, seal", () => {
  // docs/protocol.md §11
  const fingerprint = fromHex("d2a262b648250bc8598f77fee08c085179416e1f290080440d051f9bb610e072");
  assert.equal(toWords(fingerprint, "zh"), "僚 质 牙 尘 坏 鼻 渐 饼");
  assert.equal(toWords(fingerprint, "en"), "sport basic pulse motion expose tomorrow great upon");
  for (const typed of [
    "僚质牙尘坏鼻渐饼",
    " 僚 质 牙 尘\n坏鼻渐饼 ",
    "Sport  BASIC pulse motion expose tomorrow great upon",
  ]) {
    assert.equal(hex(readFingerprint(typed) ?? new Uint8Array()), hex(fingerprint.slice(0, 11)));
  }
  assert.equal(readFingerprint("僚质牙尘坏鼻渐"), null);
  const seed = combineShares([
    { card: 1, share: fromHex("295e91fe518f17819a6c22a831f91299ab611cadec26ab914843898517c4baf2") },
    { card: 3, share: fromHex("300e550b0acc53ab0f1366d3727dd936b4c497d07c8ca638f6a47c7bc2bc4067") },
  ]);
  assert.equal(hex(seed), "a876f309f12335945dde00189dbbfa4329bed41ea473204817bd7efaf0f8c735");
  const { secret, publicKey } = deriveKeyPair(seed);
  assert.equal(hex(secret), "192b77e6731494450c6fea7b12f5600dbc0ec37250a909e4a9e560b35f142954");
  const opened = openSeal(
    fromHex("973e6169a84020e1846b6585b721cba4c276fd1ba2c49cb18779df810bff0617"),
    fromHex(
      "542c50ec8d9fcd24c733223f46360c8e96d6f10f7fd0747c0c0a3cd46c766a039b9c7207456d7f82ffe40312c9e88e16c8899f46c2a858d1a749b0cc732bbca9ae1ab4a6f8e44061e7a9acf16a2432de",
    ),
    secret,
    publicKey,
    fromHex(
      "62616c6c6f742d736572766963652f76312f7365616c00396a7551557d771ad608e7c014670944fb59c5d9f5fc608de0ccdf2667bffeaf0000000141e434d12357755e2e9cdfffa07aa52a2f81a7bc5c592e133242368fbc5cf1ce83",
    ),
  );
  assert.equal(
    new TextDecoder().decode(opened ?? new Uint8Array()).trimEnd(),
    '{"marks":{"li-si":"oppose","zhang-san":"approve"}}',
  );
});

test("the word lists are the published ones", () => {
  const digest = (list: readonly string[]) =>
    createHash("sha256")
      .update(`${list.join("\n")}\n`)
      .digest("hex");
  assert.match(digest(WORD_LISTS.zh), /^5c594279.*5726$/);
  assert.match(digest(WORD_LISTS.en), /^2f5eed53.*dbda$/);
});

test("small factors are found up to 65521, and no further", () => {
  const large = (1n << 127n) - 1n;
  assert.ok(hasSmallFactor(large * 65521n));
  assert.ok(!hasSmallFactor(large * 65537n));
});
