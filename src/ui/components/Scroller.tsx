import type { ComponentProps } from "react";

/** A region that scrolls by itself: it has a name, and the keyboard reaches it. */
export function Scroller({ label, ...rest }: { readonly label: string } & ComponentProps<"section">) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
  return <section aria-label={label} tabIndex={0} {...rest} />;
}
