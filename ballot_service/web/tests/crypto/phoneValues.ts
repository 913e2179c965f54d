// The form of tests/crypto/phone_values.json. Text is hexadecimal unless it is long, then base64url, or says otherwise.

import type { Json } from "../../crypto/canonical.ts";

export interface PhoneValues {
  readonly fingerprint: string;
  readonly encodings: readonly {
    readonly hex: string;
    readonly b64u: string;
    readonly b64: string;
    readonly b32: string;
  }[];
  readonly fields: { readonly tag: string; readonly lp: string; readonly integers: string };
  readonly canonical: readonly { readonly loose: string; readonly canonical: string }[];
  readonly hkdf: readonly { readonly length: number; readonly output: string }[];
  readonly tree: {
    readonly size: number;
    readonly root: string;
    readonly inclusion: readonly {
      readonly index: number;
      readonly size: number;
      readonly root: string;
      readonly proof: readonly string[];
    }[];
    readonly consistency: readonly {
      readonly old: number;
      readonly old_root: string;
      readonly proof: readonly string[];
    }[];
    readonly range: readonly { readonly start: number; readonly end: number; readonly proof: readonly string[] }[];
  };
  readonly note: {
    readonly note: string;
    readonly keys: readonly string[];
    readonly size: number;
    readonly root: string;
    readonly timestamp: number;
  };
  readonly slips: readonly Readonly<
    Record<"text" | "base_url" | "secret" | "prefix" | "token" | "keep_key" | "slip_id", string>
  >[];
  readonly words: readonly { readonly digest: string; readonly zh: string; readonly en: string }[];
  readonly ed25519: readonly Readonly<Record<"seed" | "key" | "message" | "signature", string>>[];
  readonly transport: Readonly<
    Record<"transport_key" | "answer_key" | "ephemeral_seed" | "payload" | "body" | "answer_payload" | "answer", string>
  > & { readonly length: number };
  readonly booklets: readonly {
    readonly seed: string;
    readonly bits: number;
    readonly moduli: readonly (readonly string[])[];
    readonly blinded: readonly (readonly string[])[];
    readonly request_hash: string;
    readonly blind_signatures: readonly (readonly string[])[];
    readonly pages: readonly {
      readonly key_seed: string;
      readonly public_key: string;
      readonly credentials: readonly string[];
    }[];
  }[];
  readonly ballot: Readonly<
    Record<
      | "key_seed"
      | "paper_hash"
      | "voter_class"
      | "box_key"
      | "ephemeral_seed"
      | "line"
      | "id"
      | "receipt_key"
      | "receipt",
      string
    >
  > & { readonly credentials: readonly string[]; readonly choice: Json; readonly length: number };
}
