import { z } from "zod";
import { DeclarationError, got, OrchestrationError, quoted } from "../errors.js";
import { hasEnded } from "../run/admits.js";
import type { Budget } from "../run/budget.js";
import type { Fact } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import type { ShadowTerms } from "../run/shadow.js";
import { shadowTermsOf } from "../run/shadow-samples.js";
import type { RunState } from "../run/state.js";
import { assemble, type Context, schemaFor } from "./assemble.js";
import { missingExpectations } from "./missing-expectations.js";
import { checkedBudget, type Expectations, namesIn } from "./options.js";
import { type RunRecord, readRun } from "./read-run.js";
import { inputsOf } from "./requests.js";
import { assertRoom } from "./room.js";
import type { Run } from "./run.js";

/** What `shadow` is given besides the id; expectations, which no log can keep, are by task id. */
export interface ShadowOptions extends Expectations {
  /** The share of the accepted attempts that is graded again, from 0 to 1; at most 100 of them. @default 0.1 */
  readonly share?: number;
  /** Whether tasks are also tried one tier lower, and the outputs compared. @default true */
  readonly oneDown?: boolean;
  /** What the shadow run may spend. @default the orchestrator's */
  readonly budget?: Budget;
}

const optionsSchema = z.object({
  share: z.number().gt(0).max(1).default(0.1),
  oneDown: z.boolean().default(true),
});

/** Starts a run that grades accepted attempts of a run that has ended. That run is read, and never written. */
export async function shadowRun(context: Context, runId: string, options: ShadowOptions): Promise<Run> {
  const { share, oneDown } = checkedShadow(options);
  const budget = checkedBudget(options.budget ?? context.options.budget);
  const record = await readRun(context.store, runId);
  const { state } = record;
  assertShadowable(state);
  const can = context.options.agents.compare !== undefined;
  const wanted: ShadowTerms["oneDown"] = !oneDown ? "unwanted" : can ? "wanted" : "unavailable";
  if (wanted === "wanted") assertExpected(context, record, options);
  const schemaOf = schemaFor(context.options, options);
  const shadow = shadowTermsOf(state, {
    share,
    oneDown: wanted,
    inputsOf: (task) => inputsOf(state, task),
    schemaOf: ({ task }) => {
      const schema = schemaOf(task);
      return schema === undefined ? null : (z.toJSONSchema(schema) as JsonValue);
    },
  });
  assertRoom(context);
  const policy = context.checked.team.reviewPolicy;
  const parts = assemble(context, context.env.id("run"), options, policy);
  context.atWork.add(parts.run.id);
  const expecting = wanted === "wanted" ? namesIn(context.options, options) : [];
  parts.runner.begin([submitted(state, { shadow, budget, expecting })]);
  return parts.run;
}

/** The team, the limits and the prices are those of the run that is graded: it is its routing that is in question. */
function submitted(
  { runId, goal, team, limits }: RunState,
  own: Pick<Fact<"run.submitted">, "shadow" | "budget" | "expecting">,
): Fact<"run.submitted"> {
  return {
    type: "run.submitted",
    goal: `Shadow of ${runId}: ${goal}`.slice(0, MOST_CHARACTERS),
    team,
    limits,
    plan: null,
    planOnly: false,
    reuse: null,
    urgency: "live",
    approveAboveMicroUsd: null,
    routing: null,
    experiment: null,
    golden: null,
    ...own,
  };
}

/** What the goal of a log may hold. */
const MOST_CHARACTERS = 1_000_000;

function checkedShadow(options: ShadowOptions): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new DeclarationError(
    "OPTIONS_INVALID",
    parsed.error.issues.map(
      ({ path, message, input }) =>
        `Expected \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
    ),
  );
}

function assertShadowable(state: RunState): void {
  const { runId, status, shadow } = state;
  if (shadow !== null) {
    const message = `Run "${runId}" is itself a shadow of run "${shadow.terms.ofRunId}". Grade that one.`;
    throw new OrchestrationError("SHADOW_INVALID", message);
  }
  if (hasEnded(state)) return;
  const message = `Expected run "${runId}" to have ended, but it is ${status}. What still goes on is not graded again.`;
  throw new OrchestrationError("SHADOW_INVALID", message);
}

/** An output made one tier lower must pass what the accepted one passed. */
function assertExpected({ options }: Context, { log }: RunRecord, given: ShadowOptions): void {
  const missing = missingExpectations(log, options, given);
  if (missing.length === 0) return;
  throw new DeclarationError("OPTIONS_INVALID", [
    `The run was submitted with output schemas or checks for ${quoted(missing)}, which no log can hold. Give them again: ` +
      "those of roles to the orchestrator, those of tasks to `shadow`. Or leave out what is tried one tier lower (`oneDown: false`).",
  ]);
}
