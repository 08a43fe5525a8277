// npx tsx test/bochs/record.ts [GUEST...]: runs guests in Bochs and records what they print, corrected after the manual.
import { assembleWithNasm, corrected, END, guestNames, runBochs, twoAtATime, writeGolden } from "./harness.ts";

const wanted = process.argv.slice(2);
const names = guestNames().filter((name) => wanted.length === 0 || wanted.includes(name));
for (const [name, result] of twoAtATime(names, (each) => runBochs(assembleWithNasm(`guests/${each}`)))) {
  const text = await result;
  if (!text.endsWith(END)) {
    console.error(
      `${name}: did not come to its end; its last line: ${text.trimEnd().split("\n").at(-1)?.slice(0, 200)}`,
    );
    process.exitCode = 1;
  } else writeGolden(name, corrected(name, text));
}
