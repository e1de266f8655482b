// Processes that die: each has a store that stops answering at some append, a clock of its own and fresh agents.
import {
  createOrchestrator,
  type Environment,
  type Lease,
  OrchestrationError,
  type OrchestratorOptions,
  type Run,
  type RunEvent,
  type RunResult,
  type RunStore,
} from "@terrace/core";
import { countingIds } from "@terrace/core/testing";
import { type Asked, referenceAgents, referenceOptions } from "./reference.js";

/** When a process dies: at its Nth append, before it is written or after, and before the process hears of it. */
export interface Death {
  readonly append: number;
  readonly written: boolean;
}

/** The store as a process sees it that dies; afterwards nothing it asks has any effect, as with a killed process. */
export function mortal(
  inner: RunStore,
  death: Death | undefined,
): RunStore & { readonly appends: () => number } {
  let appends = 0;
  let isDead = false;
  const killed = () => new Error("The process was killed.");
  return {
    appends: () => appends,
    read: (...asked) => inner.read(...asked),
    list: (...asked) => inner.list(...asked),
    acquire: (...asked) => inner.acquire(...asked),
    renew: (lease: Lease, now: number, ttlMs: number) => {
      if (isDead) throw killed();
      return inner.renew(lease, now, ttlMs);
    },
    release: (lease: Lease) => (isDead ? undefined : inner.release(lease)),
    append(lease: Lease, events: readonly RunEvent[], expectedSeq: number) {
      if (isDead) throw killed();
      appends += 1;
      if (appends !== death?.append) return inner.append(lease, events, expectedSeq);
      isDead = true;
      const written = death.written ? inner.append(lease, events, expectedSeq) : undefined;
      if (written === undefined) throw killed();
      return written.then(() => {
        throw killed();
      });
    },
  };
}

/** The machine's clock, so much later that every lease taken by a process before has run out. */
export function laterClock(generation: number): Pick<Environment, "now"> {
  return { now: () => Date.now() + generation * 31_000 };
}

/** A process: an orchestrator with agents, ids and a view of the store of its own. */
export function startProcess(
  store: RunStore,
  generation: number,
  asked: Asked = [],
  options: Partial<OrchestratorOptions> = {},
) {
  const counting = countingIds();
  return createOrchestrator({
    ...referenceOptions,
    agents: referenceAgents(asked),
    env: {
      ...laterClock(generation),
      id: (kind) => (kind === "run" ? "run_1" : `${counting.id(kind)}_of_${generation}`),
    },
    store,
    owner: `process ${generation}`,
    ...options,
  });
}

const ACCEPT = { action: "accept" } as const;

/** How a run came to its end over several processes. */
export interface Journey {
  readonly run: Run;
  readonly result: RunResult;
  readonly asked: Asked;
  /** Appends by the first process. */
  readonly appends: number;
}

/** Pursues a goal with one process after the other, each dying as it is told to; the last one lives. */
export async function pursue(store: RunStore, deaths: readonly Death[] = []): Promise<Journey> {
  const asked: Asked = [];
  const runId = "run_1";
  let first: ReturnType<typeof mortal> | undefined;
  for (let generation = 0; ; generation += 1) {
    const view = mortal(store, deaths[generation]);
    first ??= view;
    const orchestrator = startProcess(view, generation, asked);
    const isKnown = (await store.read(runId)).length > 0;
    const run = isKnown ? await orchestrator.resume(runId) : orchestrator.submit("Do it all.");
    const result = await toEnd(run);
    if (result !== undefined) return { run, result, asked, appends: first.appends() };
    if (generation > deaths.length) throw new Error("The run stopped although nothing was killed.");
  }
}

/** The result, with a person who settles whatever is flagged; `undefined` when the process died. */
export async function toEnd(run: Run): Promise<RunResult | undefined> {
  for (;;) {
    try {
      return await run.result();
    } catch (error) {
      if (!OrchestrationError.is(error)) throw error;
      if (error.code === "RUN_STOPPED") return undefined;
      if (error.code !== "RUN_PAUSED") throw error;
    }
    for (const [id, { status }] of run.state.tasks) {
      if (status !== "flagged") continue;
      const settled = id === "late4" ? ({ action: "answer", output: "Mine." } as const) : ACCEPT;
      await run.resolve(id, settled).catch(() => {});
    }
  }
}
