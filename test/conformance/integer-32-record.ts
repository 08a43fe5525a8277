// npx tsx test/conformance/integer-32-record.ts: runs the cases of integer-32.test.ts in Bochs and records the checksums.
import { writeFileSync } from "node:fs";
import { runBochs } from "../bochs/harness.ts";
import { checksums, integerCases } from "./integer-32.ts";

const lines = await checksums(integerCases(1, 1), runBochs);
writeFileSync(new URL("./integer-32.txt", import.meta.url), `${lines.sort().join("\n")}\n`);
