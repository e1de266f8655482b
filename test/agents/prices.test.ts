import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NO_USAGE, type PriceRow, type Usage } from "@terrace/core";
import { costMicroUsd } from "@terrace/simulator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRICE_OVERLAY } from "../../packages/agents/src/price-overlay.js";
import {
  assertPrices,
  PACKAGE_PRICES_AS_OF,
  packagePriceOf,
  priceOf,
} from "../../packages/agents/src/prices.js";

const overlayRow = (model: string) => PRICE_OVERLAY.find((row) => row.model === model) as PriceRow;

const usage = (changes: Partial<Usage>): Usage => ({ ...NO_USAGE, ...changes });

describe("A list price", () => {
  test.each([
    ["claude-haiku-5-5", 450],
    ["claude-sonnet-5-5", 9_000],
    ["claude-opus-5-5", 18_000],
    ["claude-fable-5-2", 36_000],
  ])("of %s for 2,000 tokens in and 500 out is %i micro-dollars", (model, microUsd) => {
    expect(priceOf(model, usage({ inputTokens: 2_000, outputTokens: 500 }))?.microUsd).toBe(microUsd);
  });

  test("[B11] has a row for each class of tokens, thinking being output", () => {
    const mixed = usage({
      inputTokens: 1_000,
      cacheReadTokens: 2_000,
      cacheWrite5mTokens: 3_000,
      cacheWrite1hTokens: 4_000,
      outputTokens: 500,
      thinkingTokens: 400,
    });

    expect(priceOf("claude-opus-5-5", mixed)?.microUsd).toBe(4_000 + 400 + 15_000 + 32_000 + 10_000);
    expect(priceOf("claude-sonnet-5-5", mixed)?.microUsd).toBe(2_000 + 200 + 7_500 + 16_000 + 5_000);
  });

  test("of Haiku 5.5 is five times higher for the whole request above 100,000 prompt tokens, cached ones included", () => {
    const at = usage({ inputTokens: 40_000, cacheReadTokens: 60_000, outputTokens: 1_000 });
    const above = usage({ ...at, inputTokens: 40_001 });

    expect(priceOf("claude-haiku-5-5", at)?.microUsd).toBe(4_000 + 600 + 500);
    expect(priceOf("claude-haiku-5-5", above)?.microUsd).toBe(20_001 + 3_000 + 2_500);
  });

  test("is rounded once, half up", () => {
    expect(priceOf("claude-haiku-5-5", usage({ outputTokens: 1 }))?.microUsd).toBe(1);
    expect(priceOf("claude-haiku-5-5", usage({ inputTokens: 4 }))?.microUsd).toBe(0);
    expect(priceOf("claude-haiku-5-5", usage({ cacheWrite5mTokens: 4 }))?.microUsd).toBe(1);
    expect(priceOf("claude-haiku-5-5", usage({ inputTokens: 4, cacheReadTokens: 9 }))?.microUsd).toBe(0);
  });

  test("is the simulator's bill to the micro-dollar", () => {
    const tokens = fc.nat({ max: 2_000_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(
          "claude-haiku-5-5",
          "claude-sonnet-5-5",
          "claude-opus-5-5",
          "claude-fable-5-2",
          "claude-opus-5",
        ),
        fc.record({
          inputTokens: tokens,
          outputTokens: tokens,
          cacheReadTokens: tokens,
          cacheWrite5mTokens: tokens,
          cacheWrite1hTokens: tokens,
        }),
        (model, counts) => {
          expect(priceOf(model, usage(counts))?.microUsd).toBe(costMicroUsd(model, counts));
        },
      ),
      { numRuns: 500, seed: 39 },
    );
  });

  test("is dated by where it is from", () => {
    expect(priceOf("claude-haiku-5-5", NO_USAGE)).toEqual({ microUsd: 0, asOf: "2026-10-07" });
    expect(priceOf("claude-opus-5-5", NO_USAGE)).toEqual({ microUsd: 0, asOf: PACKAGE_PRICES_AS_OF });
  });
});

