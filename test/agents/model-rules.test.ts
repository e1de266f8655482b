import { createOrchestrator, defineTeam } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { scriptedWorld } from "@terrace/simulator";
import { expect, test } from "vitest";
import { claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { effortOf } from "../../packages/agents/src/intake.js";
import { isCacheable, mostTokens, rulesOf, takesEffort } from "../../packages/agents/src/model-rules.js";
import { MODELS } from "../../packages/simulator/src/models.js";
import { simulate } from "../simulator/support.js";
import { meet } from "./client-support.js";

test("what is known of a model is what the simulator holds it to", () => {
  const known = MODELS.filter(({ id }) => rulesOf(id) !== undefined);

  expect(known.length).toBeGreaterThanOrEqual(6);
  for (const { id, minCacheTokens, contextTokens, maxOutputTokens, defaultEffort } of known) {
    expect(rulesOf(id)).toMatchObject({ minCacheTokens, contextTokens, maxOutputTokens });
    expect([id, takesEffort(id, "high")]).toEqual([id, defaultEffort !== undefined]);
  }
});

test.each([
  "claude-haiku-4-5-20251001",
  "anthropic.claude-haiku-4-5-20251001-v1:0",
  "claude-haiku-4-5@20251001",
])("a model has the same rules under its dated name, and under a platform's: %s", (name) => {
  expect(rulesOf(name)).toBe(rulesOf("claude-haiku-4-5"));
});

test("a model that is not listed is sent what was asked for", () => {
  expect(rulesOf("constructor")).toBeUndefined();
  expect([takesEffort("my-own", "max"), mostTokens("my-own", 999_999), isCacheable("my-own", 1)]).toEqual([
    true,
    999_999,
    true,
  ]);
});

test("a model that takes no effort is never sent one, and whoever asked is told once", async () => {
  const request = { model: "claude-haiku-4-5", effort: "high" } as const;
  const { simulator, told, warnings, answer } = await meet({ request });

  expect(answer.outcome).toBe("ok");
  expect(simulator.requests[0]?.body).toMatchObject({ output_config: { format: { type: "json_schema" } } });
  expect(simulator.requests[0]?.body).not.toHaveProperty("output_config.effort");
  expect(told[0]).toMatchObject({ event: "sent", intent: { effort: null } });
  expect(warnings).toEqual(['"claude-haiku-4-5" takes no effort "high"; it is asked without one.']);
});

test("an agent asks for its usual effort where the team leaves it open, and for none where the model takes none", () => {
  const route = { tier: "haiku", model: "claude-haiku-5-5", effort: null };

  expect(effortOf(route, "medium")).toBe("medium");
  expect(effortOf({ ...route, effort: "max" }, "medium")).toBe("max");
  expect(effortOf({ ...route, model: "claude-haiku-4-5" }, "medium")).toBeNull();
});

test.each([
  ["claude-haiku-4-5", 64_000],
  ["claude-haiku-5-5", 128_000],
])("no more tokens are asked of %s than the %i it writes", async (model, most) => {
  const { simulator, told } = await meet({ request: { model, effort: null, maxTokens: 500_000 } });

  expect(simulator.requests[0]).toMatchObject({ status: 200, body: { max_tokens: most } });
  expect(told[0]).toMatchObject({ intent: { maxTokens: most } });
});

test("a rung may be the same model with more effort: what it rejects is done again by it, harder", async () => {
  const team = defineTeam({
    ladder: ["haiku", "sonnet", "sonnet-high", "opus"],
    models: {
      haiku: "claude-haiku-4-5",
      sonnet: { model: "claude-sonnet-5-5", effort: "low" },
      "sonnet-high": { model: "claude-sonnet-5-5", effort: "high" },
      opus: "claude-opus-5-5",
    },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" } },
    reviewer: { auditShare: 0 },
  });
  const answers = ["Once.", "Twice."].map((output) => ({ output }));
  const review = (met: boolean) => ({
    criteria: [{ criterion: 0, met, finding: "So it is." }],
    problems: [],
    blame: "",
  });
  const world = scriptedWorld({
    execute: { a: { haiku: { output: "Not yet." }, sonnet: answers } },
    review: { a: { haiku: review(false), sonnet: review(false), "sonnet-high": review(true) } },
  });
  const { simulator, client } = await simulate({ world });
  const orchestrator = createOrchestrator({ team, agents: claudeAgents({ client }) });
  const { answer, ledger } = await orchestrator.submit(planOf({ a: { criteria: ["Right."] } })).result();
  const executions = simulator.requests.flatMap(({ body }) => {
    const { model, system, output_config } = body as Body;
    return system[0].text.startsWith("You are an executor") ? [[model, output_config.effort]] : [];
  });

  expect(answer).toBe("Twice.");
  expect(executions).toEqual([
    ["claude-haiku-4-5", undefined],
    ["claude-sonnet-5-5", "low"],
    ["claude-sonnet-5-5", "high"],
  ]);
  expect(Object.keys(ledger.byTier)).toEqual(expect.arrayContaining(["haiku", "sonnet", "sonnet-high"]));
});

interface Body {
  readonly model: string;
  readonly system: readonly [{ readonly text: string }];
  readonly output_config: { readonly effort?: string };
}
