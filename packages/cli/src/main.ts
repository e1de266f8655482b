#!/usr/bin/env node
// The command as a process: its streams, its environment, its exit code. What it does is `terrace`.

import type { Surroundings } from "./surroundings.js";
import { terrace } from "./terrace.js";
import { withoutWorkflowCommands } from "./workflow-commands.js";

const { stdin, stdout, stderr, env, argv } = process;
const hangUp = new AbortController();
const surroundings: Surroundings = {
  stdin,
  stdout: withoutWorkflowCommands(stdout, env),
  stderr: withoutWorkflowCommands(stderr, env),
  env,
  hungUp: hangUp.signal,
};

// A reader that has seen enough, such as `head`, is no error.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (stream === stdout) hangUp.abort();
  });
}

process.exitCode = await terrace(argv.slice(2), surroundings);
