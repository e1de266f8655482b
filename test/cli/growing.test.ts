// Plans that grow, as the command shows and allows them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createOrchestrator, type Revision, type Run, type RunEvent } from "@terrace/core";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { planCommand } from "../../packages/cli/src/commands/plan.js";
import { quoteCommand } from "../../packages/cli/src/commands/quote.js";
import { rerunCommand } from "../../packages/cli/src/commands/rerun.js";
import { runCommand } from "../../packages/cli/src/commands/run.js";
import { showCommand } from "../../packages/cli/src/commands/show.js";
import { exitCodeOf } from "../../packages/cli/src/exit-codes.js";
import { toGrowth } from "../../packages/cli/src/growth.js";
import { noteOf } from "../../packages/cli/src/reporters/note.js";
import { drawFrame } from "../../packages/cli/src/screen/frame.js";
import { createPalette } from "../../packages/cli/src/text/palette.js";
import { emptyView, foldView } from "../../packages/cli/src/text/run-view.js";
import { summarize } from "../../packages/cli/src/text/summary.js";
import {
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  taskOf,
  testTeam,
} from "../../packages/core/src/testing/index.js";
import { folder, surroundings } from "./support.js";

const EACH = planOf({
  companies: {},
  facts: { dependsOn: ["companies"], forEach: "companies" },
  report: { dependsOn: ["facts"] },
});

/** A run in which the facts of five companies are found, those of the third at the second attempt. */
async function grown(more: ScriptedOptions = {}): Promise<Run> {
  const run = createOrchestrator({
    team: testTeam,
    agents: scriptedAgents({
      plan: EACH,
      execute: { companies: ok(["A", "B", "C", "D", "E"]) },
      review: { "facts-3": [reject("Thin."), accepted] },
      usage: { inputTokens: 100, outputTokens: 10, costMicroUsd: 1_000 },
      ...more,
    }),
    limits: { maxItems: 10 },
    concurrency: 1,
  }).submit("Report on all.") as unknown as Run;
  await run.result();
  return run;
}

const accepted = () => ({ outcome: "ok", value: { criteria: [], problems: [], blame: null } }) as const;
const plain = createPalette(false);

test("the table of a run has one line for items that came out alike, and one for their list", async () => {
  const { state, log, ledger, census } = await grown();
  const [table] = summarize({ state, log, ledger, census, palette: plain }).split("\n\n");

  expect(table?.split("\n").map((line) => line.trimEnd())).toEqual([
    "task          tiers         attempts  confidence  verdict      cost",
    "✔ companies   haiku                1  high        accepted  $0.0020",
    "- facts       –                    0  –           5 tasks         –",
    "✔ report      haiku                1  high        accepted  $0.0020",
    "✔ facts-… ×4  haiku                4  high        accepted  $0.0080",
    "✔ facts-3     haiku→sonnet         2  high        accepted  $0.0040",
  ]);
});

test("what others stand in the place of counts for nothing: not for the tasks done, nor for the exit code", async () => {
  const run = await grown();
  const view = run.log.reduce(foldView, emptyView());
  const [, facts] = drawFrame(view, {
    now: view.at,
    tick: 0,
    columns: 80,
    rows: 40,
    palette: plain,
    note: "",
  });

  expect(facts).toContain("7/7 accepted");
  expect(exitCodeOf(run.state)).toBe(0);
});

