import { useEffect, useState } from "react";
import type { ListingAnswer } from "../../../session/inspect/listing.ts";
import { useEngine } from "../../engine/context.ts";
import { useUi } from "../../store/store.ts";

/** The listing of the program that is loaded, undefined until there is one. It is fetched once. */
export function useListing(): ListingAnswer | undefined {
  const engine = useEngine();
  const program = useUi((state) => (state.run.view === null ? null : state.run.program));
  const [kept, setKept] = useState<{ readonly of: object; readonly answer: ListingAnswer } | null>(null);
  useEffect(() => {
    if (program === null) return;
    let alive = true;
    const { generation } = engine;
    void engine
      .ask((client) => client.api.inspect({ kind: "listing" }) as Promise<ListingAnswer>)
      .then((answer) => {
        if (!alive || answer === undefined || generation !== engine.generation) return;
        setKept({ of: program, answer });
      });
    return () => {
      alive = false;
    };
  }, [engine, program]);
  return program !== null && kept?.of === program ? kept.answer : undefined;
}
