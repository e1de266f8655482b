import {
  createOrchestrator,
  type Environment,
  memoryStore,
  type Orchestrator,
  type Run,
  RunError,
  type RunStore,
} from "@terrace/core";
import { countingIds, type ScriptedAgents, scriptedAgents, testTeam } from "@terrace/core/testing";
import fc from "fast-check";
import { agentsOf, flaws, type World } from "./worlds.js";

/** How many worlds each property is tried on. */
export const RUNS = 150;

/** Tries a property on random inputs; on failure fast-check prints the seed and the smallest world that fails. */
export async function holds<Inputs extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<Inputs>,
  numRuns = RUNS,
): Promise<void> {
  await fc.assert(property, { numRuns, timeout: 3_000 });
}

/** A clock on which waiting costs nothing, but for what is as long as a lease or a grace: that never comes. */
const hastyClock: Pick<Environment, "now" | "after"> = {
  now: () => 0,
  after(ms, action) {
    if (ms < 3_000) queueMicrotask(action);
    return () => {};
  },
};

/** A store whose appends end one turn later. */
const laterStore = (): RunStore => {
  const inner = memoryStore();
  return {
    ...inner,
    async append(...batch) {
      await Promise.resolve();
      await inner.append(...batch);
    },
  };
};

/** A run in a world, and what surrounds it. */
export interface Live {
  readonly run: Run;
  readonly agents: ScriptedAgents;
  readonly store: RunStore;
  readonly settle: ReturnType<typeof agentsOf>["settle"];
}

/** Starts a run in a world. */
export function start(world: World, given: { readonly store?: RunStore } = {}): Live {
  const { execute, review, settle } = agentsOf(world);
  const usage = { inputTokens: 3, outputTokens: 2, costMicroUsd: 5 };
  const agents = scriptedAgents({ execute, review, usage });
  const store = given.store ?? (world.slowStore ? laterStore() : memoryStore());
  const orchestrator: Orchestrator = createOrchestrator({
    agents,
    team: testTeam,
    store,
    env: { ...hastyClock, ...countingIds() },
    enforceInvariants: true,
    concurrency: world.concurrency,
    tierConcurrency: { haiku: world.haikuLimit },
    checks: { worker: [flaws] },
    onListenerError: () => {},
  });
  return { run: orchestrator.submit(world.plan), agents, store, settle };
}

/** Sees a run through: a person settles what is flagged, and whatever else it waits for comes back. */
export async function seeThrough({ run, settle }: Pick<Live, "run" | "settle">): Promise<Run> {
  for (let pauses = 0; pauses < 500; pauses += 1) {
    const error = await run.result().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RunError) || error.code !== "RUN_PAUSED") return run;
    // What is asked of a run that has just stopped is refused; its result says why.
    const settled = run.state.halt?.reason === "person" ? settleAll(run, settle) : run.resume();
    await settled.catch(() => undefined);
  }
  throw new Error(`The run paused 500 times; at last it waits for ${run.state.halt?.reason}.`);
}

async function settleAll(run: Run, settle: Live["settle"]): Promise<void> {
  for (const [taskId, { status }] of run.state.tasks) {
    if (status !== "flagged") continue;
    const resolution = settle(taskId);
    await run
      .resolve(taskId, resolution)
      .catch(() => run.resolve(taskId, { action: "answer", output: "instead" }));
  }
}

/** A whole run in a world. */
export async function live(world: World, given: { readonly store?: RunStore } = {}): Promise<Live> {
  const started = start(world, given);
  await seeThrough(started);
  return started;
}
