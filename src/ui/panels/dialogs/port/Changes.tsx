import { useTranslation } from "react-i18next";
import type { Words } from "../../../../isa/types.ts";
import type { Port } from "../../../../session/paravirtualize/types.ts";
import { useWords } from "../../../i18n/index.ts";
import type { Place } from "../../../store/state.ts";

interface Props {
  readonly port: Port;
  onShow(place: Place): void;
}

interface Group {
  readonly title: string;
  readonly note: Words;
  readonly lines: { readonly file: string; readonly line: number; readonly text: string }[];
}

/** What was changed, and what may stay, under the notes that say why; a line leads to its place. */
export function Changes({ port, onShow }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <section className="port-changes" aria-label={t("port.changes")}>
      {groupsOf(port, t("port.kept")).map(({ title, note, lines }) => (
        <div key={`${title} ${note.en}`}>
          <h3>{title}</h3>
          <p>{words(note)}</p>
          <ul>
            {lines.map(({ file, line, text }) => (
              <li key={`${line} ${file}`}>
                <button
                  type="button"
                  className="button link mono"
                  aria-label={t("port.show", { place: `${file}:${line}` })}
                  onClick={() => onShow({ file, line })}
                >
                  {file}:{line}
                </button>{" "}
                <code>{text}</code>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function groupsOf({ changes, kept }: Port, keptTitle: string): Group[] {
  const groups = new Map<string, Group>();
  const add = (title: string, note: Words, line: Group["lines"][number]): void => {
    const key = `${title} ${note.en}`;
    const group = groups.get(key) ?? { title, note, lines: [] };
    groups.set(key, group);
    group.lines.push(line);
  };
  for (const { operation, note, file, line, after } of changes)
    add(operation, note, { file, line, text: codeOf(after) });
  for (const { note, file, line, text } of kept) add(keptTitle, note, { file, line, text: codeOf(text) });
  return [...groups.values()];
}

/** A line without its comment. */
function codeOf(line: string): string {
  return line.replace(/\s*;[^"'`]*$/, "").trim();
}
