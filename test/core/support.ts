import {
  createOrchestrator,
  DeclarationError,
  OrchestrationError,
  type OrchestratorOptions,
  type Plan,
  type Run,
  RunError,
  type SubmitOptions,
  type Team,
} from "@terrace/core";
import {
  countingIds,
  type ScriptedAgents,
  type ScriptedOptions,
  scriptedAgents,
  testTeam,
} from "@terrace/core/testing";

/** Starts a run of scripted agents; a plan is handed in, a goal goes through the planner. */
export function launch(
  work: string | Plan,
  script: ScriptedOptions = {},
  options: Partial<OrchestratorOptions> = {},
  submitted: SubmitOptions = {},
): { readonly run: Run; readonly agents: ScriptedAgents } {
  const agents = scriptedAgents(script);
  const orchestrator = createOrchestrator({
    agents,
    team: testTeam,
    ...options,
    env: { ...countingIds(), ...options.env },
  });
  return { run: orchestrator.submit(work, submitted), agents };
}

/** The test team, whose workers have tools. */
export const withTools = (tools: readonly string[]): Team => ({
  ...testTeam,
  executors: { ...testTeam.executors, worker: { ...testTeam.executors.worker, tools } },
});

/** Runs to the end, or to the first pause. */
export async function atRest(run: Run): Promise<Run> {
  await run.result().catch(() => undefined);
  return run;
}

/** The error a run's result is thrown with. */
export async function failureOf(work: Promise<unknown>): Promise<RunError> {
  const error = await rejectionOf(work);
  if (error instanceof RunError) return error;
  throw new Error(`Expected a RunError, got ${String(error)}.`);
}

/** What a promise is rejected with. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error("Expected a rejection, got a value.");
    },
    (error: unknown) => error,
  );
}

/** The code and message of a promise's rejection. */
export async function complaintOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await rejectionOf(work);
  if (error instanceof OrchestrationError) return { code: error.code, message: error.message };
  throw new Error(`Expected an OrchestrationError, got ${String(error)}.`);
}

/** Everything that is wrong with a declaration. */
export function issuesOf(declare: () => unknown): readonly string[] {
  try {
    declare();
  } catch (error) {
    if (error instanceof DeclarationError) return error.issues;
    throw error;
  }
  throw new Error("Expected a DeclarationError, got none.");
}
