import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import type { RegisterFile } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { edit } from "../../engine/memory.ts";
import { typedValue } from "../../engine/value.ts";
import { useWords } from "../../i18n/index.ts";
import "../memory/words.ts";
import { type EditTarget, editsOf } from "./edit-target.ts";

interface Props {
  readonly name: string;
  readonly value: string;
  readonly target: EditTarget;
  readonly file: RegisterFile;
  /** The field is to go; what is still to be said of the edit, or null. */
  onDone(notice: Words | null): void;
}

/** A field in a value's place: hex as shown, decimal with 0d, or an expression. */
export default function EditField({ name, value, target, file, onDone }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const values: number[] = [];
    for (const part of text.split(":")) {
      const typed = await typedValue(engine, part);
      if (!typed.ok) {
        setProblem(words(typed.words) || t("memory.badValue"));
        return;
      }
      values.push(typed.value);
    }
    for (const event of editsOf(target, file, values)) {
      const outcome = await edit(engine, event);
      if (!outcome.ok) {
        setProblem(outcome.words === null ? "" : words(outcome.words));
        return;
      }
      onDone(outcome.words);
    }
  };
  return (
    <form className="register-edit" onSubmit={(event) => void submit(event)}>
      <input
        ref={field}
        // biome-ignore lint/a11y/noAutofocus: the reader has just opened this field to type into it
        autoFocus
        aria-label={t("memory.editRegister", { name, value })}
        aria-invalid={problem !== ""}
        title={t("memory.editHelp")}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={() => {
          // A refusal stays in sight until it has been answered.
          if (problem === "") onDone(null);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone(null);
        }}
      />
      {problem !== "" && (
        <p className="register-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
