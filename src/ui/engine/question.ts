import type { Answer, InspectionKind, Question } from "../../session/types.ts";
import type { Engine } from "./engine.ts";

/** Asks the session once about its present moment; undefined if it is gone. Panels that follow the run use `useInspection`. */
export function inspectOnce<K extends InspectionKind>(
  engine: Engine,
  question: Question<K> & { readonly kind: K },
): Promise<Answer<K> | undefined> {
  return engine.ask((client) => client.api.inspect(question as Question) as Promise<Answer<K>>);
}
