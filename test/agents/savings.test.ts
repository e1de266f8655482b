import { NO_USAGE } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { fleet } from "../../packages/agents/src/fleet.js";
import { PRICE_LISTS, type PriceListName, TODAY } from "../../packages/agents/src/price-lists.js";
import { packagePriceOf, priceOf } from "../../packages/agents/src/prices.js";
import { savings } from "../../packages/agents/src/savings.js";
import { issuesOf } from "../core/support.js";

const seventy = { haiku: 0.7, sonnet: 0.2, opus: 0.1 };
const eighty = { haiku: 0.8, sonnet: 0.15, opus: 0.05 };
const tokens = { outputTokens: 100_000_000 };
const tasks = { tasksPerDay: 500, inputTokens: 2_000, outputTokens: 500 };
const own = {
  ...{ name: "ours", source: "our contract", asOf: "2026-11-01" },
  tiers: {
    small: { model: "m-1", inputUsd: 1, outputUsd: 2 },
    large: { model: "m-2", inputUsd: 3, outputUsd: 4 },
  },
};

describe("A split of 100 million output tokens, 70/20/10", () => {
  test("costs $900 against $2,500 at the list the article used, which is 64 % less", () => {
    const { list, usd, byTier, allAt } = savings({ split: seventy, tokens, prices: "4.5" });

    expect({ list, usd }).toEqual({ list: "4.5", usd: 900 });
    expect(Object.values(byTier).map((tier) => tier.usd)).toEqual([350, 300, 250]);
    expect(allAt.opus).toEqual({ model: "claude-opus-4-5", usd: 2_500, savedUsd: 1_600, savedShare: 0.64 });
  });

  test("costs $435 against $2,000 today, and more than all of it at the cheapest tier, which is said with a sign", () => {
    const { usd, allAt } = savings({ split: seventy, tokens, prices: TODAY });

    expect({ usd, opus: allAt.opus?.usd, share: allAt.opus?.savedShare }).toEqual({
      usd: 435,
      opus: 2_000,
      share: 0.7825,
    });
    expect(allAt.haiku).toMatchObject({ usd: 50, savedUsd: -385, savedShare: -7.7 });
  });
});

describe("A fleet of 500 tasks a day, 2,000 tokens in and 500 out, 80/15/5", () => {
  test("costs to the cent what the article says, at the list that the article used", () => {
    const { usd, byTier, allAt } = fleet({ ...tasks, split: eighty, prices: "4" });

    expect(usd).toBe(4.14);
    expect(Object.values(byTier).map((tier) => tier.usd)).toEqual([1.44, 1.0125, 1.6875]);
    expect(Object.values(allAt).map((tier) => tier.usd)).toEqual([1.8, 6.75, 33.75]);
    expect(percent(allAt.opus?.savedShare)).toBe("87.73");
    // The article cuts it to 38.6.
    expect(percent(allAt.sonnet?.savedShare)).toBe("38.67");
  });

  test("costs $1.305 a day today, against $4.50 and $9.00", () => {
    const { usd, allAt } = fleet({ ...tasks, split: eighty, prices: TODAY });

    expect(usd).toBe(1.305);
    expect(Object.values(allAt).map((tier) => tier.usd)).toEqual([0.225, 4.5, 9]);
    expect(percent(allAt.opus?.savedShare)).toBe("85.50");
  });

  test("costs thirty times as much in thirty days", () => {
    const { usd, allAt } = fleet({ ...tasks, split: eighty, prices: "4", days: 30 });

    expect([usd, ...Object.values(allAt).map((tier) => tier.usd)]).toEqual([124.2, 54, 202.5, 1_012.5]);
  });

  test("pays the higher price for prompts that are long enough for it", () => {
    const of = (inputTokens: number) =>
      fleet({ ...tasks, inputTokens, split: { haiku: 1 }, prices: TODAY }).usd;

    expect(of(100_000)).toBe(500 * (0.01 + 0.00025));
    expect(of(100_001)).toBe(500 * (0.0500005 + 0.00125));
  });
});

