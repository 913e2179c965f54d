// A slip on the desk: its QR code is read here and the redeem token derived here. Of the code's secret nothing is sent,
// and the field that it was scanned into is emptied at once and has no name.

import { b64u } from "../crypto/encoding.ts";
import { MalformedSlip } from "../crypto/errors.ts";
import { parseSlipUrl, redeemToken } from "../crypto/slips.ts";
import { readPhoto } from "../screens/photo.ts";

const LOOK_MILLISECONDS = 400;

/** The redeem token of a slip of this meeting, or null for anything else. */
export function tokenOf(text: string, meetingId: string): string | null {
  try {
    const slip = parseSlipUrl(text.trim());
    if (slip.meetingId !== meetingId) return null;
    const token = b64u(redeemToken(slip.secret));
    slip.secret.fill(0);
    return token;
  } catch (error) {
    if (error instanceof MalformedSlip) return null;
    throw error;
  }
}

/** Starts where a page has a field for slips. */
export function readSlips(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-slip]");
  const field = form?.querySelector<HTMLInputElement>("[data-slip-text]");
  if (!form || !field) return;
  const wrong = form.querySelector<HTMLElement>("[data-slip-wrong]");
  const take = (text: string): boolean => {
    const token = tokenOf(text, form.dataset["meeting"] ?? "");
    field.value = "";
    if (wrong !== null) wrong.hidden = token !== null;
    (form.elements.namedItem("token") as HTMLInputElement).value = token ?? "";
    return token !== null;
  };
  form.addEventListener("submit", (event) => {
    if (!take(field.value)) event.preventDefault(); // a scanner ends its line with Enter, which comes here
  });
  startCamera(form, (text) => {
    field.value = text;
    form.requestSubmit();
  });
}

/** Cameras work on https only, and where the browser reads QR codes; elsewhere the button stays hidden. */
function startCamera(form: HTMLFormElement, found: (text: string) => void): void {
  const button = form.querySelector<HTMLButtonElement>("[data-slip-start]");
  const video = form.querySelector<HTMLVideoElement>("[data-slip-camera]");
  if (button === null || video === null || !readPhoto.isPossible() || !navigator.mediaDevices) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.disabled = true; // no camera, or not allowed: scanner and keyboard remain
      return;
    }
    video.hidden = false;
    await video.play();
    const look = setInterval(async () => {
      const text = await readFrame(video);
      if (text === null) return;
      clearInterval(look);
      for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
      video.hidden = true;
      found(text);
    }, LOOK_MILLISECONDS);
  });
}

async function readFrame(video: HTMLVideoElement): Promise<string | null> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  if (context === null || canvas.width === 0) return null;
  context.drawImage(video, 0, 0);
  const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  return picture === null ? null : readPhoto(picture);
}
