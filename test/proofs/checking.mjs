// A process that has a program look at an output, for as long as it lives.

import { commandCheck } from "@terrace/agents";

const script = 'echo $$ >> "$1"; sleep 300 & echo $! >> "$1"; wait';
const check = commandCheck({
  name: "endless",
  command: "sh",
  args: ["-c", script, "sh", process.argv[2]],
  files: () => ({}),
});
await check.run("output", { signal: new AbortController().signal });
