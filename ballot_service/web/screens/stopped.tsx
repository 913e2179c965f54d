// The end of trust: red, in plain words, and whom to show it to.

import type { Stopped as StoppedJourney } from "../voting/journey.ts";
import { Icon, Title, useTexts } from "./ui.tsx";

export function Stopped({ journey }: { journey: StoppedJourney }) {
  const texts = useTexts();
  const { stopped } = texts;
  return (
    <>
      <div class="stop-panel">
        <Icon name="alarm" />
        <Title>{stopped.title}</Title>
        <p>{stopped.reasons[journey.code]}</p>
        <p class="strong">{stopped.show}</p>
      </div>
      <p>{stopped.sendsNothing}</p>
      {journey.received > 0 && <p>{stopped.received(journey.received)}</p>}
      <dl class="facts">
        <dt>{texts.code}</dt>
        <dd class="code">{journey.code}</dd>
        <dt>{texts.detail}</dt>
        <dd class="code" lang="en">
          {journey.detail}
        </dd>
      </dl>
    </>
  );
}
