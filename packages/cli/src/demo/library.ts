/** The script of the demo: the plan, the answers, the reviews and the tests that lie as files in `packages/cli/demo`. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** The tiers for which answers are written, cheapest first. */
export const DEMO_TIERS = ["haiku", "sonnet", "opus"] as const;

/** A tier of the demo's ladder. */
export type DemoTier = (typeof DEMO_TIERS)[number];

/** A task as the planner proposes it. */
interface DemoPlannedTask {
  readonly id: string;
  readonly title: string;
  /** The name of the file that the task's output becomes: `<id>.mts`, or `README.md`. */
  readonly file: string;
  readonly role: "implementer" | "documenter";
  readonly kind: "code" | "document";
  readonly tier: DemoTier;
  readonly tierReason: string;
  readonly errorCost: "low" | "high";
  /** What a reviewer asks of the output, one by one. */
  readonly acceptance: readonly string[];
  readonly dependsOn: readonly string[];
  /** The text of the folder's `spec.md`. */
  readonly brief: string;
}

/** What the planner proposes. The tasks come in an order that respects their dependencies. */
export interface DemoPlan {
  readonly goal: string;
  /** The id of the task whose output answers the goal. */
  readonly answer: string;
  readonly tasks: readonly DemoPlannedTask[];
}

/** What the executor of one tier answers. */
interface DemoAnswer {
  /** The whole file that the task asks for. */
  readonly output: string;
  readonly confidence: "high" | "medium" | "low";
  readonly because: string;
  /** What the executor says it did not make sure of. */
  readonly unverified: readonly string[];
  /** A first answer in the wrong form, to be given once before this one. */
  readonly raw?: string;
}

/** What a reviewer finds in one answer. */
interface DemoReview {
  /** One finding for each of the task's acceptance criteria, in their order. */
  readonly criteria: readonly { readonly met: boolean; readonly finding: string }[];
  /** What is wrong besides, or how to put it right. */
  readonly problems: readonly string[];
}

/** All that is scripted for one task. Tiers for which nothing was written are missing; see `atTier`. */
export interface DemoTask {
  /** The source of `<id>.test.mjs`. */
  readonly tests: string;
  readonly answers: Readonly<Partial<Record<DemoTier, DemoAnswer>>>;
  readonly reviews: Readonly<Partial<Record<DemoTier, DemoReview>>>;
}

/** The script of the demo. */
export interface DemoLibrary {
  readonly plan: DemoPlan;
  /** Keyed by task id, in the order of the plan. */
  readonly tasks: Readonly<Record<string, DemoTask>>;
}

/** Options of `loadDemoLibrary`. */
export interface DemoLibraryOptions {
  /** A folder with test files of the reader's own: each takes the place of ours of the same name. */
  readonly tests?: string;
}

/** From `src/demo` and from `dist/demo` alike. */
const FOLDER = fileURLToPath(new URL("../../demo", import.meta.url));

const text = z.string().min(1);
const planFile = z.strictObject({
  goal: text,
  answer: text,
  tasks: z.array(
    z.strictObject({
      id: text,
      title: text,
      file: text,
      role: z.enum(["implementer", "documenter"]),
      kind: z.enum(["code", "document"]),
      tier: z.enum(DEMO_TIERS),
      tierReason: text,
      errorCost: z.enum(["low", "high"]),
      acceptance: z.array(text).min(2).max(4),
      dependsOn: z.array(text),
    }),
  ),
});

const statement = z.strictObject({
  confidence: z.enum(["high", "medium", "low"]),
  because: text,
  unverified: z.array(text),
  malformedOnce: z.literal(true).optional(),
});
const answersFile = z.partialRecord(z.enum(DEMO_TIERS), statement);

const review = z.strictObject({
  criteria: z.array(z.strictObject({ met: z.boolean(), finding: text })),
  problems: z.array(text),
});
const reviewFile = z.partialRecord(z.enum(DEMO_TIERS), review);

/**
 * The script of the demo, read and checked at once.
 *
 * @throws Error when `tests` is no folder, or none of its files has the name of one of our tests
 */
export function loadDemoLibrary(options: DemoLibraryOptions = {}): DemoLibrary {
  const { goal, answer, tasks } = planFile.parse(JSON.parse(read("plan.json")));
  const planned = tasks.map((task) => ({ ...task, brief: read(task.id, "spec.md") }));
  const own = options.tests === undefined ? [] : ownTests(options.tests, planned);
  const loaded = planned.map((task) => {
    const testsFolder = own.includes(testFile(task)) ? options.tests : undefined;
    return [task.id, loadTask(task, testsFolder ?? join(FOLDER, task.id))] as const;
  });
  return { plan: { goal, answer, tasks: planned }, tasks: Object.fromEntries(loaded) };
}

/**
 * What was written for `tier`, or else for the best tier below it: a model further up would do no worse.
 *
 * @throws RangeError when nothing was written for it or below
 */
export function atTier<T>(written: Readonly<Partial<Record<DemoTier, T>>>, tier: DemoTier): T {
  const upToTier = DEMO_TIERS.slice(0, DEMO_TIERS.indexOf(tier) + 1);
  const found = upToTier.map((each) => written[each]).findLast((value) => value !== undefined);
  if (found === undefined) throw new RangeError(`The demo has nothing written for ${tier} or below`);
  return found;
}

function read(...path: readonly string[]): string {
  return readFileSync(join(FOLDER, ...path), "utf8");
}

function testFile(task: DemoPlannedTask): string {
  return `${task.id}.test.mjs`;
}

/** The names of the reader's test files; a folder without any is a mistake that should not look like success. */
function ownTests(folder: string, tasks: readonly DemoPlannedTask[]): readonly string[] {
  const names = tasks.map(testFile);
  const own = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => names.includes(name));
  if (own.length === 0) throw new Error(`No test file in ${folder}: expected one of ${names.join(", ")}`);
  return own;
}

function loadTask(task: DemoPlannedTask, testsFolder: string): DemoTask {
  const said = answersFile.parse(JSON.parse(read(task.id, "answers.json")));
  const answers: Partial<Record<DemoTier, DemoAnswer>> = {};
  for (const tier of DEMO_TIERS) {
    const statement = said[tier];
    if (statement !== undefined) answers[tier] = loadAnswer(task, tier, statement);
  }

  const found = reviewFile.parse(JSON.parse(read(task.id, "review.json")));
  for (const [tier, { criteria }] of Object.entries(found)) {
    if (criteria.length !== task.acceptance.length) {
      throw new Error(`The ${tier} review of ${task.id} does not answer the plan's criteria one by one`);
    }
  }
  return { tests: readFileSync(join(testsFolder, testFile(task)), "utf8"), answers, reviews: found };
}

function loadAnswer(task: DemoPlannedTask, tier: DemoTier, said: z.infer<typeof statement>): DemoAnswer {
  const { malformedOnce, ...statement } = said;
  const extension = task.file.slice(task.file.lastIndexOf("."));
  const output = read(task.id, `${tier}${extension}.txt`);
  return { output, ...statement, ...(malformedOnce ? { raw: read(task.id, `${tier}.malformed.txt`) } : {}) };
}
