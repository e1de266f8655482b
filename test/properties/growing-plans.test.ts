// Plans that grow, against a model of what they must come to: each item is done once, whatever is at work at once.
import { checkInvariants, type Plan } from "@terrace/core";
import { ok, planOf, type ScriptedOptions, type TaskSketch, wide } from "@terrace/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { launch } from "../core/support.js";

/** A list, what is done for each of its items, and who gathers; some of it within a subgoal. */
interface Branch {
  readonly items: number;
  /** Whether each item needs the one who gathered before, too. */
  readonly follows: boolean;
  readonly keepsList: boolean;
  /** How many tasks a subgoal after it is planned as; 0 for none. */
  readonly subtasks: number;
}

const branches = fc.array(
  fc.record({
    items: fc.integer({ min: 0, max: 12 }),
    follows: fc.boolean(),
    keepsList: fc.boolean(),
    subtasks: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The plan of some branches, what is answered, and every task that must be accepted. */
function modelOf(all: readonly Branch[]): { plan: Plan; script: ScriptedOptions; done: readonly string[] } {
  const tasks: { [id: string]: TaskSketch } = {};
  const execute: { [id: string]: ReturnType<typeof ok> } = {};
  const revise: { [id: string]: Plan } = {};
  const done: string[] = [];
  all.forEach(({ items, follows, keepsList, subtasks }, at) => {
    const [list, each, sum, goal] = [`list${at}`, `each${at}`, `sum${at}`, `goal${at}`];
    const before = follows && at > 0 ? [`sum${at - 1}`] : [];
    tasks[list] = {};
    tasks[each] = { dependsOn: [list, ...before], forEach: list };
    tasks[sum] = { dependsOn: keepsList ? [each, list] : [each] };
    execute[list] = ok(Array.from({ length: items }, (_, index) => `${at}.${index}`));
    done.push(list, sum, ...Array.from({ length: items }, (_, index) => `${each}-${index + 1}`));
    if (subtasks === 0) return;
    tasks[goal] = { dependsOn: [sum], subgoal: 0.2 };
    revise[goal] = wide(subtasks);
    done.push(...Array.from({ length: subtasks }, (_, index) => `${goal}-t${index + 1}`));
  });
  const answer = `sum${all.length - 1}`;
  return { plan: planOf(tasks, answer), script: { execute, revise }, done: done.sort() };
}

test("any plan with lists and subgoals ends with each item done once, whatever the concurrency", async () => {
  await fc.assert(
    fc.asyncProperty(branches, fc.integer({ min: 1, max: 16 }), async (all, concurrency) => {
      const { plan, script, done } = modelOf(all);
      const limits = { maxItems: 12, maxNesting: 1 };
      const { run, agents } = launch(plan, script, { concurrency, limits });
      const { outputs, outcome } = await run.result();

      expect(outcome).toBe("complete");
      expect(Object.keys(outputs).sort()).toEqual(done);
      const asked = agents.requests.execute.map(({ task }) => task.id);
      expect(asked.sort()).toEqual(done);
      for (const { task, inputs } of agents.requests.execute) {
        const { item } = task;
        if (item === undefined) continue;
        const branch = item.forEach.slice("each".length);
        expect(inputs[0]?.output).toBe(`${branch}.${item.number - 1}`);
      }
      expect(checkInvariants(run.log, { slots: concurrency })).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
