import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { actionOf } from "../../actions/index.ts";
import type { ActionId } from "../../actions/types.ts";
import { useActionWords } from "../../actions/words.ts";
import { Keys } from "../../components/Keys.tsx";
import type { Place } from "../../components/Wanted.tsx";
import { useEngine } from "../../engine/context.ts";
import { deleteFile, type FileRights, revertFile, rightsOf } from "../../engine/files.ts";
import { deleteText } from "../../engine/texts.ts";
import type { OpenDocument } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import { isOwnText } from "../../store/texts.ts";

interface Props extends Place {
  readonly document: OpenDocument;
  readonly file: string;
}

/** What can be done with the file on view, with the program, and with files on this computer. */
export function FileMenuList({ trigger, defaultOpen, document, file }: Props) {
  const { t } = useTranslation();
  const programId = useUi((state) => state.work.programId);
  const own = document.kind === "program" && isOwnText(programId);
  const rights = rightsOf(document, programId, file);
  const ofFile = document.binary === null && (rights.revert || (file !== document.main && rights.rename));
  return (
    <DropdownMenu.Root modal={false} defaultOpen={defaultOpen}>
      <DropdownMenu.Trigger {...trigger} />
      <DropdownMenu.Portal container={globalThis.document.querySelector("main")}>
        <DropdownMenu.Content className="menu" sideOffset={4} collisionPadding={8} align="end">
          {ofFile && <FileItems file={file} main={file === document.main} rights={rights} />}
          <Group title={t("files.group.program")}>
            <ActionItem id="newFromTemplate" />
            <ActionItem id="addFile" />
            {own && <TextItems programId={programId} />}
            <ActionItem id="texts" />
            <ActionItem id="paravirtualize" />
          </Group>
          <Group title={t("files.group.disk")}>
            <ActionItem id="openLocal" />
            <ActionItem id="saveFile" />
            <ActionItem id="saveAll" />
            <ActionItem id="saveImage" />
            <ActionItem id="saveListing" />
          </Group>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label className="select-label">{title}</DropdownMenu.Label>
      {children}
    </DropdownMenu.Group>
  );
}

function ActionItem({ id }: { readonly id: ActionId }) {
  const engine = useEngine();
  const words = useActionWords();
  const action = actionOf(id);
  const enabled = useUi((state) => action.enabled(state));
  const Icon = action.icon;
  return (
    <DropdownMenu.Item className="menu-item" disabled={!enabled} onSelect={() => void action.run(engine)}>
      <Icon aria-hidden="true" />
      {words(id).label}
      <Keys keys={action.keys.slice(0, 1)} />
    </DropdownMenu.Item>
  );
}

function FileItems({
  file,
  main,
  rights,
}: {
  readonly file: string;
  readonly main: boolean;
  readonly rights: FileRights;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  return (
    <Group title={t("files.group.file", { file })}>
      {rights.revert && (
        <DropdownMenu.Item className="menu-item" onSelect={() => void revertFile(engine, file)}>
          {t("files.item.revert")}
        </DropdownMenu.Item>
      )}
      {!main && rights.rename && (
        <DropdownMenu.Item
          className="menu-item"
          onSelect={() =>
            change(engine.store, (draft) => {
              draft.documents.about = { kind: "rename-file", file };
              draft.dialog = "file";
            })
          }
        >
          {t("files.item.rename")}
        </DropdownMenu.Item>
      )}
      {!main && rights.remove && (
        <DropdownMenu.Item className="menu-item" onSelect={() => void deleteFile(engine, file)}>
          {t("files.item.remove")}
        </DropdownMenu.Item>
      )}
    </Group>
  );
}

function TextItems({ programId }: { readonly programId: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  return (
    <>
      <DropdownMenu.Item
        className="menu-item"
        onSelect={() =>
          change(engine.store, (draft) => {
            draft.documents.about = { kind: "rename-text", programId };
            draft.dialog = "file";
          })
        }
      >
        {t("files.item.renameText")}
      </DropdownMenu.Item>
      <DropdownMenu.Item className="menu-item" onSelect={() => void deleteText(engine, programId)}>
        {t("files.item.removeText")}
      </DropdownMenu.Item>
    </>
  );
}
