/** The bench catches an implementation that breaks the contract. */

import { expect, test } from "vitest";
import { runOnBase } from "../../bench/base.js";
import { ContractViolation, type Implementation, measure } from "../../bench/measure.js";
import { createWorkload } from "../../bench/workloads.js";

const workload = createWorkload("w5");

const inOrder: Implementation = async ({ tasks }, run) => {
  for (const { id } of tasks) await run(id);
};

test("an implementation that keeps the contract is measured", async () => {
  const { elapsedMs, mostInFlight } = await measure(inOrder, workload, 64);

  expect(elapsedMs).toBeGreaterThan(0);
  expect(mostInFlight).toBe(1);
});

test("the base runs as many tasks at once as it may", async () => {
  expect((await measure(runOnBase, workload, 64)).mostInFlight).toBe(6);
  expect((await measure(runOnBase, workload, 4)).mostInFlight).toBe(4);
});

test.each<[string, Implementation, string]>([
  [
    "before one of its dependencies was done",
    async ({ tasks }, run) => {
      await Promise.all(tasks.map(({ id }) => run(id)));
    },
    'Workload "w5": task 1 ran before task 0 was done (12 in all).',
  ],
  [
    "twice",
    async (given, run, concurrency) => {
      await inOrder(given, run, concurrency);
      await run(3);
    },
    'Workload "w5": task 3 ran twice or does not exist (1 in all).',
  ],
  [
    "never",
    async ({ tasks }, run) => {
      for (const { id } of tasks.slice(0, 7)) await run(id);
    },
    'Workload "w5": task 7 was not done at the end (1 in all).',
  ],
])("a figure is void when a task ran %s", async (_, implementation, message) => {
  await expect(measure(implementation, workload, 64)).rejects.toThrow(new ContractViolation(message));
});

test("a figure is void when too many calls were under way", async () => {
  const eager: Implementation = (given, run) => runOnBase(given, run, 64);

  await expect(measure(eager, workload, 5)).rejects.toThrow(
    new ContractViolation('Workload "w5": 6 calls were under way, and 5 may be (1 in all).'),
  );
});
