import { describe } from "vitest";
import { faithfulGuests } from "./faithful-suite.ts";

describe("guests that can be virtualized", () => faithfulGuests({ part: 0, parts: 2 }));
