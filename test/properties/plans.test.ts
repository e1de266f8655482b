import { checkPlan, type Plan } from "@terrace/core";
import { planOf, testTeam } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCycle, graphOf, startPriority } from "../../packages/core/src/plan/graph.js";
import { DEFAULT_PLAN_LIMITS } from "../../packages/core/src/plan/plan.js";
import { redactor } from "../../packages/core/src/run/redact.js";
import { plans } from "./worlds.js";

const limits = { ...DEFAULT_PLAN_LIMITS, maxTopTierShare: 1 };

/** Plans whose tasks may need any other, so that many have cycles. */
const tangles: fc.Arbitrary<Plan> = fc
  .array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 1, maxLength: 9 })
  .map((tasks) =>
    planOf(
      Object.fromEntries(
        tasks.map((needs, index) => {
          const others = needs.map((need) => need % tasks.length).filter((need) => need !== index);
          return [`t${index}`, { dependsOn: [...new Set(others)].map((need) => `t${need}`) }];
        }),
      ),
    ),
  );

/** Whether a task can be reached from itself: found the slow way, step by step from every task. */
function hasCycle({ tasks }: Plan): boolean {
  const needs = new Map(tasks.map(({ id, dependsOn }) => [id, dependsOn]));
  return tasks.some(({ id }) => {
    const reached = new Set<string>();
    const open = [...(needs.get(id) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(needs.get(next) ?? []));
    }
    return reached.has(id);
  });
}

const verify = (property: fc.IProperty<[Plan]>) => fc.assert(property, { numRuns: 1_000 });

describe("a cycle", () => {
  test("is found exactly when there is one", () => {
    verify(
      fc.property(tangles, (plan) => {
        expect(findCycle(plan.tasks) !== undefined).toBe(hasCycle(plan));
      }),
    );
  });

  test("is one indeed, and told once around", () => {
    verify(
      fc.property(tangles, ({ tasks }) => {
        const cycle = findCycle(tasks);
        if (cycle === undefined) return;
        const needs = new Map(tasks.map(({ id, dependsOn }) => [id, dependsOn]));

        expect(cycle.at(0)).toBe(cycle.at(-1));
        expect(new Set(cycle.slice(1)).size).toBe(cycle.length - 1);
        cycle.slice(1).forEach((id, index) => {
          expect(needs.get(id)).toContain(cycle[index]);
        });
      }),
    );
  });

  test("is what keeps a plan from being accepted, and the only thing", () => {
    verify(
      fc.property(tangles, (plan) => {
        expect(checkPlan(plan, testTeam, limits).ok).toBe(!hasCycle(plan));
      }),
    );
  });
});

describe("the graph of a plan", () => {
  test("is in an order in which each task comes after all it needs", () => {
    verify(
      fc.property(plans, ({ tasks }) => {
        const { order } = graphOf(tasks);
        const place = new Map(order.map((position, index) => [tasks[position]?.id, index]));

        expect(order).toHaveLength(tasks.length);
        for (const { id, dependsOn } of tasks) {
          for (const needed of dependsOn) expect(place.get(needed)).toBeLessThan(place.get(id) ?? -1);
        }
      }),
    );
  });

  test("makes each task more urgent than any that waits for it", () => {
    verify(
      fc.property(plans, ({ tasks }) => {
        const graph = graphOf(tasks);
        const urgent = new Map(
          tasks.map(({ id, dependsOn }, at) => [id, startPriority(graph, at, dependsOn.length)]),
        );
        for (const { id, dependsOn } of tasks) {
          for (const needed of dependsOn) expect(urgent.get(needed)).toBeGreaterThan(urgent.get(id) ?? 0);
        }
      }),
    );
  });
});

describe("checking a plan", () => {
  test("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), (proposal) => {
        expect(checkPlan(proposal, testTeam, limits).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("never throws on what is almost a plan, and tells each issue in words", () => {
    const spoilt = fc
      .tuple(
        plans,
        fc.constantFrom("id", "role", "tier", "dependsOn", "errorCost", "brief", "extra"),
        fc.jsonValue(),
      )
      .map(([plan, key, value]) => ({
        ...plan,
        tasks: plan.tasks.map((task, index) => (index === 0 ? { ...task, [key]: value } : task)),
      }));
    fc.assert(
      fc.property(spoilt, (proposal) => {
        const checked = checkPlan(proposal, testTeam, limits);
        if (!checked.ok) for (const { message } of checked.issues) expect(message).toMatch(/\.$/);
      }),
      { numRuns: 1_000 },
    );
  });

  test("leaves what it was given unchanged, and accepts again what it accepted", () => {
    verify(
      fc.property(plans, (plan) => {
        const before = structuredClone(plan);
        const checked = checkPlan(plan, testTeam, limits);

        expect(plan).toEqual(before);
        expect(checked).toEqual(checkPlan(plan, testTeam, limits));
      }),
    );
  });
});

test("no secret is left in any value", () => {
  const secret = "s3cr3t-k3y!";
  const redact = redactor([secret]);
  const hidden = fc.tuple(fc.jsonValue(), fc.string(), fc.string()).map(([value, before, after]) => ({
    [`${before}${secret}`]: [value, { text: `${before}${secret}${after}` }],
    base64: btoa(secret),
  }));
  fc.assert(
    fc.property(hidden, (value) => {
      const text = JSON.stringify(redact?.(value));

      expect(text).not.toContain(secret);
      expect(text).not.toContain(btoa(secret).replace(/=+$/, ""));
    }),
    { numRuns: 500 },
  );
});
