import {
  createOrchestrator,
  memoryStore,
  type Orchestrator,
  type OrchestratorOptions,
  type RunStore,
} from "@terrace/core";
import {
  countingIds,
  type ScriptedAgents,
  type ScriptedOptions,
  scriptedAgents,
  testTeam,
} from "@terrace/core/testing";

/** Every call costs 10 micro-dollars, and reserves 100. */
export const usage = { inputTokens: 1, costMicroUsd: 10, reservedMicroUsd: 100 };

let processes = 0;

/** An orchestrator as in a process of its own, with agents of its own, over a store that others may share. */
export function start(
  store: RunStore = memoryStore(),
  script: ScriptedOptions = {},
  options: Partial<OrchestratorOptions> = {},
): { readonly orchestrator: Orchestrator; readonly agents: ScriptedAgents } {
  processes += 1;
  const suffix = `${processes}`;
  const counting = countingIds();
  const agents = scriptedAgents({ usage, ...script });
  const orchestrator = createOrchestrator({
    agents,
    team: testTeam,
    store,
    ...options,
    env: {
      // Runs are numbered over all processes, calls within their own.
      id: (kind) => (kind === "run" ? `run_${suffix}` : `${counting.id(kind)}_of_${suffix}`),
      ...options.env,
    },
  });
  return { orchestrator: orchestrator as unknown as Orchestrator, agents };
}

/** How many requests agents had. */
export const requestsOf = ({ requests }: ScriptedAgents): number =>
  requests.plan.length + requests.execute.length + requests.review.length;

/** A promise, and how to fulfil it from outside. */
export function opening(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
