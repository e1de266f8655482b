import { cheapestStart, historyRouter, intervalOf, plannerRouter, type StepCost } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { question, row } from "./support.js";

const costs =
  (attempts: { readonly [tier: string]: number }, review = 0) =>
  (tier: string): StepCost => ({ attempt: attempts[tier] ?? 0, review });
const today = costs({ haiku: 1_000, sonnet: 20_000, opus: 40_000 }, 500);
const narrow = costs({ haiku: 10_000, sonnet: 30_000, opus: 50_000 }, 2_000);

describe("history", () => {
  test("proposes nothing before enough outputs of the kind and role were judged", () => {
    const propose = (calibration: Parameters<typeof row>[]) =>
      historyRouter().route(
        question({ calibration: calibration.map((each) => row(...each)), costOf: today }),
      );

    expect(propose([]).winner).toBeNull();
    expect(propose([["haiku", 9, 9]]).winner).toBeNull();
    expect(propose([["haiku", 40, 40, { kind: "other" }]]).winner).toBeNull();
    expect(propose([["haiku", 40, 40, { role: "writer" }]]).winner).toBeNull();
    expect(propose([["haiku", 10, 10]]).winner?.tier).toBe("haiku");
  });

  test("starts where such tasks were cheapest, with the figures", () => {
    const { winner } = historyRouter().route(
      question({ calibration: [row("haiku", 40, 38)], costOf: today }),
    );

    expect(winner).toEqual({
      router: "history",
      tier: "haiku",
      confidence: "high",
      maxTokens: null,
      reason:
        'Of 40 "task" tasks at haiku 38 were accepted (83 to 99 %). ' +
        "A task is expected to cost $0.00307 from haiku, $0.0219 from sonnet, $0.0405 from opus.",
    });
  });

  test("starts at the top when a cascade would lose money at the prices of now", () => {
    const calibration = [row("haiku", 60, 17), row("sonnet", 43, 18), row("opus", 25, 15)];
    const tierAt = (costOf: (tier: string) => StepCost) =>
      historyRouter().route(question({ calibration, costOf })).winner?.tier;

    expect(tierAt(narrow)).toBe("opus");
    expect(tierAt(today)).toBe("haiku");
  });

  test("goes by how often outputs are accepted when no price is known", () => {
    const propose = (accepted: number) =>
      historyRouter().route(question({ calibration: [row("haiku", 40, accepted)] })).winner;

    expect(propose(38)).toMatchObject({
      tier: "haiku",
      reason: expect.stringMatching(/accepted \(83 to 99 %\)\.$/),
    });
    expect(propose(24)).toMatchObject({ tier: "opus", confidence: "low" });
  });

  test("keeps to the tiers that the role may start at", () => {
    const bounds = { minTier: "sonnet", maxTier: "opus" };
    const asked = question({ calibration: [row("haiku", 40, 40)], costOf: today, bounds });

    expect(historyRouter().route(asked).winner?.tier).toBe("sonnet");
  });
});

describe("the start-tier rule", () => {
  test("moves a proposal to where the task is cheapest to start, by its confidence when there is no history", () => {
    const { winner, proposals } = cheapestStart(plannerRouter()).route(
      question({ task: { tier: "sonnet", tierReason: "It is plain." }, costOf: narrow }),
    );

    expect(winner).toMatchObject({
      router: "cheapestStart(planner)",
      tier: "haiku",
      confidence: "low",
      reason: expect.stringContaining('Nothing is known of "task" tasks but what was proposed.'),
    });
    expect(proposals.map(({ router, tier }) => `${router} ${tier}`)).toEqual([
      "planner sonnet",
      "cheapestStart(planner) haiku",
    ]);
  });

  test("goes by history as soon as there is enough", () => {
    const asked = question({ task: { tier: "haiku" }, costOf: narrow, calibration: [row("haiku", 30, 3)] });

    expect(cheapestStart(plannerRouter()).route(asked).winner).toMatchObject({ tier: "opus" });
  });

  test("leaves a proposal where it is when no price is known", () => {
    expect(cheapestStart(plannerRouter()).route(question()).winner?.router).toBe("planner");
  });
});

test.each([
  [0, 0, "0.00 to 1.00"],
  [0, 10, "0.00 to 0.28"],
  [5, 10, "0.24 to 0.76"],
  [38, 40, "0.83 to 0.99"],
  [100, 100, "0.96 to 1.00"],
])("%i of %i lie in %s", (hits, of, expected) => {
  const { low, high } = intervalOf(hits, of);

  expect(`${low.toFixed(2)} to ${high.toFixed(2)}`).toBe(expected);
});
