import type { Check } from "@terrace/core";
import { accept, eventsOf, ok, planOf, tiersOf, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { launch } from "../support.js";

/** A check that finds the same in every output. */
const finding = (name: string, ...issues: readonly string[]): Check => ({ name, run: () => issues });
const one = planOf({ a: {} });

/** The checks of the first attempt, as recorded. */
const firstChecked = async (checks: readonly Check[]) => {
  const { run } = launch(one, { review: { a: accept } }, {}, { checks: { a: checks } });
  await run.result().catch(() => undefined);
  return eventsOf(run.log, "attempt.checked")[0];
};

describe("checks", () => {
  test("come before any review, and a confident output that fails them gets none", async () => {
    const check: Check = { name: "tests", run: (output) => (output === "a by opus" ? [] : ["2 of 9 fail"]) };
    const { run, agents } = launch(one, {}, {}, { checks: { a: [check] } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet", "opus"]);
    expect(agents.requests.review.map(({ output }) => output)).toEqual(["a by opus"]);
  });

  test("run to the last, whatever the first ones find, each issue with its check's name", async () => {
    const event = await firstChecked([
      finding("size", "too short", "too thin"),
      finding("free"),
      finding("tone", "rude"),
    ]);

    expect(event).toMatchObject({
      issues: ["size: too short", "size: too thin", "tone: rude"],
      repairable: false,
    });
  });

  test("that throw have found something", async () => {
    const thrown = (error: unknown): Check => ({
      name: "odd",
      run: () => {
        throw error;
      },
    });
    const event = await firstChecked([
      thrown(new Error("no such file")),
      thrown("tantrum"),
      thrown(undefined),
    ]);

    expect(event?.issues).toEqual([
      "odd: the check threw no such file",
      "odd: the check threw tantrum",
      "odd: the check threw undefined",
    ]);
  });

  test("that reject have found something", async () => {
    const event = await firstChecked([{ name: "slow", run: () => Promise.reject(new Error("timed out")) }]);

    expect(event?.issues).toEqual(["slow: the check threw timed out"]);
  });

  test("are told of the task, the attempt and the inputs", async () => {
    const contexts: unknown[] = [];
    const check: Check = {
      name: "curious",
      run(_, { signal, ...context }) {
        contexts.push(context);
        return [];
      },
    };
    const { run } = launch(planOf({ a: {}, b: { dependsOn: ["a"] } }), {}, {}, { checks: { b: [check] } });
    await run.result();

    expect(contexts).toMatchObject([
      {
        runId: "run_1",
        task: { id: "b" },
        attempt: 1,
        tier: "haiku",
        inputs: [
          {
            taskId: "a",
            title: "Do a",
            output: "a by haiku",
            tier: "haiku",
            attempt: 1,
            acceptedBy: "reviewer",
          },
        ],
      },
    ]);
  });

  test("of the task come before those of its role", async () => {
    const checks = { a: [finding("own", "x")] };
    const { run } = launch(one, {}, { checks: { worker: [finding("role", "y")] } }, { checks });
    await run.result().catch(() => undefined);

    expect(eventsOf(run.log, "attempt.checked")[0]?.issues).toEqual(["own: x", "role: y"]);
  });

  test("that wait are under way as often as `checkConcurrency` allows", async () => {
    let [now, most] = [0, 0];
    const check: Check = {
      name: "slow",
      async run() {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now -= 1;
        return [];
      },
    };
    const plan = planOf(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`t${index}`, {}])));
    await launch(plan, {}, { checks: { worker: [check] }, checkConcurrency: 3 }).run.result();

    expect(most).toBe(3);
  });
});

describe("an expected form", () => {
  const schema = z.strictObject({ list: z.array(z.number()) });

  test("is handed to the executor as a JSON Schema", async () => {
    const { run, agents } = launch(one, { execute: ok({ list: [] }) }, {}, { outputs: { a: schema } });
    await run.result();

    expect(agents.requests.execute[0]?.outputSchema).toMatchObject({
      type: "object",
      properties: { list: { type: "array", items: { type: "number" } } },
    });
  });

  test("is none for a task that nothing is expected of", async () => {
    const { run, agents } = launch(one, {}, { outputs: { writer: schema } });
    await run.result();

    expect(agents.requests.execute[0]?.outputSchema).toBeUndefined();
  });

  test("that is missed is repaired once at the same tier, with what was wrong", async () => {
    const script = { execute: { a: [ok({ list: ["x"] }), ok({ list: [1] })] } };
    const { run, agents } = launch(one, script, { outputs: { worker: schema } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku"]);
    expect(agents.requests.execute[1]).toMatchObject({
      reason: "repair",
      draft: {
        output: { list: ["x"] },
        tier: "haiku",
        findings: ["output.list.0: Invalid input: expected number, received string"],
      },
    });
  });

  test("that is missed is reported alone, and no check stumbles over it", async () => {
    const script = { execute: { a: [ok("no object"), ok({ list: [1] })] } };
    const check: Check = {
      name: "sum",
      run: (output) => ((output as { list: unknown[] }).list.length > 0 ? [] : ["empty"]),
    };
    const { run } = launch(one, script, { outputs: { worker: schema }, checks: { worker: [check] } });
    await run.result();

    expect(eventsOf(run.log, "attempt.checked").map(({ issues }) => issues)).toEqual([
      ["output: Invalid input: expected object, received string"],
      [],
    ]);
  });

  test("that is missed twice escalates", async () => {
    const script = { execute: { a: { haiku: ok("no"), sonnet: ok({ list: [] }) } } };
    const { run } = launch(one, script, { outputs: { worker: schema } });
    await run.result();

    expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku", "sonnet"]);
  });
});

test("a task may be named like what every object has", async () => {
  const plan = planOf({ constructor: {} } as { readonly [id: string]: object });
  const { run } = launch(plan, {}, { checks: { worker: [] } }, { checks: {}, outputs: {} });
  await run.result();

  expect(typesOf(run.log, "constructor")).toContain("task.accepted");
});
