// Before a booklet is there: opening, no slip or a wrong one, another tab, a slip that cannot be used.

import { useState } from "preact/hooks";
import type { Acts, WrongAddress as WrongAddressJourney } from "../voting/journey.ts";
import { readPhoto } from "./photo.ts";
import { Actions, Icon, Notice, Progress, SideButton, Title, useTexts } from "./ui.tsx";

export function Opening() {
  const { opening } = useTexts();
  return (
    <>
      <Title>{opening.title}</Title>
      <p>{opening.text}</p>
      <Progress done={0} of={0} label={opening.title} />
    </>
  );
}

export function NoSlip({ acts }: { acts: Acts }) {
  const { noSlip } = useTexts();
  return (
    <>
      <Title>{noSlip.title}</Title>
      <p>{noSlip.text}</p>
      <Scan acts={acts} />
    </>
  );
}

export function DamagedSlip({ acts }: { acts: Acts }) {
  const { damagedSlip } = useTexts();
  return (
    <>
      <Title>{damagedSlip.title}</Title>
      <p>{damagedSlip.text}</p>
      <Scan acts={acts} />
    </>
  );
}

export function WrongAddress({ journey, acts }: { journey: WrongAddressJourney; acts: Acts }) {
  const { wrongAddress } = useTexts();
  const isOtherHost = journey.why === "other-host";
  return (
    <>
      <Title>{wrongAddress.title}</Title>
      <Notice kind={isOtherHost ? "alarm" : "plain"}>
        <p>{isOtherHost ? wrongAddress.otherHost : wrongAddress.noSuchMeeting}</p>
        <p class="strong">{wrongAddress.ask}</p>
      </Notice>
      <dl class="facts">
        <dt>{wrongAddress.here}</dt>
        <dd class="code">{journey.here}</dd>
        {journey.onSlip !== journey.here && (
          <>
            <dt>{wrongAddress.onSlip}</dt>
            <dd class="code">{journey.onSlip}</dd>
          </>
        )}
      </dl>
      <Scan acts={acts} />
    </>
  );
}

export function OtherTab() {
  const { otherTab } = useTexts();
  return (
    <>
      <Title>{otherTab.title}</Title>
      <p>{otherTab.text}</p>
      <p>{otherTab.goesOn}</p>
    </>
  );
}

/** One screen whatever the reason: nobody learns whether a slip was used, void or never given out. */
export function SlipUsed({ acts }: { acts: Acts }) {
  const { slipUsed } = useTexts();
  const [isScanning, setScanning] = useState(false);
  return (
    <>
      <div class="big-icon">
        <Icon name="info" />
      </div>
      <Title>{slipUsed.title}</Title>
      <p class="strong">{slipUsed.text}</p>
      <p>{slipUsed.notYou}</p>
      {isScanning ? (
        <Scan acts={acts} />
      ) : (
        <Actions>
          <SideButton onClick={() => setScanning(true)}>{slipUsed.another}</SideButton>
          <SideButton onClick={acts.tryNow}>{slipUsed.again}</SideButton>
        </Actions>
      )}
    </>
  );
}

/** How to scan. A photo is read on the phone itself, where its browser can; it never leaves it. */
function Scan({ acts }: { acts: Acts }) {
  const { scan } = useTexts();
  const [photo, setPhoto] = useState<"none" | "reading" | "not-found">("none");
  const [line, setLine] = useState("");

  async function take(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return;
    setPhoto("reading");
    const text = await readPhoto(file);
    input.value = "";
    if (text === null) setPhoto("not-found");
    else acts.scan(text);
  }

  return (
    <section class="card">
      <h2>{scan.howTitle}</h2>
      <ol class="steps">
        {scan.how.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {readPhoto.isPossible() && (
        <>
          <label class="button main file">
            <input
              type="file"
              accept="image/*"
              capture="environment"
              onChange={(event) => void take(event.currentTarget)}
            />
            <span>{scan.photo}</span>
          </label>
          <p role="status">{photo === "reading" ? scan.reading : photo === "not-found" ? scan.notFound : ""}</p>
        </>
      )}
      <details>
        <summary>{scan.pasteTitle}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (line.trim() === "") return;
            setLine("");
            acts.scan(line.trim());
          }}
        >
          <label>
            <span class="label">{scan.pasteLabel}</span>
            <input
              class="text"
              type="text"
              value={line}
              autoComplete="off"
              autoCapitalize="characters"
              spellcheck={false}
              onInput={(event) => setLine(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button side">
            {scan.pasteButton}
          </button>
        </form>
      </details>
      <p>{scan.help}</p>
    </section>
  );
}
