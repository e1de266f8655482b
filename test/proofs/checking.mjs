// A process that has a program look at an output, for as long as it lives. It says the ids of what runs, in a line.

import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { commandCheck } from "@terrace/agents";

const [file] = process.argv.slice(2);
const script = 'echo $$ >> "$1"; sleep 300 & echo $! >> "$1"; wait';
const check = commandCheck({
  name: "endless",
  command: "sh",
  args: ["-c", script, "sh", file],
  files: () => ({}),
});
void check.run("output", { signal: new AbortController().signal });

for (let pids = []; pids.length < 2; await wait(10)) {
  pids = (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);
  // Said in a turn of its own: whatever starting the program takes has been done.
  if (pids.length === 2) process.stdout.write(`${pids.join(" ")}\n`);
}
