// Nobody is on: what to do, in one sentence and a drawing, and what the camera sees.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, Title } from "../screens/ui.tsx";
import { Arming } from "./arming.ts";
import { watch } from "./camera.ts";
import type { CameraState } from "./hub.ts";
import type { Front, Notice, View } from "./terminal.ts";
import { useTerminalTexts } from "./ui.tsx";

interface AttractProps {
  view: View;
  terminal: Front;
  notice: Notice | null;
  reader: string | null;
}

export function Attract({ view, terminal, notice, reader }: AttractProps) {
  const { attract } = useTerminalTexts();
  const [camera, setCamera] = useState<CameraState | "opening">("opening");
  const hasCamera = camera === "opening" || camera === "ok";
  return (
    <>
      <div class="attract-columns">
        <div class="attract-what">
          <Title>{attract.title}</Title>
          <p class="lead">{hasCamera ? attract.what : attract.whatToScanner}</p>
          {hasCamera && <Drawing label={attract.drawing} />}
        </div>
        <div class="attract-camera">
          <Camera terminal={terminal} reader={reader} state={camera} setState={setCamera} />
          {hasCamera && <p>{attract.scanner}</p>}
          <div role="alert">
            {notice !== null && (
              <div class="notice warn">
                <Icon name="alarm" />
                <p class="notice-text">{attract.notices[notice]}</p>
              </div>
            )}
          </div>
        </div>
      </div>
      <Foot view={view} name={terminal.name} />
    </>
  );
}

interface CameraProps {
  terminal: Front;
  reader: string | null;
  state: CameraState | "opening";
  setState: (state: CameraState) => void;
}

function Camera({ terminal, reader, state, setState }: CameraProps) {
  const { attract } = useTerminalTexts();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null || reader === null) return;
    const arming = new Arming();
    return watch({
      video: video.current,
      reader,
      onState: (found) => {
        setState(found);
        terminal.seeing(found);
      },
      onCodes: (codes) => {
        const what = arming.see(codes, Date.now());
        if (what === "take") terminal.scan(codes);
        if (what === "take-away") terminal.notice("take-away");
      },
    });
  }, [terminal, reader]);
  return (
    <figure class={`camera ${state}`}>
      <video ref={video} muted playsInline disablePictureInPicture aria-label={attract.camera.ok} />
      {state !== "ok" && <figcaption>{state === "opening" ? attract.opening : attract.camera[state]}</figcaption>}
    </figure>
  );
}

/** For those who want to know: the connection, and the words to compare with the hall's screen. */
function Foot({ view, name }: { view: View; name: string }) {
  const { attract } = useTerminalTexts();
  const { meeting, connected, hub } = view;
  const isOk = connected && hub === "none";
  return (
    <footer class="foot">
      <p role="status" class={isOk ? "link ok" : "link lost"}>
        <span class="lamp" aria-hidden="true" />
        {isOk ? attract.connected : attract.notConnected}
      </p>
      {meeting !== null && (
        <p class="foot-words">
          {attract.words}
          {"　"}
          <span lang={meeting.locale}>{meeting.words}</span>
        </p>
      )}
      <p>{attract.terminal(name)}</p>
    </footer>
  );
}

/** A slip, held with its code towards the camera of a screen. */
function Drawing({ label }: { label: string }) {
  return (
    <svg class="drawing" viewBox="0 0 420 230" role="img" aria-label={label}>
      <g class="device">
        <rect x="220" y="24" width="180" height="150" rx="12" />
        <path d="M280 174 l-14 34 h88 l-14 -34" />
        <circle class="lens" cx="310" cy="40" r="8" />
      </g>
      <path class="beam" d="M302 44 L176 76 M302 46 L176 168" />
      <g class="slip">
        <path d="M60 54 h112 v134 h-112 z" />
        <g class="code">
          <rect x="78" y="72" width="24" height="24" />
          <rect x="130" y="72" width="24" height="24" />
          <rect x="78" y="124" width="24" height="24" />
          <path d="M112 74h10M112 86h10M110 100h8M126 104h8M142 104h12M78 108h10M96 108h12M112 118h12M132 118h10M148 120h6M112 132h8M126 132h12M146 134h8M112 146h14M134 146h10M150 146h4" />
        </g>
        <path class="line" d="M78 166h76" />
      </g>
      <g class="hand">
        <path d="M18 214 C18 176 34 160 58 158 L88 158 C100 158 100 174 88 174 L70 174 M58 214 C58 196 74 190 96 186" />
      </g>
    </svg>
  );
}
