import { createContext, useContext } from "react";
import type { Engine } from "./engine.ts";

const EngineContext = createContext<Engine | null>(null);
export const EngineProvider = EngineContext.Provider;

/** The engine that the page was started with. */
export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (engine === null) throw new Error("no engine above this component");
  return engine;
}
