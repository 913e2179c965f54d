// What was scanned, by camera or by scanner: a slip of this meeting, or why not.

import { CryptoError } from "../crypto/errors.ts";
import { parseSlipUrl, type SlipCode } from "../crypto/slips.ts";

/**
 * not-a-slip     another code, as on an advertisement
 * damaged        begins like a slip and does not end like one
 * other-meeting  a slip, and not of this meeting
 */
export type ScanProblem = "not-a-slip" | "damaged" | "other-meeting";

export interface Scanned {
  readonly text: string;
  readonly slip: SlipCode;
}

/**
 * readings: of one scan; the first that is a slip counts. Its address is not compared: a hub may reach the service by
 * another name than the one on the slips. The fingerprint is, as soon as the meeting was fetched (checks.ts).
 */
export function readScan(readings: readonly string[], meeting: string): Scanned | ScanProblem {
  const texts = readings.map(asPrinted);
  for (const text of texts) {
    const slip = slipOf(text);
    if (slip === null) continue;
    return slip.meetingId === meeting ? { text, slip } : "other-meeting";
  }
  // The card of the hall has the address alone.
  return texts.some((text) => /^HTTPS?:\/\/[^/]+\/M\/[^/]*[#.]/.test(text)) ? "damaged" : "not-a-slip";
}

/** Slips are printed in capitals; a scanner, Caps Lock or an input method may have changed that, and the width of signs. */
function asPrinted(text: string): string {
  return text.normalize("NFKC").replace(/。/g, ".").trim().toUpperCase();
}

function slipOf(text: string): SlipCode | null {
  try {
    return parseSlipUrl(text);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}
