import {
  createOrchestrator,
  memoryStore,
  type Orchestrator,
  type OrchestratorOptions,
  type Plan,
  type Run,
  type RunStore,
  type ShadowOptions,
  type ShadowReport,
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

/** A run that has ended, and a shadow of it at rest. */
export interface Shadowed {
  readonly run: Run;
  readonly shadow: Run;
  readonly report: ShadowReport;
  /** What the shadow asked. */
  readonly agents: ScriptedAgents;
  readonly orchestrator: Orchestrator;
  readonly store: RunStore;
}

/** Carries out a plan with plain agents, then shadows it with scripted ones. */
export async function shadowed(
  plan: Plan,
  script: ScriptedOptions = {},
  given: ShadowOptions = {},
  options: Partial<OrchestratorOptions> = {},
  first: ScriptedOptions = {},
): Promise<Shadowed> {
  const store = memoryStore();
  const ids = countingIds();
  const common = { team: testTeam, store, env: ids, ...options };
  const run = createOrchestrator({ ...common, agents: scriptedAgents({ usage, ...first }) }).submit(plan);
  await run.result();
  const agents = scriptedAgents({ usage, ...script });
  const orchestrator = createOrchestrator({ ...common, agents });
  const shadow = await orchestrator.shadow(run.id, { share: 1, ...given });
  await shadow.result().catch(() => undefined);
  const report = shadow.state.answer as unknown as ShadowReport;
  return {
    run: run as unknown as Run,
    shadow: shadow as unknown as Run,
    report,
    agents,
    orchestrator: orchestrator as unknown as Orchestrator,
    store,
  };
}
