import { type KeyboardEvent, type ReactNode, type Ref, useLayoutEffect, useRef, useState } from "react";

/** A module that is fetched when first wanted, and kept from then on. */
export interface Late<M> {
  now: M | null;
  fetch(): Promise<M>;
}

/** @param load imports the module; asked again if it failed (the page may have been without a network) */
export function late<M>(load: () => Promise<M>): Late<M> {
  const module: Late<M> = {
    now: null,
    fetch: async () => {
      module.now ??= await load();
      return module.now;
    },
  };
  return module;
}

/** What the button shows and says: the same before and after the widget has come. */
export interface Face {
  readonly className: string;
  readonly "aria-label": string;
  readonly title?: string;
  readonly children: ReactNode;
}

/** What the widget does when it takes the button's place. */
export interface Place {
  /** For its trigger. */
  readonly trigger: Face & { readonly ref: Ref<HTMLButtonElement> };
  /** The reader has asked for it meanwhile. */
  readonly defaultOpen: boolean;
}

const SPEAKS = {
  list: { role: "combobox", "aria-autocomplete": "none" },
  menu: { "aria-haspopup": "menu" },
  dialog: { "aria-haspopup": "dialog" },
} as const;

interface Props<M> {
  readonly module: Late<M>;
  readonly opens: keyof typeof SPEAKS;
  readonly face: Face;
  /** The widget, with its own trigger. */
  readonly children: (module: M, place: Place) => ReactNode;
}

/**
 * A button that opens something which is fetched only when the pointer or the focus comes near. Until then it is a plain
 * button that looks and speaks like the trigger that takes its place.
 */
export function Wanted<M>({ module, opens, face, children }: Props<M>) {
  const [here, setHere] = useState(module.now);
  const trigger = useRef<HTMLButtonElement>(null);
  const focused = useRef(false);
  const open = useRef(false);
  // A click goes to the element that was pressed: it stays until then.
  const pressed = useRef(false);

  useLayoutEffect(() => {
    if (here !== null && focused.current) trigger.current?.focus();
  }, [here]);
  if (here !== null) return children(here, { trigger: { ...face, ref: trigger }, defaultOpen: open.current });

  const settle = (): void => {
    if (pressed.current || module.now === null) return;
    focused.current = trigger.current !== null && trigger.current === document.activeElement;
    setHere(module.now);
  };
  const want = (): void => {
    // Without a network the button stays, and the next touch tries again.
    module.fetch().then(settle, () => {});
  };
  const wantOpen = (): void => {
    pressed.current = false;
    open.current = true;
    want();
  };
  const letGo = (): void => {
    if (!pressed.current) return;
    pressed.current = false;
    settle();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const arrow = opens !== "dialog" && (event.key === "ArrowDown" || (opens === "list" && event.key === "ArrowUp"));
    if (!arrow && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    wantOpen();
  };
  return (
    <button
      type="button"
      ref={trigger}
      {...SPEAKS[opens]}
      aria-expanded={false}
      {...face}
      onPointerEnter={want}
      onFocus={want}
      onPointerDown={(event) => {
        pressed.current = event.button === 0;
      }}
      // A finger leaves before its click comes.
      onPointerLeave={(event) => event.pointerType === "mouse" && letGo()}
      onPointerCancel={letGo}
      onClick={wantOpen}
      onKeyDown={onKeyDown}
    />
  );
}
