import { z } from "zod";
import { DeclarationError, got } from "../errors.js";
import { armOf } from "../experiment/assign.js";
import type { Arm } from "../experiment/mark.js";
import { compareArms, type ExperimentReport } from "../experiment/report-experiment.js";
import { type Trial, trialOf } from "../experiment/trial.js";
import type { AcceptedPlan, Plan } from "../plan/plan.js";
import type { RunCursor } from "../ports/run-store.js";
import type { Team } from "../team.js";
import type { OrchestratorOptions, SubmitOptions } from "./options.js";
import { createOrchestrator, type Orchestrator } from "./orchestrator.js";
import type { Run } from "./run.js";

/** One of two ways of working: an orchestrator, or a team that one is made for. */
export type ArmDeclaration<T extends string = string, R extends string = string> =
  | Orchestrator<T, R>
  | Team<T, R>;

/** Two ways of working, tried on live goals. */
export interface ExperimentDeclaration<T extends string = string, R extends string = string> {
  /** Runs of one name belong together, over all processes. */
  readonly name: string;
  /** How it is done now, and how it could be done. */
  readonly arms: { readonly [Each in Arm]: ArmDeclaration<T, R> };
  /** What arms that are teams are wired with. */
  readonly wiring?: Omit<OrchestratorOptions, "team">;
  /** Of the goals, how many go to the treatment, from 0 to 1. @default 0.5 */
  readonly share?: number;
  /** Arms are compared within goals of a kind, which `submit` is told. @default "kind" */
  readonly stratifyBy?: "kind";
}

/** What `submit` is given besides the work. */
export interface ExperimentSubmitOptions extends Omit<SubmitOptions, "experiment"> {
  /** What sort of goal it is, such as `support`. @default "" */
  readonly kind?: string;
}

/** An experiment under way. */
export interface Experiment {
  readonly name: string;
  /** The arm of a goal: it follows from the names alone, and is the same in every process. */
  armOf(work: string | Plan | AcceptedPlan, kind?: string): Arm;
  /** Submits a goal or a plan to its arm. @throws what the arm's own `submit` throws */
  submit(work: string | Plan | AcceptedPlan, options?: ExperimentSubmitOptions): Run;
  /**
   * What the runs of the stores came to so far: of the latest, at most so many.
   *
   * @param limit How many runs are looked through, whatever they are of. @default 10_000
   */
  report(limit?: number): Promise<ExperimentReport>;
}

const schema = z.object({
  name: z.string().min(1).max(128),
  share: z.number().min(0).max(1).default(0.5),
  stratifyBy: z.literal("kind").default("kind"),
});

/**
 * Tries two teams, or two ways of wiring one, against each other on live goals.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function experiment<T extends string = string, R extends string = string>(
  declared: ExperimentDeclaration<T, R>,
): Experiment {
  const { name, share, arms } = checked(declared as unknown as ExperimentDeclaration);
  const assign = (work: string | Plan | AcceptedPlan, kind = ""): Arm =>
    armOf({ name, stratum: kind, goal: goalOf(work) }, share);
  return {
    name,
    armOf: assign,
    submit(work, { kind = "", ...options } = {}) {
      const arm = assign(work, kind);
      return arms[arm].submit(work, { ...options, experiment: { name, arm, stratum: kind } });
    },
    async report(limit = 10_000) {
      const trials = new Map<string, Trial>();
      for (const arm of new Set([arms.control, arms.treatment])) await collect(arm, name, limit, trials);
      return compareArms(name, [...trials.values()]);
    },
  };
}

/** A plan is told by its tasks when it does not say what it is for. */
function goalOf(work: string | Plan | AcceptedPlan): string {
  if (typeof work === "string") return work;
  return work.goal ?? JSON.stringify(work.tasks);
}

/** How many runs are listed at once. */
const PAGE = 100;

/** Reads the runs of the experiment; one that cannot be read, or has not ended, is left out. */
async function collect(
  orchestrator: Orchestrator,
  name: string,
  limit: number,
  trials: Map<string, Trial>,
): Promise<void> {
  let after: RunCursor | undefined;
  for (let seen = 0; seen < limit; seen += PAGE) {
    const page = await orchestrator.runs(Math.min(PAGE, limit - seen), after);
    for (const { runId } of page) {
      if (trials.has(runId)) continue;
      const trial = await orchestrator.open(runId).then(
        ({ log }) => trialOf(name, log),
        () => undefined,
      );
      if (trial !== undefined) trials.set(runId, trial);
    }
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

interface Checked {
  readonly name: string;
  readonly share: number;
  readonly arms: { readonly [Each in Arm]: Orchestrator };
}

function checked(declared: ExperimentDeclaration): Checked {
  const parsed = schema.safeParse(declared, { reportInput: true });
  const issues = (parsed.error?.issues ?? []).map(
    ({ path, message, input }) =>
      `Expected \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
  );
  for (const arm of ["control", "treatment"] as const) issues.push(...checkArm(arm, declared));
  if (!parsed.success || issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  const { control, treatment } = declared.arms;
  const arms = { control: wired(control, declared), treatment: wired(treatment, declared) };
  return { ...parsed.data, arms };
}

function checkArm(arm: Arm, { arms, wiring }: ExperimentDeclaration): string[] {
  const given: Partial<Orchestrator & Team> | undefined = arms?.[arm];
  if (typeof given?.submit === "function") return [];
  if (given?.ladder === undefined) {
    return [
      `Expected \`arms.${arm}\` to be an orchestrator or a team, got ${got(given)}. Make one with \`createOrchestrator\`.`,
    ];
  }
  return wiring === undefined
    ? [`Expected \`wiring\` with the agents of both arms, since \`arms.${arm}\` is a team, got none.`]
    : [];
}

function wired(arm: ArmDeclaration, { wiring }: ExperimentDeclaration): Orchestrator {
  if ("submit" in arm) return arm;
  return createOrchestrator({ ...(wiring as Omit<OrchestratorOptions, "team">), team: arm });
}
