// Words of one's own: counted, and with the warning that they are read as they stand.

import { lengthOf, withText } from "../../voting/choices.ts";
import { paperId } from "../paper.tsx";
import { useTexts, useTyped } from "../ui.tsx";
import type { FormProps } from "./form.tsx";

export function Comment({ paper, ballot, draft, place, desk }: FormProps<"comment">) {
  const { comment } = useTexts();
  const { value, type } = useTyped(draft.text, (text) => desk.fill(paper.paper, withText(text), false));
  const left = ballot.maxChars - lengthOf(value.trim());
  const [warning, counter] = [`warn-${place}`, `left-${place}`];
  return (
    <div class="block">
      <p id={warning}>{comment.warn}</p>
      <textarea
        class="text"
        rows={5}
        value={value}
        aria-labelledby={paperId(place)}
        aria-describedby={`${warning} ${counter}`}
        autoComplete="off"
        onInput={(event) => type(event.currentTarget.value)}
      />
      <p id={counter} class={left < 0 ? "problem" : "aside"} aria-live="polite">
        {left < 0 ? comment.over(-left) : comment.left(left)} {value === "" && comment.empty}
      </p>
    </div>
  );
}
