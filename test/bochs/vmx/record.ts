// npx tsx test/bochs/vmx/record.ts [CASE...]: runs cases in Bochs and records what they print, corrected after the manual.
// A case that Bochs cannot run is left alone: its record is written by hand.
import { END, twoAtATime } from "../harness.ts";
import { assembleCaseWithNasm, caseNames, notInBochs, runCaseInBochs, writeGoldenCase } from "./cases.ts";

const wanted = process.argv.slice(2);
const names = caseNames().filter((name) => notInBochs(name) === null && (wanted.length === 0 || wanted.includes(name)));
for (const [name, result] of twoAtATime(names, (each) => runCaseInBochs(each, assembleCaseWithNasm(each)))) {
  try {
    const text = await result;
    if (!text.endsWith(END)) throw new Error(`it did not come to its end: ${text.slice(-200)}`);
    writeGoldenCase(name, text);
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
