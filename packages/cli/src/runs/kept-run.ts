// Finding a run that was kept, and taking it up.

import {
  OrchestrationError,
  type Orchestrator,
  type Owner,
  type ResumeOptions,
  type Run,
  type RunCursor,
  type RunEvent,
  type RunStore,
  type RunView,
} from "@terrace/core";
import { UsageError } from "../surroundings.js";
import { howToStop } from "./identity.js";
import { ANOTHER_STORE, type KeptStore } from "./store.js";

/** Reads a run without driving it. @throws UsageError when the store does not hold it */
export async function readRun(orchestrator: Orchestrator, runId: string, kept: KeptStore): Promise<RunView> {
  try {
    return await orchestrator.open(runId);
  } catch (error) {
    if (!OrchestrationError.is(error) || error.code !== "RUN_UNKNOWN") throw error;
    throw new UsageError(`${error.message} The store is ${JSON.stringify(kept.place)}. ${ANOTHER_STORE}`);
  }
}

/** Takes up a run. @throws OrchestrationError `RUN_LOCKED`, with how to stop the process that drives it */
export async function takeUp(
  orchestrator: Orchestrator,
  view: RunView,
  kept: KeptStore,
  options: ResumeOptions = {},
): Promise<Run> {
  try {
    return await orchestrator.resume(view.runId, options);
  } catch (error) {
    if (!OrchestrationError.is(error) || error.code !== "RUN_LOCKED") throw error;
    const owner = await ownerOf(kept.runs, view);
    const advice = owner === null ? "" : ` ${howToStop(owner.name)}`;
    throw new OrchestrationError("RUN_LOCKED", `${error.message}${advice}`.trimEnd(), { cause: error });
  }
}

/** How many runs are looked at at once: those that were started in the same millisecond stand beside one another. */
const PAGE = 100;

/** Who drives a run now; `null` when nobody does. */
export async function ownerOf(
  runs: RunStore,
  { runId, log }: Pick<RunView, "runId" | "log">,
): Promise<Owner | null> {
  const [first] = log as readonly [RunEvent];
  for (let after: RunCursor = { startedAt: first.at + 1 }; ; ) {
    const page = await runs.list(PAGE, after);
    const found = page.find((run) => run.runId === runId);
    const last = page[page.length - 1];
    if (found !== undefined || last === undefined || last.startedAt < first.at) return found?.owner ?? null;
    after = last;
  }
}