describe("A price list", () => {
  const rows = Object.entries(PRICE_LISTS).flatMap(([name, { tiers }]) =>
    Object.entries(tiers).map(([tier, price]) => [name, tier, price] as const),
  );

  test.each(rows)(
    "%s has the prices of its model at %s",
    (name, _, { model, inputUsd, outputUsd, above }) => {
      // The price package knows retired models under other ids, which do not count for a bill.
      const usd = (counts: object) =>
        (priceOf(model, { ...NO_USAGE, ...counts }) ?? retired(model, counts))?.microUsd;

      expect(usd({ inputTokens: 10_000 })).toBe(10_000 * inputUsd);
      expect(usd({ outputTokens: 10_000 })).toBe(10_000 * outputUsd);
      expect(above !== undefined).toBe(name === TODAY && model === "claude-haiku-5-5");
    },
  );

  test("has a day and a source, and its tiers cheapest first", () => {
    for (const { asOf, source, tiers } of Object.values(PRICE_LISTS)) {
      expect(asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(source).not.toBe("");
      expect(Object.keys(tiers)).toEqual(["haiku", "sonnet", "opus"]);
    }
  });

  test("of one's own is as good as a named one, and its name is on the result", () => {
    const { list, asOf, usd } = savings({
      split: { small: 0.5, large: 0.5 },
      tokens: { inputTokens: 10 },
      prices: own,
    });

    expect({ list, asOf, usd }).toEqual({ list: "ours", asOf: "2026-11-01", usd: 0.00002 });
  });
});

describe("A calculator refuses", () => {
  const { asOf: _, ...undated } = own;
  test.each([
    [
      "a split that does not sum to 1",
      () => savings({ split: { haiku: 0.8, sonnet: 0.1 }, tokens, prices: "4.5" }),
      "Expected the shares of `split` to add up to 1, got `0.9` (haiku 0.8, sonnet 0.1). " +
        "Say for all of the work which tier does it.",
    ],
    [
      "a split of nothing",
      () => savings({ split: {}, tokens, prices: "4.5" }),
      "Expected the shares of `split` to add up to 1, got `0` (none). Say for all of the work which tier does it.",
    ],
    [
      "a share that is none",
      () => savings({ split: { haiku: 80, opus: 20 }, tokens, prices: "4.5" }),
      "Expected `split.haiku` to be a share from 0 to 1, got `80`. Write 80 % as 0.8.",
    ],
    [
      "an unknown tier",
      () => savings({ split: { haiku: 0.5, gpt: 0.5 }, tokens, prices: "4.5" }),
      'Expected `split` to name tiers of price list "4.5" ("haiku", "sonnet", "opus"), got "gpt". ' +
        "Correct it, or give a list that has it.",
    ],
    [
      "an unknown list",
      () => savings({ split: seventy, tokens, prices: "6" as PriceListName }),
      'Expected `prices` to be a price list ("2024", "4", "4.5", "5", "5.5"), got `"6"`. ' +
        "Name one of them, or give a list of your own.",
    ],
    [
      "a list without a date",
      () => savings({ split: { small: 1 }, tokens, prices: undated as typeof own }),
      "Expected `prices.asOf` to be the day the prices were valid, as YYYY-MM-DD, got `undefined`. " +
        "Say when you read them: prices without a date cannot be audited.",
    ],
    [
      "a negative price",
      () =>
        savings({
          split: { small: 1 },
          tokens,
          prices: { ...own, tiers: { small: { ...own.tiers.small, inputUsd: -1 } } },
        }),
      "Expected `prices.tiers.small.inputUsd` to be right (Too small: expected number to be >=0), got `-1`. See `PriceList`.",
    ],
    [
      "negative tokens",
      () => savings({ split: seventy, tokens: { inputTokens: -1 }, prices: "4.5" }),
      "Expected `tokens.inputTokens` to be a number from 0 to 1e15, got `-1`. Correct it.",
    ],
    [
      "negative tasks",
      () => fleet({ ...tasks, tasksPerDay: -500, split: eighty, prices: "4" }),
      "Expected `tasksPerDay` to be a number from 0 to 1e15, got `-500`. Correct it.",
    ],
    [
      "a count that is none",
      () => fleet({ ...tasks, outputTokens: Number.NaN, split: eighty, prices: "4" }),
      "Expected `outputTokens` to be a number from 0 to 1e15, got `NaN`. Correct it.",
    ],
  ])("%s, in a line that says what to do", (_, ask, line) => {
    expect(issuesOf(ask)).toContain(line);
  });
});

test("Nothing to do costs nothing, and saves no share of it", () => {
  const { usd, allAt } = fleet({ ...tasks, tasksPerDay: 0, split: eighty, prices: "5" });

  expect({ usd, ...allAt.opus }).toEqual({
    usd: 0,
    model: "claude-opus-5",
    ...{ savedUsd: 0, savedShare: null },
  });
});

const percent = (share: number | null | undefined) => ((share ?? 0) * 100).toFixed(2);

/** By the short names under which the price package keeps models that are gone. */
function retired(model: string, counts: object) {
  const names: { readonly [model: string]: string } = {
    "claude-3-opus-20240229": "claude-3-opus-latest",
    "claude-3-5-haiku-20241022": "claude-3-5-haiku-latest",
    "claude-sonnet-4-20250514": "claude-sonnet-4-0",
    "claude-opus-4-20250514": "claude-opus-4-0",
  };
  return packagePriceOf(names[model] ?? model, { ...NO_USAGE, ...counts });
}
