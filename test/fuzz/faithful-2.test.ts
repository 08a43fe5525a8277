import { describe } from "vitest";
import { faithfulGuests } from "./faithful-suite.ts";

describe("guests that can be virtualized", () => faithfulGuests({ part: 1, parts: 2 }));
