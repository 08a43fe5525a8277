import { Fragment, lazy, Suspense, useRef, useState } from "react";
import type { Piece, TermId } from "./find.ts";
import "./terms.css";

// The definitions are fetched when the first one is read.
const TermCard = lazy(() => import("./TermCard.tsx"));

/** A text whose terms can be asked what they mean (see `findTerms`). */
export function Defined({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(({ text, tag, term }, index) => {
    const Tag = tag ?? Fragment;
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, by place
    return <Tag key={index}>{term === null ? text : <Term id={term} text={text} />}</Tag>;
  });
}

/** A word of the field: Enter, Space or a press opens its definition. */
function Term({ id, text }: { readonly id: TermId; readonly text: string }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="term"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {text}
      </button>
      {open && (
        <Suspense>
          <TermCard id={id} anchor={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
