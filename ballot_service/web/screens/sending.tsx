// After 投出选票: ballots go out one by one. No choice is known here, so none can be shown.

import type { Sending as SendingJourney } from "../voting/journey.ts";
import { Progress, Title, useClock, useTexts } from "./ui.tsx";

export function Sending({ journey }: { journey: SendingJourney }) {
  const { sending } = useTexts();
  const { wait, received, total } = journey;
  const now = useClock(wait?.until ?? 0);
  const isWaiting = wait !== null && now < wait.until;
  return (
    <>
      <Title>{sending.title}</Title>
      <p role="status" class="strong">
        {isWaiting ? sending.wait : sending.received(received, total)}
      </p>
      {isWaiting ? (
        <Progress done={Math.max(0, now - wait.from)} of={wait.until - wait.from} label={sending.wait} />
      ) : (
        <Progress done={received} of={total} label={sending.received(received, total)} />
      )}
      <p>{sending.keepOpen}</p>
    </>
  );
}
