import {
  checkInvariants,
  createOrchestrator,
  DeclarationError,
  defineTeam,
  experiment,
  memoryStore,
  type OrchestratorOptions,
  type RunStore,
  reportExperiment,
} from "@terrace/core";
import {
  countingIds,
  fault,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  testTeam,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { issuesOf } from "../support.js";

const dear = defineTeam({
  models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "sonnet", minTier: "sonnet" } },
  reviewer: { auditShare: 0 },
});
const usage: NonNullable<ScriptedOptions["usage"]> = ({ route: { tier } }) => ({
  costMicroUsd: tier === "haiku" ? 10 : 100,
});

/** Two teams over one store: the treatment starts at the cheapest tier. */
function trying(
  store: RunStore = memoryStore(),
  script: ScriptedOptions = {},
  options: Partial<OrchestratorOptions> = {},
  share = 0.5,
) {
  const wiring = { agents: scriptedAgents({ usage, ...script }), store, env: countingIds(), ...options };
  return experiment({ name: "cheaper", arms: { control: dear, treatment: testTeam }, wiring, share });
}

describe("the arm of a goal", () => {
  test("follows from the names alone: these are the arms in every process and version", () => {
    const arms = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => trying().armOf(`Goal ${index}`, "support"));

    expect(arms.map((arm) => arm[0]).join("")).toBe("ttccctcc");
    expect(trying().armOf(planOf({ t: {} }))).toBe(trying().armOf(planOf({ t: {} })));
  });

  test.each(["", "support", "code"])(
    "is the treatment for about its share of the goals of kind %j",
    (kind) => {
      const { armOf } = trying(memoryStore(), {}, {}, 0.3);
      const goals = Array.from({ length: 3_000 }, (_, index) => armOf(`Goal number ${index}`, kind));

      expect(goals.filter((arm) => arm === "treatment").length / goals.length).toBeCloseTo(0.3, 1);
    },
  );

  test.each([
    [0, "control"],
    [1, "treatment"],
  ])("with a share of %s is always the %s", (share, arm) => {
    const { armOf } = trying(memoryStore(), {}, {}, share);

    expect(new Set(Array.from({ length: 200 }, (_, index) => armOf(`${index}`)))).toEqual(new Set([arm]));
  });
});

describe("an experiment", () => {
  test("submits each goal to its arm, and the log says which", async () => {
    const trial = trying();
    for (const goal of ["a", "b", "c", "d"]) {
      const run = trial.submit({ ...wide(1), goal }, { kind: "support" });
      await run.result();
      const arm = trial.armOf(goal, "support");

      expect(run.log[0]).toMatchObject({ experiment: { name: "cheaper", arm, stratum: "support" } });
      expect(run.state.tasks.get("t1")?.tier).toBe(arm === "control" ? "sonnet" : "haiku");
      expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
    }
  });

  test("reports what its runs came to, by arm and kind, and leaves out all others", async () => {
    const store = memoryStore();
    const trial = trying(store, { review: { t1: { haiku: reject("No.") } } });
    for (let index = 0; index < 60; index += 1)
      await trial
        .submit({ ...wide(2), goal: `Goal ${index}` }, { kind: index % 2 === 0 ? "even" : "odd" })
        .result();
    const other = createOrchestrator({ agents: scriptedAgents({ usage }), team: testTeam, store });
    await other.submit(wide(1)).result();
    const { name, overall, strata } = await trial.report();

    expect(name).toBe("cheaper");
    expect(overall.control.runs + overall.treatment.runs).toBe(60);
    expect(strata.map(({ stratum }) => stratum)).toEqual(["even", "odd"]);
    expect(overall.control).toMatchObject({ acceptance: 1, escalation: 0, usdPerAccepted: 0.0002 });
    expect(overall.treatment).toMatchObject({ acceptance: 1, escalation: 0.5 });
    expect(overall.differences.escalation).toMatchObject({ value: 0.5, isClear: true });
    const logs = await Promise.all((await store.list(100)).map(({ runId }) => store.read(runId)));
    expect(reportExperiment("cheaper", logs)).toEqual(await trial.report());
    expect(reportExperiment("another", logs).overall.control.runs).toBe(0);
  });

  test("leaves out runs that have not ended, and what a person stands for", async () => {
    const store = memoryStore();
    const trial = trying(store, {
      execute: { open: fault("transport", { retryable: false, scope: "run" }) },
      review: { t1: reject("No.") },
    });
    await trial
      .submit(planOf({ open: {} }))
      .result()
      .catch(() => undefined);
    const run = trial.submit(planOf({ t1: { tier: "opus" }, t2: { dependsOn: ["t1"] } }));
    await run.result().catch(() => undefined);
    await run.resolve("t1", { action: "accept" });
    await run.result();
    const { overall } = await trial.report();
    const [figures] = [overall.control, overall.treatment].filter(({ runs }) => runs > 0);

    expect(overall.control.runs + overall.treatment.runs).toBe(1);
    expect(figures).toMatchObject({ tasks: 2, acceptance: 0.5 });
  });

  test("keeps the arm of a run that is resumed elsewhere", async () => {
    const store = memoryStore();
    const shut = fault("transport", { retryable: false, scope: "run" });
    const first = trying(store, { execute: shut }).submit(wide(1), { kind: "support" });
    await first.result().catch(() => undefined);
    const other = createOrchestrator({ agents: scriptedAgents({ usage }), team: dear, store });
    const run = await other.resume(first.id);
    await run.result();

    expect(run.state.experiment).toEqual(first.state.experiment);
    expect((await trying(store).report()).overall[run.state.experiment?.arm ?? "control"].runs).toBe(1);
  });

  test("takes orchestrators for arms, each with a store of its own if need be", async () => {
    const armWith = (team: typeof testTeam) =>
      createOrchestrator({ agents: scriptedAgents({ usage }), team });
    const trial = experiment({
      name: "apart",
      arms: { control: armWith(testTeam), treatment: armWith(testTeam) },
    });
    for (const goal of ["a", "b", "c", "d", "e", "f"]) await trial.submit({ ...wide(1), goal }).result();
    const { overall } = await trial.report();

    expect(overall.control.runs).toBeGreaterThan(0);
    expect(overall.control.runs + overall.treatment.runs).toBe(6);
  });

  test("is refused with everything that is wrong, each in a line", () => {
    const declare = () =>
      experiment({ name: "", share: 2, arms: { control: testTeam, treatment: {} as never } });

    expect(issuesOf(declare)).toEqual([
      'Expected `name` to be valid (Too small: expected string to have >=1 characters), got `""`.',
      "Expected `share` to be valid (Too big: expected number to be <=1), got `2`.",
      "Expected `wiring` with the agents of both arms, since `arms.control` is a team, got none.",
      "Expected `arms.treatment` to be an orchestrator or a team, got `{}`. Make one with `createOrchestrator`.",
    ]);
    expect(declare).toThrow(DeclarationError);
  });
});