describe("a change of the plan is told in a line", () => {
  const told = (run: Pick<Run, "state">, event: object) => {
    const note = noteOf(event as RunEvent, { state: run.state });
    return note === undefined ? undefined : `${note.about}: ${note.text}`;
  };
  const revision = (changes: Partial<Revision>): object => ({
    type: "plan.revised",
    number: 3,
    cause: "for_each",
    taskId: "facts",
    reason: "",
    tasks: [],
    withdrawn: [],
    answer: "report",
    changes: [],
    warnings: [],
    ...changes,
  });
  const task = (id: string, more: object = {}) => ({ ...taskOf(id), plannedTier: "haiku", ...more });

  test("for the items of a list", async () => {
    const run = await grown();
    const items = run.log.filter(({ type }) => type === "plan.revised");

    expect(items.map((event) => told(run, event))).toEqual([
      'plan: revision 2: 5 tasks for the items of "companies"',
    ]);
    expect(told(run, revision({ withdrawn: ["facts-4", "facts-5"] }))).toBe(
      'plan: revision 3: 0 tasks for the items of "companies", 2 withdrawn',
    );
  });

  test("for a subgoal, a flagged task and a contradiction", async () => {
    const run = await grown();
    const parts = [task("market-a", { within: "market" }), task("report")];

    expect(told(run, revision({ cause: "subgoal", taskId: "market", tasks: parts }))).toBe(
      'plan: revision 3: 1 task for the subgoal "market"',
    );
    expect(
      told(run, revision({ cause: "flagged", tasks: parts, withdrawn: ["facts"], reason: "Ask less." })),
    ).toBe(
      'plan: revision 3: since "facts" brings no output that is accepted, 2 tasks new or changed, 1 withdrawn: Ask less.',
    );
    expect(told(run, revision({ cause: "contradiction", tasks: [task("a")], reason: "It is closed." }))).toBe(
      'plan: revision 3: since "facts" contradicts it, 1 task new or changed: It is closed.',
    );
  });

  test("and so is its price, as far as it can be known", async () => {
    const run = await grown();
    const quoted = (
      likelyMicroUsd: number | null,
      maxMicroUsd: number | null,
      minMicroUsd: number | null = 1_000,
    ) => told(run, { type: "plan.quoted", minMicroUsd, likelyMicroUsd, maxMicroUsd });

    expect([quoted(2_000, 3_000), quoted(null, 3_000), quoted(null, null), quoted(null, null, null)]).toEqual(
      [
        "plan: quoted at $0.0020 likely, from $0.0010 to $0.0030",
        "plan: quoted from $0.0010 to $0.0030: how far it grows, nobody can say",
        "plan: quoted from $0.0010 without a bound: how far it grows, nobody can say",
        "plan: cannot be quoted: not every price is known",
      ],
    );
  });

  test("nor is it silent when the planner is asked, once for each question, and when the plan stays as it is", async () => {
    const run = await grown();
    const asked = (cause: string, attempt = 1) =>
      told(run, {
        type: "plan.queued",
        attempt,
        retry: 0,
        revises: { cause, taskId: "facts", reason: "No source." },
      });
    const kept = (cause: string) =>
      told(run, { type: "plan.kept", cause, taskId: "facts", reason: "", because: "Nothing would help." });

    expect([asked("subgoal"), asked("flagged"), asked("contradiction"), asked("flagged", 2)]).toEqual([
      'plan: the planner is asked, since the subgoal "facts" is due',
      'plan: the planner is asked, since "facts" brings no output that is accepted: No source.',
      'plan: the planner is asked, since "facts" contradicts it: No source.',
      undefined,
    ]);
    expect(told(run, { type: "plan.queued", attempt: 1, retry: 0 })).toBeUndefined();
    expect([kept("subgoal"), kept("flagged")]).toEqual([
      'plan: no plan of the subgoal "facts" stands: Nothing would help.',
      'plan: stays as it is, though "facts" brings no output that is accepted: Nothing would help.',
    ]);
  });
});

test.each([
  [{ maxItems: "many" }, 'Expected --max-items to be a whole number from 0 to 100000, got "many".'],
  [{ maxNesting: "11" }, 'Expected --max-nesting to be a whole number from 0 to 10, got "11".'],
  [{ maxRevisions: "" }, 'Expected --max-revisions to be a whole number from 0 to 100, got "".'],
])("how far a plan may grow is a number: %j", (options, message) => {
  expect(() => toGrowth(options)).toThrow(message);
});

const none = { forEach: "", subgoal: 0 };
const planned = {
  tasks: [
    { ...taskOf("companies"), ...none },
    { ...taskOf("facts", { dependsOn: ["companies"] }), ...none, forEach: "companies" },
    { ...taskOf("report", { dependsOn: ["facts"] }), ...none },
  ],
  answer: "report",
};
const market = { ...taskOf("market", { dependsOn: ["report"] }), ...none, subgoal: 0.3 };
const simulator = await startSimulator({
  world: scriptedWorld({
    plan: [{ tasks: [...planned.tasks, market], answer: "market" }, planned],
    execute: { companies: { "*": { output: '["A", "B"]' } }, "*": { "*": { output: "Done." } } },
    review: { "*": { "*": { criteria: [], problems: [], blame: "" } } },
  }),
});
afterAll(() => simulator.close());
const env = { ANTHROPIC_BASE_URL: simulator.url };

