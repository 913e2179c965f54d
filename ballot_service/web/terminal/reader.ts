// The worker that looks for QR codes in pictures of the camera, so that the page stays smooth. It has the terminal's origin
// and nothing else; its program (zxing, as WebAssembly) comes from the hub like every file of the client.

import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import type { Frame } from "./camera.ts";

declare const READER_WASM_URL: string;

prepareZXingModule({ overrides: { locateFile: () => READER_WASM_URL } });

/** What a camera sees of a slip in somebody's hand: any turn, some blur; never white on black. */
const OPTIONS: ReaderOptions = { formats: ["QRCode"], tryInvert: false, tryDenoise: true, maxNumberOfSymbols: 2 };

self.onmessage = async ({ data: { pixels, width, height } }: MessageEvent<Frame>) => {
  const picture = new ImageData(new Uint8ClampedArray(pixels), width, height);
  const found = await readBarcodes(picture, OPTIONS);
  self.postMessage(found.filter((code) => code.isValid).map((code) => code.text));
};
