import { describe } from "vitest";
import { wildGuests } from "./wild-suite.ts";

describe("guests that do anything", () => wildGuests({ part: 1, parts: 4 }));