test("a plan that grows is shown as such, and its JSON is carried out as it is", async () => {
  const shown = surroundings(env);
  await planCommand("Report on all.", { maxItems: "5", maxNesting: "1" }, shown);
  const json = surroundings(env);
  await planCommand("Report on all.", { maxItems: "5", json: true }, json);
  const path = await folder();
  const options = { plan: join(path, "plan.json"), store: join(path, "runs.db"), reporter: "line" } as const;
  await writeFile(options.plan, json.stdout.text);
  const around = surroundings(env);

  expect(shown.stdout.text).toBe(
    [
      '4 tasks; "market" gives the answer.',
      "",
      "companies  haiku   Do companies",
      "           It is simple.",
      "facts      haiku   Do facts",
      "           It is simple.",
      '           for each of "companies"',
      "           after companies",
      "report     haiku   Do report",
      "           It is simple.",
      "           after facts",
      "market     haiku   Do market",
      "           It is simple.",
      "           a goal of its own, with 30 % of the money",
      "           after report",
      "",
    ].join("\n"),
  );
  expect(JSON.parse(json.stdout.text).tasks[1]).toMatchObject({ id: "facts", forEach: "companies" });
  expect(await runCommand(undefined, { ...options, maxItems: "5" }, around)).toBe(0);
  expect(around.stderr.text).toContain('revision 2: 2 tasks for the items of "companies"');
  const kept = surroundings(env);
  await showCommand(/^Run (\S+),/.exec(around.stderr.text)?.[1] ?? "", { store: options.store }, kept);
  expect(kept.stdout.text).toContain('\nplan: revision 2: 2 tasks for the items of "companies"\n');
  const priced = surroundings();
  await quoteCommand({ plan: options.plan, store: options.store, maxItems: "5" }, priced);
  expect(priced.stdout.text).toMatch(/^in all +\$\d\.\d+ +unknown +\$\d+\.\d+ +4 \/ \? \/ \d+ *$/m);
  expect(priced.stdout.text.replace(/\s+/g, " ")).toContain('"facts" is done for each item of "companies"');
  await expect(runCommand(undefined, options, surroundings(env))).rejects.toThrow(
    'Task "facts" is to be done for each item, and no task may be. Raise `limits.maxItems`, or plan it as one task.',
  );
});

test("a subgoal that nobody could plan waits for a person, who can have it planned once more", async () => {
  const endless = { tasks: [{ ...taskOf("a", { dependsOn: ["b"] }), ...none }], answer: "a" };
  const small = await startSimulator({
    world: scriptedWorld({
      plan: { tasks: [{ ...taskOf("market"), ...none, subgoal: 0.5 }], answer: "market" },
      revise: { market: [endless, endless, { tasks: [{ ...taskOf("mood"), ...none }], answer: "mood" }] },
      execute: { "*": { "*": { output: "Calm." } } },
      review: { "*": { "*": { criteria: [], problems: [], blame: "" } } },
    }),
  });
  onTestFinished(() => small.close());
  const here = { ANTHROPIC_BASE_URL: small.url };
  const options = { store: join(await folder(), "runs.db"), reporter: "line" } as const;
  const first = surroundings(here);

  expect(await runCommand("Look into it.", { ...options, maxNesting: "1" }, first)).toBe(5);
  expect(first.stderr.text).toContain(
    'no plan of the subgoal "market" stands: What the planner proposed does not stand',
  );
  const [, runId = ""] = /^Run (\S+),/.exec(first.stderr.text) ?? [];
  const shown = surroundings(here);
  await showCommand(runId, options, shown);
  expect(shown.stdout.text).toContain(
    "There is no draft: nothing was attempted.\nSettle it in one of these ways",
  );
  expect(shown.stdout.text).toContain(`  terrace rerun ${runId} market --tier haiku `);
  const second = surroundings(here);
  expect(await rerunCommand(runId, "market", { ...options, tier: "haiku" }, second)).toBe(0);
  expect(second.stderr.text).toContain('revision 2: 1 task for the subgoal "market"');
  expect(second.stdout.text).toBe("Calm.\n");
});