describe("[B11] A call that went with a batch", () => {
  const batch = { urgency: "batch", prices: [] } as const;

  test("costs half of what it would live, whatever its tokens are", () => {
    const mixed = usage({
      inputTokens: 1_000,
      cacheReadTokens: 2_000,
      cacheWrite5mTokens: 3_000,
      cacheWrite1hTokens: 4_000,
      outputTokens: 500,
    });

    expect(priceOf("claude-opus-5-5", mixed, batch)?.microUsd).toBe(
      (4_000 + 400 + 15_000 + 32_000 + 10_000) / 2,
    );
  });

  test("is rounded once, after it is halved", () => {
    // 0.5 micro-dollars a token: 3 tokens are 1.5, and half of that is 0.75.
    expect(priceOf("claude-haiku-5-5", usage({ outputTokens: 3 }), batch)?.microUsd).toBe(1);
    expect(priceOf("claude-haiku-5-5", usage({ outputTokens: 1 }), batch)?.microUsd).toBe(0);
  });

  test("is halved above the length of prompts at which prices rise, and by one's own prices too", () => {
    const long = usage({ inputTokens: 100_001, outputTokens: 1_000 });
    const own = { ...overlayRow("claude-haiku-5-5"), inputUsd: 3, outputUsd: 15 };

    expect(priceOf("claude-haiku-5-5", long, batch)?.microUsd).toBe(26_250);
    expect(
      priceOf("claude-opus-5-5", usage({ inputTokens: 10 }), {
        ...batch,
        prices: [{ ...own, model: "claude-opus-5-5" }],
      })?.microUsd,
    ).toBe(15);
  });
});

describe("[A39] A model id", () => {
  test.each([
    "claude-sonnet-5-6",
    "claude-haiku-9",
    "claude-opus-4-5-turbo",
    "claude",
    "gpt-5",
    "",
    "constructor",
  ])("without a price of its own (%s) has none, however it begins", (model) => {
    expect(priceOf(model, usage({ inputTokens: 1_000 }))).toBeNull();
  });

  test("with a date at its end is the model without it", () => {
    const counts = usage({ inputTokens: 1_000 });

    expect(priceOf("claude-haiku-4-5-20251001", counts)).toEqual(priceOf("claude-haiku-4-5", counts));
    expect(priceOf("claude-haiku-4-5-99999999", counts)).toBeNull();
  });
});

describe("A price of one's own", () => {
  const own: PriceRow = {
    model: "claude-opus-5-5",
    inputUsd: 3,
    outputUsd: 15,
    cacheReadUsd: 0.15,
    cacheWrite5mUsd: 3.75,
    cacheWrite1hUsd: 6,
    source: "our contract",
    asOf: "2026-11-01",
  };

  test("wins over the list", () => {
    const counts = usage({ inputTokens: 1_000, outputTokens: 100 });

    expect(priceOf("claude-opus-5-5", counts, { urgency: "live", prices: [own] })).toEqual({
      microUsd: 4_500,
      asOf: "2026-11-01",
    });
  });

  test("that is no price is refused", () => {
    expect(() => assertPrices([{ ...own, inputUsd: -1 }])).toThrow(
      'Expected `prices[0].inputUsd` ("claude-opus-5-5") to be USD per million tokens, from 0 to 100000, got `-1`. ' +
        "Correct it; a model whose price is unknown has no row, and counts as unpriced.",
    );
  });
});

describe("The overlay", () => {
  test.each(PRICE_OVERLAY.map(({ model }) => model))("still needs its row for %s", (model) => {
    expect(
      packagePriceOf(model, NO_USAGE),
      `@pydantic/genai-prices knows "${model}" now: compare, and delete the row`,
    ).toBeNull();
  });

  test("names source and day in each row", () => {
    expect(() => assertPrices(PRICE_OVERLAY)).not.toThrow();
  });

  test("dates the package's prices by the version that is installed", () => {
    const agents = fileURLToPath(new URL("../../packages/agents", import.meta.url));
    const path = join(agents, "node_modules", "@pydantic", "genai-prices", "package.json");
    const { version } = JSON.parse(readFileSync(path, "utf8"));

    expect(version, "set PACKAGE_PRICES_AS_OF to the day this version was published").toBe("0.1.8");
  });
});
