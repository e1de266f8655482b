import { DeclarationError, firstOf, plannerRouter, router, split, tableRouter } from "@terrace/core";
import { expect, test } from "vitest";
import { question } from "./support.js";

const startsAt = (tier: string) => tableRouter({ task: { tier } });
const asked = (at: number) => question({ task: { brief: `Settle case ${at}.` } });
const cases = Array.from({ length: 1_000 }, (_, at) => at);

test("a split starts a share of the tasks where its first router says, and the others where its second does", () => {
  const routed = split(0.4, startsAt("sonnet"), startsAt("haiku"));
  const tiers = cases.map((at) => routed.route(asked(at)).winner?.tier);

  expect(new Set(tiers)).toEqual(new Set(["haiku", "sonnet"]));
  expect(tiers.filter((tier) => tier === "sonnet").length / cases.length).toBeCloseTo(0.4, 1);
});

test("the same task always goes the same way, and stays when the share is raised", () => {
  const first = (share: number) => {
    const routed = split(share, startsAt("sonnet"), startsAt("haiku"));
    return cases.filter((at) => routed.route(asked(at)).winner?.tier === "sonnet");
  };
  const some = first(0.3);

  expect(first(0.3)).toEqual(some);
  expect(first(0.6)).toEqual(expect.arrayContaining(some));
  expect([first(0).length, first(1).length]).toEqual([0, cases.length]);
});

test("the reason names the share, and the log has what either would have done", () => {
  const routed = split(1, startsAt("sonnet"), startsAt("haiku")).route(asked(1));
  const name = "split(1, table, table)";

  expect(routed.winner).toMatchObject({
    router: name,
    tier: "sonnet",
    reason:
      'The table starts "task" at sonnet. A share of 1 of such tasks, by hash, goes by table; this one is of the share.',
  });
  expect(routed.proposals.map(({ router, tier }) => `${router}: ${tier}`)).toEqual([
    "table: sonnet",
    "table: haiku",
    `${name}: sonnet`,
  ]);
  expect(split(0, startsAt("sonnet"), startsAt("haiku")).route(asked(1)).winner?.reason).toBe(
    'The table starts "task" at haiku. A share of 0 of such tasks, by hash, goes by table; this one is not of the share.',
  );
});

test("where both say the same, it is proposed as it is", () => {
  const { winner } = split(0.5, startsAt("opus"), startsAt("opus")).route(asked(1));

  expect(winner).toMatchObject({ router: "table", reason: 'The table starts "task" at opus.' });
});

test("another cap on tokens is another way", () => {
  const capped = tableRouter({ task: { tier: "haiku", maxTokens: 500 } });

  expect(split(1, capped, startsAt("haiku")).route(asked(1)).winner).toMatchObject({
    router: "split(1, table, table)",
    maxTokens: 500,
  });
});

test("whoever is chosen and proposes nothing leaves the task to the next router", () => {
  const halfKnown = firstOf(split(0.5, startsAt("opus"), tableRouter({})), plannerRouter());
  const winners = cases.slice(0, 200).map((at) => halfKnown.route(asked(at)).winner?.router);

  expect(new Set(winners)).toEqual(new Set(["split(0.5, table, table)", "planner"]));
});

test("a split within a split is drawn anew", () => {
  const inner = split(0.5, startsAt("haiku"), startsAt("sonnet"));
  const outer = split(0.5, inner, startsAt("opus"));
  const tiers = cases.map((at) => outer.route(asked(at)).winner?.tier);
  const shareOf = (tier: string) => tiers.filter((each) => each === tier).length / cases.length;

  expect(shareOf("opus")).toBeCloseTo(0.5, 1);
  expect(Math.abs(shareOf("haiku") - 0.25)).toBeLessThan(0.05);
  expect(Math.abs(shareOf("sonnet") - 0.25)).toBeLessThan(0.05);
});

test("a split asks the model that one of its routers asks", () => {
  const asking = router("asking", () => undefined, "haiku");

  expect(split(0.5, tableRouter({}), asking).classifier).toBe("haiku");
  expect(split(0.5, tableRouter({}), tableRouter({})).classifier).toBeUndefined();
});

test.each([-0.1, 1.5, Number.NaN])("a share of %s is refused", (share) => {
  const declare = () => split(share, tableRouter({}), tableRouter({}));

  expect(declare).toThrow(DeclarationError);
  expect(declare).toThrow(`Expected the share of \`split\` to be a number from 0 to 1, got \`${share}\`.`);
});
