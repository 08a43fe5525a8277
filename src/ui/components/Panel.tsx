import { type ReactNode, useId } from "react";
import Boundary from "./Boundary.tsx";

interface Props {
  readonly title: string;
  readonly className?: string;
  /** Controls at the right of the heading. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A region of the workbench with its heading. */
export function Panel({ title, className = "", tools, children }: Props) {
  const heading = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={heading}>
      <header className={`panel-head ${tools ? "with-tools" : ""}`}>
        <h2 id={heading}>{title}</h2>
        {tools}
      </header>
      <Boundary>{children}</Boundary>
    </section>
  );
}
