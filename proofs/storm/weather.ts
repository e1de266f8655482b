// One storm: starts the provider and the run, each in a process of its own, and brings together what they report.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RunReport, RunSetup, ServerReport, ServerSetup } from "./messages.js";

/** What a storm is made of. */
export type StormSetup = ServerSetup &
  Omit<RunSetup, "url"> & {
    /** What V8 may use for old objects in the run's process, in MB. */
    readonly heapMb: number;
  };

/** Runs one storm. @throws Error when a process ends before it has reported. */
export async function weather(setup: StormSetup): Promise<{ server: ServerReport; run: RunReport }> {
  const { mode, stormMs, tasks, concurrency, storePath, heapMb } = setup;
  const server = start("server.js", { mode, stormMs } satisfies ServerSetup);
  try {
    const url = (await reportOf(server)) as string;
    const runSetup: RunSetup = { url, tasks, concurrency, storePath };
    const run = (await reportOf(start("run.js", runSetup, [`--max-old-space-size=${heapMb}`]))) as RunReport;
    const counted = reportOf(server);
    server.send("report");
    return { server: (await counted) as ServerReport, run };
  } finally {
    if (server.connected) server.disconnect();
  }
}

function start(script: string, setup: object, execArgv: string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return fork(path, [JSON.stringify(setup)], { execArgv });
}

/** The next message of a process. */
async function reportOf(child: ChildProcess): Promise<unknown> {
  const silence = new AbortController();
  const { signal } = silence;
  const told = once(child, "message", { signal }).then(([message]) => message as unknown);
  const gone = once(child, "exit", { signal }).then(([code, name]) => {
    throw new Error(`A process of the storm ended before it had reported (${code ?? name}).`);
  });
  try {
    return await Promise.race([told, gone]);
  } finally {
    silence.abort();
    await Promise.allSettled([told, gone]);
  }
}
