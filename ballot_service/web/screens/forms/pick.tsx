// Up to `max` options, and names written in where the ballot allows.

import { useState } from "preact/hooks";
import { picksLeft, withPick, withWriteIn } from "../../voting/choices.ts";
import { paperId } from "../paper.tsx";
import { Choice, Said, useTexts, useTyped } from "../ui.tsx";
import type { FormProps } from "./form.tsx";

export function Pick({ paper, ballot, draft, place, desk }: FormProps<"pick">) {
  const texts = useTexts();
  const [isRefused, setRefused] = useState(false);
  const { options, max, writeIn } = ballot;
  const left = picksLeft(ballot, draft);
  const isOne = max === 1 && writeIn === 0;

  const fill = (next: typeof draft) => {
    setRefused(false);
    desk.fill(paper.paper, next, false);
  };
  const pickOne = (option: string) => fill({ ...draft, picks: [option] });

  return (
    <fieldset class="block" aria-labelledby={paperId(place)}>
      <p class="limit" role="status">
        {isOne ? texts.pick.one : texts.pick.limit(max)}{" "}
        {!isOne && <span class="count">{texts.pick.chosen(max - left, max)}</span>}
      </p>
      <div class="options">
        {options.map(({ id, name, note }) => {
          const isChecked = draft.picks.includes(id);
          return (
            <Choice
              key={id}
              type={isOne ? "radio" : "checkbox"}
              name={`pick-${place}`}
              checked={isChecked}
              blocked={!isOne && !isChecked && left <= 0}
              onBlocked={() => setRefused(true)}
              onPick={(picked) => (isOne ? pickOne(id) : fill(withPick(ballot, draft, id, picked)))}
            >
              <Said>{name}</Said>
              {note !== null && (
                <span class="note">
                  <Said>{note}</Said>
                </span>
              )}
            </Choice>
          );
        })}
      </div>
      {writeIn > 0 && (
        <div class="write-ins">
          {Array.from({ length: shown(draft.writeIn, writeIn) }, (_, index) => (
            <WriteIn
              key={`write-in-${index}`}
              label={texts.pick.writeIn(index + 1, writeIn)}
              name={draft.writeIn[index] ?? ""}
              isClosed={left <= 0 && (draft.writeIn[index] ?? "").trim() === ""}
              onType={(name) => fill(withWriteIn(ballot, draft, index, name))}
            />
          ))}
          <p class="aside">{texts.pick.writeInHint}</p>
        </div>
      )}
      <div role="alert">{isRefused && left <= 0 && <p class="why">{texts.pick.full(max)}</p>}</div>
      <div class="options apart">
        <Choice
          type={isOne ? "radio" : "checkbox"}
          name={isOne ? `pick-${place}` : `abstain-${place}`}
          checked={desk.abstains(paper)}
          onPick={(picked) => {
            setRefused(false);
            desk.fill(paper.paper, { kind: "pick", picks: [], writeIn: [] }, picked);
          }}
        >
          {texts.ballot.abstain}
        </Choice>
      </div>
    </fieldset>
  );
}

/** One empty field more than there are names. */
function shown(names: readonly string[], most: number): number {
  const last = names.reduce((found, name, index) => (name.trim() === "" ? found : index + 1), 0);
  return Math.min(most, Math.max(last + 1, names.length));
}

function WriteIn(props: { label: string; name: string; isClosed: boolean; onType: (name: string) => void }) {
  const { value, type } = useTyped(props.name, props.onType);
  return (
    <label class="write-in">
      <span class="label">{props.label}</span>
      <input
        class="text"
        type="text"
        value={value}
        disabled={props.isClosed}
        autoComplete="off"
        autoCorrect="off"
        spellcheck={false}
        enterkeyhint="done"
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}
