import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly description?: string | undefined;
  /** It has two columns side by side where there is room. */
  readonly wide?: boolean;
  readonly children: ReactNode;
  onClose(): void;
}

/** A dialog over the page: Escape and the veil close it, focus goes back to where it was. */
export function Modal({ open, title, description, wide = false, children, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-veil" />
        <Dialog.Content
          className={wide ? "dialog wide" : "dialog"}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <Dialog.Title>{title}</Dialog.Title>
          {description !== undefined && <Dialog.Description>{description}</Dialog.Description>}
          {children}
          <Dialog.Close className="button icon quiet close" aria-label={t("common.close")}>
            <X aria-hidden="true" />
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
