import { type Fact, type RouteQuestion, type RoutingTerms, router } from "@terrace/core";
import { escalated, failed, planned, type Step, Story } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { decideRouting, type RoutingPolicy } from "../../../packages/core/src/run/decide-routing.js";
import { classified, SIMPLE, said, unsaid } from "./routing-steps.js";

const TERMS: RoutingTerms = {
  router: "alwaysOpus",
  classifier: null,
  learnFrom: 0,
  domain: null,
  userTier: null,
  pins: {},
};

/** The plan of a run with one task, and how it routes. */
const plan = (routing: Partial<RoutingTerms> | null) =>
  planned({ a: {} }, { terms: { routing: routing && { ...TERMS, ...routing } } });

/** A router that has every task start at the top, and remembers what it was asked. */
const opusRouter = () => {
  const asked: RouteQuestion[] = [];
  const policy: RoutingPolicy = {
    router: router("alwaysOpus", (question) => {
      asked.push(question);
      return { tier: "opus", reason: "It is hard.", confidence: "high" };
    }),
    priceOf: undefined,
    sizeOf: undefined,
    review: "balanced",
  };
  return { asked, policy };
};

const told = (steps: readonly Step[]) => {
  const story = new Story();
  story.tell(steps);
  return { state: story.state, task: story.task("a") };
};

const decided = (steps: readonly Step[], policy = opusRouter().policy) => {
  const { state, task } = told(steps);
  return decideRouting(state, task, policy);
};

const routed: Fact = {
  type: "task.routed",
  taskId: "a",
  router: "alwaysOpus",
  tier: "opus",
  reason: "It is hard.",
  confidence: "high",
  maxTokens: null,
  proposals: [],
};

describe("a task is routed", () => {
  test("before its first attempt, and once", () => {
    expect(decided([plan({})])).toMatchObject({ ...routed, proposals: [{ router: "alwaysOpus" }] });
    expect(decided([plan({}), routed])).toBeUndefined();
    expect(decided([plan({}), failed("a", "transport")])).toBeUndefined();
    expect(decided([plan({}), escalated("a", "sonnet")])).toBeUndefined();
  });

  test("where its run routes, by a process that has the router", () => {
    const { state, task } = told([plan({})]);

    expect(decided([plan(null)])).toBeUndefined();
    expect(decideRouting(state, task, undefined)).toBeUndefined();
  });

  test("when a classifier has said what sort it is, or has said nothing", () => {
    const steps = [plan({ classifier: "sonnet" })];
    const [told, untold] = [opusRouter(), opusRouter()];

    expect(decided(steps)).toEqual({
      ...classified("a"),
      route: { tier: "sonnet", model: "model-sonnet", effort: null },
    });
    expect(decided([...steps, said("a")], told.policy)).toMatchObject({ tier: "opus" });
    expect(told.asked).toMatchObject([{ classification: SIMPLE }]);
    expect(decided([...steps, unsaid("a")], untold.policy)).toMatchObject({ tier: "opus" });
    expect(untold.asked).toMatchObject([{ classification: null }]);
  });
});

test("a router is asked with what the run was submitted with, and what a step costs", () => {
  const { asked, policy } = opusRouter();

  decided([plan({ domain: "law", userTier: "free" })], policy);
  decided([plan({})], policy);

  expect(asked).toMatchObject([
    { goal: "anything", domain: "law", userTier: "free", calibration: [], task: { id: "a" } },
    { domain: null, userTier: null },
  ]);
  expect(asked[0]?.calibration).toEqual([]);
  expect(asked[0]?.costOf("haiku")).toBeNull();
});

test("a person's pin wins over the router, whose proposal is kept", () => {
  expect(decided([plan({ pins: { a: "sonnet" } })])).toMatchObject({
    tier: "sonnet",
    proposals: [{ tier: "sonnet" }, { router: "alwaysOpus", tier: "opus" }],
  });
});
