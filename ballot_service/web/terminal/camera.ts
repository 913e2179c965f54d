// The camera: shown live, and a picture of it read a few times a second. Nothing is recorded; pictures live until the next.

import type { CameraState } from "./hub.ts";

/** A picture on its way to reader.ts: RGBA. */
export interface Frame {
  readonly pixels: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

/** Between an answer and the next picture. */
const PAUSE_MS = 120;
/** A camera that was pulled out, or is used by another program, is looked for again. */
const AGAIN_MS = 4_000;
/** More is not needed to read a slip at arm's length, and takes longer. */
const WIDEST_PX = 1280;

export interface WatchParts {
  readonly video: HTMLVideoElement;
  /** The script of reader.ts. */
  readonly reader: string;
  readonly onState: (state: CameraState) => void;
  /** All codes of one picture; none most of the time. */
  readonly onCodes: (codes: readonly string[]) => void;
}

/** Look through the camera until the result is called. */
export function watch({ video, reader, onState, onCodes }: WatchParts): () => void {
  const worker = new Worker(reader);
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  let stream: MediaStream | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function later(act: () => void, ms: number): void {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(act, ms);
  }

  async function open(): Promise<void> {
    letGo();
    if (!("mediaDevices" in navigator)) {
      onState("off");
      return;
    }
    try {
      const wanted = { width: { ideal: WIDEST_PX }, height: { ideal: 720 }, facingMode: { ideal: "user" } };
      const opened = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (isOver) {
        for (const track of opened.getTracks()) track.stop();
        return;
      }
      stream = opened;
      for (const track of opened.getTracks()) track.onended = () => lost("missing");
      video.srcObject = opened;
      await video.play();
      onState("ok");
      look();
    } catch (error) {
      const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
      lost(isRefused ? "refused" : "missing");
    }
  }

  function lost(state: CameraState): void {
    if (isOver) return;
    onState(state);
    later(() => void open(), AGAIN_MS);
  }

  /** One picture to the reader; the next after its answer. */
  function look(): void {
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (drawing === null || width === 0 || height === 0) {
      later(look, PAUSE_MS);
      return;
    }
    const scale = Math.min(1, WIDEST_PX / width);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    const pixels = drawing.getImageData(0, 0, canvas.width, canvas.height).data.buffer as ArrayBuffer;
    const frame: Frame = { pixels, width: canvas.width, height: canvas.height };
    worker.postMessage(frame, [pixels]);
  }

  worker.onmessage = ({ data }: MessageEvent<readonly string[]>) => {
    if (isOver) return;
    later(look, PAUSE_MS);
    onCodes(data);
  };
  worker.onerror = () => lost("missing");
  void open();

  function letGo(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
  }

  return () => {
    isOver = true;
    clearTimeout(timer);
    letGo();
    worker.terminate(); // and with it the last picture
    canvas.width = 0;
  };
}
