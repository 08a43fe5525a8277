// npx tsx test/programs/record-vmx.ts: runs the hypervisors of programs/vmx in Bochs and records their VM exits.
import { hypervisors, runInBochs, writeRecord } from "./vmx-runs.ts";

const exits: Record<string, Awaited<ReturnType<typeof runInBochs>>["vmExits"]> = {};
for (const path of hypervisors) exits[path] = (await runInBochs(path)).vmExits;
writeRecord(exits);
