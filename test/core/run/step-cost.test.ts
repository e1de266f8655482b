import { type CalibrationRow, type CallSize, defineTeam, type PriceOf, type SizeOf } from "@terrace/core";
import { taskOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { ProspectiveCall } from "../../../packages/core/src/ports/size-of.js";
import { stepCostOf } from "../../../packages/core/src/run/step-cost.js";
import { row } from "../routing/support.js";

const team = defineTeam({
  models: { haiku: "h", sonnet: "s", opus: "o" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", instructions: "Work." } },
  reviewer: { instructions: "Review." },
});
const task = { ...taskOf("t1"), plannedTier: "haiku" };

/** Micro-dollars for each token, by model; half of it when it may wait. */
const RATES: { readonly [model: string]: number } = { h: 1, s: 10, o: 100 };
const priceOf: PriceOf = (model, { inputTokens, outputTokens }, { urgency }) => {
  const rate = RATES[model];
  if (rate === undefined) return null;
  const microUsd = rate * (inputTokens + 2 * outputTokens) * (urgency === "batch" ? 0.5 : 1);
  return { microUsd } as ReturnType<PriceOf>;
};

const exactly = (tokens: number) => ({ least: 0, likely: tokens, most: 9_999 });

/** An attempt takes 100 tokens and brings 10; a review takes what it is shown and 200 more, and brings 20. */
const sized: ProspectiveCall[] = [];
const sizeOf: SizeOf = (call): CallSize => {
  sized.push(call);
  if (call.purpose === "execute") return { promptTokens: exactly(100), outputTokens: exactly(10) };
  const shown = call.material.reduce((sum, { tokens }) => sum + tokens.likely, 0);
  return { promptTokens: exactly(200 + shown), outputTokens: exactly(20) };
};

const costing = { priceOf, sizeOf, review: "thorough" as const };
const state = (calibration: readonly CalibrationRow[] | null = null) =>
  ({ goal: "anything", team, calibration, urgency: "live" }) as const;

const calls = (count: number, prompt: number, output: number) => ({
  calls: count,
  promptTokens: prompt,
  outputTokens: output,
  microUsd: 0,
  latencyMs: 0,
});

describe("a step costs", () => {
  test("an attempt and its review, of as many tokens as agents expect", () => {
    expect(stepCostOf("haiku", state(), task, { ...costing, review: () => "sonnet" })).toEqual({
      attempt: 100 + 2 * 10,
      review: 10 * (210 + 2 * 20),
    });
  });

  test("what it does at its tier, with what agents are told there", () => {
    sized.length = 0;
    stepCostOf("sonnet", state(), task, { ...costing, review: () => "opus" });

    expect(sized).toMatchObject([
      {
        purpose: "execute",
        instructions: "Work.",
        route: { tier: "sonnet" },
        material: [],
        goal: "anything",
      },
      { purpose: "execute", instructions: "Work.", material: [] },
      { purpose: "review", instructions: "Review.", route: { tier: "opus" }, material: [{ title: "Do t1" }] },
    ]);
  });

  test("what the review policy says of a middling word", () => {
    const asked: unknown[] = [];
    const review = (question: unknown) => {
      asked.push(question);
      return "haiku";
    };
    stepCostOf("sonnet", state(), { ...task, errorCost: "high" }, { ...costing, review });

    expect(asked).toEqual([
      { ladder: ["haiku", "sonnet", "opus"], tier: "sonnet", confidence: "medium", errorCost: "high" },
    ]);
  });

  test("less when the task can wait, or the run", () => {
    const alone = { ...costing, review: () => "haiku" };
    const half = { attempt: 60, review: 125 };

    expect(stepCostOf("haiku", state(), { ...task, urgency: "batch" }, alone)).toEqual(half);
    expect(stepCostOf("haiku", { ...state(), urgency: "batch" }, task, alone)).toEqual(half);
    expect(
      stepCostOf("haiku", { ...state(), urgency: "batch" }, { ...task, urgency: "live" }, alone),
    ).toEqual({
      attempt: 120,
      review: 250,
    });
  });

  test("an unknown amount when no size or no price is known of either part", () => {
    expect(stepCostOf("haiku", state(), task, { ...costing, sizeOf: undefined })).toBeNull();
    expect(stepCostOf("haiku", state(), task, { ...costing, priceOf: undefined })).toBeNull();
    const cheap: PriceOf = (model, ...rest) => (model === "h" ? priceOf(model, ...rest) : null);
    const dear: PriceOf = (model, ...rest) => (model === "h" ? null : priceOf(model, ...rest));
    for (const known of [cheap, dear])
      expect(
        stepCostOf("haiku", state(), task, { ...costing, priceOf: known, review: () => "opus" }),
      ).toBeNull();
  });
});

describe("what earlier runs took is held above what agents expect:", () => {
  const at = (rows: readonly CalibrationRow[]) =>
    stepCostOf("haiku", state(rows), task, { ...costing, sizeOf: undefined, review: () => "haiku" });
  const review = calls(5, 500, 50);

  test("the average at the tier, from five calls on, rounded", () => {
    const rows = [
      row("haiku", 5, 5, { execute: calls(5, 503, 52), review }),
      row("sonnet", 5, 5, { execute: calls(50, 50_000, 0), review: calls(50, 0, 0) }),
    ];

    expect(at(rows)).toEqual({ attempt: 101 + 2 * 10, review: 100 + 2 * 10 });
  });

  test("the average over all tiers, where fewer were made at it", () => {
    const rows = [
      row("haiku", 4, 4, { execute: calls(4, 400, 40), review }),
      row("sonnet", 4, 4, { execute: calls(4, 1_200, 120), review }),
    ];

    expect(at(rows)).toEqual({ attempt: 200 + 2 * 20, review: 120 });
  });

  test("nothing, when fewer than five were made at all, or of another kind or role", () => {
    const few = { execute: calls(4, 400, 40), review };
    const many = { execute: calls(9, 900, 90), review };

    expect(at([row("haiku", 4, 4, few)])).toBeNull();
    expect(at([row("haiku", 9, 9, { ...many, kind: "other" })])).toBeNull();
    expect(at([row("haiku", 9, 9, { ...many, role: "writer" })])).toBeNull();
    expect(at([row("haiku", 9, 9, many)])).toEqual({ attempt: 120, review: 120 });
  });
});
