import { memoryStore } from "../adapters/memory-store.js";
import { systemEnvironment } from "../adapters/system-environment.js";
import { driftOf } from "../calibration/alarms.js";
import { type Lesson, lessonsOf, rowsOf } from "../calibration/calibrate.js";
import { type Interval, intervalOf } from "../calibration/interval.js";
import { DeclarationError, got, quoted } from "../errors.js";
import type { Plan } from "../plan/plan.js";
import type { RunStore } from "../ports/run-store.js";
import type { RunStatus } from "../run/state.js";
import type { Team } from "../team.js";
import { goldenGoal, mayBeGolden } from "./golden-goal.js";
import { expectedCheck, type GoldenSet } from "./golden-set.js";
import { isOver, type Learnt, learnFrom } from "./learning.js";
import { checkOptions, type OrchestratorOptions } from "./options.js";
import { createOrchestrator } from "./orchestrator.js";
import type { Run } from "./run.js";

/** How a kind fared at a tier. */
export interface GoldenLine extends Interval {
  readonly kind: string;
  readonly tier: string;
  /** Tasks whose first output was judged. */
  readonly judged: number;
  /** Of those, accepted at once. */
  readonly accepted: number;
  /** What all calls for them came to, in US dollars; what nobody knows counts as none. */
  readonly usd: number;
  /** `null` when none was accepted. */
  readonly usdPerAccepted: number | null;
  /** The time before of the same set; `null` when there was none. */
  readonly before: { readonly at: number; readonly judged: number; readonly accepted: number } | null;
  /** How the share has moved since, beyond doubt. */
  readonly drift: "fallen" | "risen" | null;
}

/** How a golden set came out. */
export interface GoldenReport {
  readonly name: string;
  /** When it was begun, in milliseconds since 1970. */
  readonly at: number;
  /** A run for each tier; one that is paused counts once it has been resumed and has ended. */
  readonly runs: readonly { readonly tier: string; readonly runId: string; readonly status: RunStatus }[];
  readonly lines: readonly GoldenLine[];
}

/** How a golden set is done. */
export interface GoldenOptions {
  /** @default all of the ladder */
  readonly tiers?: readonly string[];
  /** Told of each run as it begins. */
  readonly onRun?: (run: Run, tier: string) => void;
}

/** Runs that are looked through for the time before. */
const AMONG = 1_000;

/**
 * Does every task of a golden set at each tier, a run for each, one after the other. Whatever fails at its tier has failed:
 * nothing goes up, and nobody is asked. The runs stay in the store under the name of the set: a baseline, by its date.
 *
 * @throws DeclarationError when the set or the options do not stand.
 */
export async function runGoldenSet(
  options: OrchestratorOptions,
  set: GoldenSet,
  { tiers, onRun }: GoldenOptions = {},
): Promise<GoldenReport> {
  const { store = memoryStore(), env } = options;
  const { team } = checkOptions(options);
  const asked = tiers ?? team.ladder;
  assertTiers(asked, team.ladder);
  const before = await timeBefore(store, set.name);
  const at = (env?.now ?? systemEnvironment.now)();
  const done: { run: Run; tier: string }[] = [];
  for (const tier of asked) {
    const limits = { ...options.limits, personDeadlineMs: 0, maxTasks: Math.max(100, set.tasks.length) };
    const pinned = createOrchestrator({ ...options, store, team: pinnedTo(tier, team), limits });
    const checks = Object.fromEntries(
      set.tasks.flatMap(({ id, expected }) =>
        expected === undefined ? [] : [[id, [expectedCheck(expected)]]],
      ),
    );
    const run = pinned.submit(planAt(tier, set, team), { golden: set.name, checks });
    onRun?.(run, tier);
    // That some tasks are not done at this tier is what is to be found out.
    await run.result().catch(() => undefined);
    done.push({ run, tier });
  }
  return {
    name: set.name,
    at,
    runs: done.map(({ run, tier }) => ({ tier, runId: run.id, status: run.state.status })),
    lines: done.flatMap(({ run }) => linesOf(lessonsOf(run.log), before)),
  };
}

function assertTiers(asked: readonly string[], ladder: readonly string[]): void {
  const strangers = asked.filter((tier) => !ladder.includes(tier));
  if (strangers.length === 0 && asked.length > 0) return;
  throw new DeclarationError("OPTIONS_INVALID", [
    `Expected \`tiers\` to be of the ladder (${quoted(ladder)}), got ${got(asked)}.`,
  ]);
}

/** The team with every role at one tier and nowhere else. */
function pinnedTo(tier: string, team: Team): Team {
  const executors = Object.fromEntries(
    Object.entries(team.executors).map(([name, role]) => [
      name,
      { ...role, tier, minTier: tier, maxTier: tier },
    ]),
  );
  return { ...team, executors, router: null };
}

function planAt(
  tier: string,
  { name, goal = "Each task stands for itself.", tasks }: GoldenSet,
  team: Team,
): Plan {
  const [role = ""] = Object.keys(team.executors);
  return {
    goal: goldenGoal(name, goal),
    tasks: tasks.map(({ expected: _, ...task }) => ({
      role,
      title: task.id,
      criteria: [],
      errorCost: "low",
      dependsOn: [],
      ...task,
      tier,
      tierReason: "Every tier has its turn.",
    })),
    answer: tasks.at(-1)?.id ?? "",
  };
}

function linesOf(lessons: readonly Lesson[], before: readonly Learnt[]): readonly GoldenLine[] {
  const kinds = [...new Set(lessons.map(({ kind, tier }) => JSON.stringify([kind, tier])))];
  return kinds.map((key) => {
    const [kind, tier] = JSON.parse(key) as [string, string];
    const isOfKind = (lesson: Lesson): boolean => lesson.kind === kind && lesson.tier === tier;
    const own = lessons.filter(isOfKind);
    const { started: judged, acceptedFirst: accepted } = sumOf(own);
    const usd = own.reduce((sum, { whole }) => sum + whole.microUsd, 0) / 1e6;
    const past = before.find((run) => run.lessons.some(isOfKind));
    const then = past === undefined ? null : sumOf(past.lessons.filter(isOfKind));
    const counts =
      then === null || past === undefined
        ? null
        : { at: past.at, judged: then.started, accepted: then.acceptedFirst };
    return {
      kind,
      tier,
      judged,
      accepted,
      ...intervalOf(accepted, judged),
      usd,
      usdPerAccepted: accepted === 0 ? null : usd / accepted,
      before: counts,
      drift: counts === null ? null : driftOf(counts, { judged, accepted }),
    };
  });
}

function sumOf(lessons: readonly Lesson[]): { readonly started: number; readonly acceptedFirst: number } {
  return rowsOf(lessons).reduce(
    (sum, { started, acceptedFirst }) => ({
      started: sum.started + started,
      acceptedFirst: sum.acceptedFirst + acceptedFirst,
    }),
    { started: 0, acceptedFirst: 0 },
  );
}

/** The runs of the set that were made before, the newest first. */
async function timeBefore(store: RunStore, name: string): Promise<readonly Learnt[]> {
  const listed = await store.list(AMONG);
  const { runs } = await learnFrom(
    store,
    listed.filter((run) => isOver(run) && mayBeGolden(run)),
  );
  return runs.filter(({ golden }) => golden === name);
}
