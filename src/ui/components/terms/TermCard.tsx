import { X } from "lucide-react";
import { Popover } from "radix-ui";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { en, zh } from "../../i18n/areas/terms.ts";
import { addWords } from "../../i18n/index.ts";
import type { TermId } from "./find.ts";

addWords("terms", { en, zh });

interface Props {
  readonly id: TermId;
  /** The word in the text. */
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

/** What a word of the field means, beside the word. */
export default function TermCard({ id, anchor, onClose }: Props) {
  const { t } = useTranslation();
  const title = t(`terms.${id}.title`);
  return (
    <Popover.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLButtonElement>} />
      <Popover.Portal>
        <Popover.Content
          className="term-card"
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={title}
          // A press on the word itself closes by the word.
          onInteractOutside={(event) => {
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (document.activeElement === document.body) anchor.current?.focus();
          }}
        >
          <h3>{title}</h3>
          <p>{t(`terms.${id}.text`)}</p>
          <Popover.Close className="button icon quiet term-close" aria-label={t("common.close")}>
            <X aria-hidden="true" />
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
