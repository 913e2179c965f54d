// A score: as keys where there are few, else typed or stepped; apart from it 不了解, where it is offered, and 弃权.

import type { ScoreBallot } from "../../api/meeting.ts";
import { withScore } from "../../voting/choices.ts";
import { paperId } from "../paper.tsx";
import { Choice, useTexts, useTyped } from "../ui.tsx";
import type { FormProps } from "./form.tsx";

const MOST_KEYS = 12;

export function Score({ paper, ballot, draft, place, desk }: FormProps<"score">) {
  const texts = useTexts();
  const { answer } = draft;
  const name = `score-${place}`;
  const score = answer !== null && answer !== "unknown" ? answer.score : "";
  const range = rangeOf(ballot);
  const set = (text: string) =>
    desk.fill(paper.paper, withScore(text === "" ? null : { score: spelling(text, ballot) }), false);
  return (
    <div class="block" role="radiogroup" aria-labelledby={paperId(place)}>
      <p class="limit">{texts.score.range(range.min, range.max, range.step)}</p>
      {ballot.scores.length <= MOST_KEYS ? (
        <div class="options keys">
          {ballot.scores.map((one) => (
            <Choice key={one} type="radio" name={name} checked={score === one} onPick={() => set(one)}>
              {one}
            </Choice>
          ))}
        </div>
      ) : (
        <Typed ballot={ballot} score={score} set={set} isWrong={paper.problem !== null} />
      )}
      <div class="options grades apart">
        {ballot.unknown && (
          <Choice
            type="radio"
            name={name}
            checked={answer === "unknown"}
            onPick={() => desk.fill(paper.paper, withScore("unknown"), false)}
          >
            {texts.ballot.unknown}
          </Choice>
        )}
        <Choice
          type="radio"
          name={name}
          checked={desk.abstains(paper)}
          onPick={() => desk.fill(paper.paper, withScore(null), true)}
        >
          {texts.ballot.abstain}
        </Choice>
      </div>
    </div>
  );
}

function Typed(props: { ballot: ScoreBallot; score: string; set: (text: string) => void; isWrong: boolean }) {
  const { ballot, score, set, isWrong } = props;
  const texts = useTexts();
  const { value, type } = useTyped(score, set);
  const isWhole = ballot.scores.every((one) => !one.includes("."));
  const stepTo = (by: 1 | -1) => type(neighbour(ballot.scores, score, by));
  return (
    <div class="stepper">
      <button type="button" class="button side step" aria-label={texts.score.less} onClick={() => stepTo(-1)}>
        −
      </button>
      <input
        class="text score"
        type="text"
        inputMode={isWhole ? "numeric" : "decimal"}
        autoComplete="off"
        enterkeyhint="done"
        aria-label={texts.score.label}
        aria-invalid={isWrong}
        value={value}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <button type="button" class="button side step" aria-label={texts.score.more} onClick={() => stepTo(1)}>
        +
      </button>
    </div>
  );
}

/** What was typed, as the ballot spells that score: full-width digits, a comma, zeros around it. Else as typed. */
export function spelling(typed: string, { scores }: ScoreBallot): string {
  const plain = typed.normalize("NFKC").replace(/[。,]/g, ".").replace(/\s/g, "");
  if (scores.includes(plain)) return plain;
  const isNumber = /^-?\d*\.?\d*$/.test(plain) && /\d/.test(plain);
  return (isNumber ? scores.find((score) => Number(score) === Number(plain)) : undefined) ?? plain;
}

/** The next score up or down; from nothing, the middle one. */
function neighbour(scores: readonly string[], score: string, by: 1 | -1): string {
  const place = scores.indexOf(score);
  if (place < 0) return scores[Math.floor(scores.length / 2)] ?? "";
  return scores[Math.min(scores.length - 1, Math.max(0, place + by))] ?? score;
}

/** For people: "0.5" for the exact "1/2". */
export function rangeOf({ scores, min, max, step }: ScoreBallot): { min: string; max: string; step: string } {
  return { min: scores[0] ?? decimal(min), max: scores[scores.length - 1] ?? decimal(max), step: decimal(step) };
}

function decimal(exact: string): string {
  const [above = "0", below = "1"] = exact.split("/");
  return below === "1" ? above : String(Number(above) / Number(below));
}
