import { Clipboard, Copy, Scissors } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useTranslation } from "react-i18next";
import { actionOf } from "../../actions/index.ts";
import { keysOf } from "../../actions/keys.ts";
import type { ActionId } from "../../actions/types.ts";
import { useActionWords } from "../../actions/words.ts";
import { Keys } from "../../components/Keys.tsx";
import { useEngine } from "../../engine/context.ts";
import { useUi } from "../../store/store.ts";

type Editor = ReturnType<typeof import("./monaco/setup.ts").monaco.editor.create>;

interface Props {
  /** Where the menu was asked for, in pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly on: Editor | null;
  onClose(): void;
}

const CLIPBOARD = [
  { id: "cut", command: "editor.action.clipboardCutAction", icon: Scissors, keys: "Ctrl+X", edits: true },
  { id: "copy", command: "editor.action.clipboardCopyAction", icon: Copy, keys: "Ctrl+C", edits: false },
  { id: "paste", command: "editor.action.clipboardPasteAction", icon: Clipboard, keys: "Ctrl+V", edits: true },
] as const;

const GROUPS: readonly (readonly ActionId[])[] = [
  ["explain", "goToDefinition", "findReferences", "renameName", "quickFix", "formatText"],
  ["breakpoint", "toCursor"],
];

/** What can be done with the text at the pointer or the cursor. */
export default function EditorMenu({ at, on, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="menu-anchor"
          tabIndex={-1}
          aria-label={t("language.menu")}
          style={{ left: at.x, top: at.y }}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.querySelector("main")}>
        <DropdownMenu.Content
          className="menu"
          align="start"
          collisionPadding={8}
          aria-label={t("language.menu")}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            on?.focus();
          }}
        >
          {GROUPS.map((ids) => (
            <DropdownMenu.Group key={ids[0]}>
              {ids.map((id) => (
                <ActionItem key={id} id={id} />
              ))}
              <DropdownMenu.Separator className="menu-separator" />
            </DropdownMenu.Group>
          ))}
          <DropdownMenu.Group>
            {CLIPBOARD.map(({ id, command, icon: Icon, keys, edits }) => (
              <DropdownMenu.Item
                key={id}
                className="menu-item"
                disabled={edits && on?.getRawOptions().readOnly === true}
                onSelect={() => {
                  on?.focus();
                  on?.trigger("ringside", command, {});
                }}
              >
                <Icon aria-hidden="true" />
                {t(`language.${id}`)}
                <Keys keys={[keys]} />
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Group>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function ActionItem({ id }: { readonly id: ActionId }) {
  const engine = useEngine();
  const words = useActionWords();
  const action = actionOf(id);
  const enabled = useUi((state) => action.enabled(state));
  const own = useUi((state) => state.keys);
  const Icon = action.icon;
  return (
    <DropdownMenu.Item className="menu-item" disabled={!enabled} onSelect={() => void action.run(engine)}>
      <Icon aria-hidden="true" />
      {words(id).label}
      <Keys keys={keysOf(action, own).slice(0, 1)} />
    </DropdownMenu.Item>
  );
}
