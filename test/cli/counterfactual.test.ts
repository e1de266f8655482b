import type { RunEvent, Usage } from "@terrace/core";
import { expect, test } from "vitest";
import { atTopTier } from "../../packages/cli/src/counterfactual.js";
import { HAPPY, recorded, STORY, team } from "./support.js";

/** 4 micro-dollars a token in, 20 a token out: Opus 5.5. */
const opus = (_: string, { inputTokens, outputTokens }: Usage) => ({
  microUsd: 4 * inputTokens + 20 * outputTokens,
});

/** 100 in and 10 out at those prices. */
const CALL = 4 * 100 + 20 * 10;

test("accepted attempts and their reviews are priced at the top tier, the plan at what it cost", async () => {
  const found = atTopTier(await recorded(HAPPY), team, opus);

  // One plan at 1,000; three tasks, each one attempt and one review.
  expect(found.microUsd).toBe(1_000 + 3 * 2 * CALL);
  expect(found.unreviewedMicroUsd).toBe(1_000 + 3 * CALL);
  expect(found).toMatchObject({ tier: "opus", model: "model-opus" });
});

test("attempts that were not accepted count nothing", async () => {
  const found = atTopTier(await recorded(STORY), team, opus);

  // `draft` is flagged and `essay` waits: only `facts` stands.
  expect(found.microUsd).toBe(1_000 + 2 * CALL);
});

test("an attempt that was accepted and then done again counts once, as it stands now", async () => {
  const log = await recorded(HAPPY);
  const accepted = log.find((event) => event.type === "task.accepted" && event.taskId === "facts");
  const again: RunEvent[] = [...log, { ...(accepted as RunEvent<"task.accepted">), attempt: 7 }];

  expect(atTopTier(again, team, opus).microUsd).toBe(1_000 + 2 * 2 * CALL);
});

test("a call that was never answered counts nothing", async () => {
  const log = (await recorded(HAPPY)).filter((event) => event.type !== "call.answered");
  expect(atTopTier(log, team, opus).microUsd).toBe(0);
});

test("a top model without a known price makes the figures unknown", async () => {
  const found = atTopTier(await recorded(HAPPY), team, () => null);
  expect(found.microUsd).toBeNull();
  expect(found.unreviewedMicroUsd).toBeNull();
});

test("it is an estimate and says so", async () => {
  expect(atTopTier(await recorded(HAPPY), team, opus).assumption).toBe(
    "Estimate: the plan as it was, then each accepted answer and its review once, at model-opus prices, with the " +
      "tokens they took here; no attempt rejected.",
  );
});
