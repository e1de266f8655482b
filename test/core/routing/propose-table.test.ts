// What is proposed for a routing table: only what the start-tier rule says at either end of the interval.
import {
  changedTable,
  DEFAULT_LADDER,
  proposeSamples,
  proposeTable,
  type StepCost,
  tableRouter,
} from "@terrace/core";
import { describe, expect, test } from "vitest";
import { question, row } from "./support.js";

const costs =
  (attempts: { readonly [tier: string]: number }, review = 0) =>
  (_kind: string, _role: string, tier: string): StepCost => ({ attempt: attempts[tier] ?? 0, review });
const near = costs({ haiku: 1_000, sonnet: 3_000, opus: 5_000 }, 1_000);
const far = costs({ haiku: 100, sonnet: 4_000, opus: 8_000 }, 50);
const propose = (
  rows: Parameters<typeof proposeTable>[0],
  terms: Partial<Parameters<typeof proposeTable>[1]> = {},
) =>
  proposeTable(rows, { ladder: DEFAULT_LADDER, costOf: near, ...terms }).map(
    ({ from, to }) => `${from} to ${to}`,
  );
const arrived = (tier: string, tasks: number, accepted: number) =>
  row(tier, tasks, accepted, { started: 0, acceptedFirst: 0 });

describe("a change is proposed", () => {
  test("up, where hardly anything is accepted below and most of it above", () => {
    expect(propose([row("haiku", 20, 1), arrived("sonnet", 19, 18)])).toEqual(["haiku to sonnet"]);
  });

  test("down, where a tier below was tried and does as well", () => {
    expect(propose([row("sonnet", 40, 38), row("haiku", 30, 29)])).toEqual(["sonnet to haiku"]);
  });

  test.each([
    ["too few cases below", [row("haiku", 9, 0), arrived("sonnet", 9, 9)]],
    ["too few cases above", [row("haiku", 20, 1), arrived("sonnet", 9, 9)]],
    ["an interval that leaves a doubt", [row("haiku", 20, 8), arrived("sonnet", 12, 12)]],
    ["a lower tier that nobody tried", [row("sonnet", 200, 199)]],
    ["a lower tier that few tried", [row("sonnet", 200, 199), row("haiku", 9, 9)]],
    ["nothing at all", []],
  ])("not with %s", (_, rows) => {
    expect(propose(rows)).toEqual([]);
  });

  test("not where the cheap tier pays although it mostly fails, at the prices of now", () => {
    const rows = [row("haiku", 40, 8), arrived("sonnet", 32, 30)];

    expect(propose(rows, { costOf: far })).toEqual([]);
    expect(propose(rows)).toEqual(["haiku to sonnet"]);
  });

  test("by what is usually accepted, where no price is known", () => {
    const rows = [row("haiku", 20, 4), arrived("sonnet", 16, 15)];

    expect(propose(rows, { costOf: () => null })).toEqual(["haiku to sonnet"]);
    expect(propose([row("haiku", 20, 15), arrived("sonnet", 16, 15)], { costOf: () => null })).toEqual([]);
  });

  test("from where the table has the kind now, and within what the role may", () => {
    const rows = [row("haiku", 20, 1), arrived("sonnet", 19, 18)];
    const bounds = { minTier: "haiku", maxTier: "haiku" };

    expect(propose(rows, { table: { task: { tier: "sonnet" } } })).toEqual([]);
    expect(propose(rows, { boundsOf: () => bounds })).toEqual([]);
  });

  test("for a kind with a name that means something to JavaScript", () => {
    const kind = "__proto__";
    const rows = [row("haiku", 20, 1, { kind }), arrived("sonnet", 19, 18)].map((each) => ({
      ...each,
      kind,
    }));
    const table = changedTable(
      {},
      proposeTable(rows, { ladder: DEFAULT_LADDER, costOf: near }),
      DEFAULT_LADDER,
    );

    expect(JSON.stringify(table)).toBe('{"__proto__":{"tier":"sonnet"}}');
    expect(tableRouter(table).route(question({ task: { kind } })).winner?.tier).toBe("sonnet");
  });
});

describe("a changed table", () => {
  const change = (kind: string, role: string, to: string) => ({
    kind,
    role,
    from: "haiku",
    to,
    reason: "",
    cases: 0,
    accepted: 0,
    low: 0,
    high: 0,
  });

  test("keeps what is not changed, and the cap on tokens of what is", () => {
    const table = { extract: { tier: "haiku", maxTokens: 500 }, write: { tier: "sonnet" } };

    expect(changedTable(table, [change("extract", "worker", "sonnet")], DEFAULT_LADDER)).toEqual({
      extract: { tier: "sonnet", maxTokens: 500 },
      write: { tier: "sonnet" },
    });
  });

  test("has the dearest tier where roles differ", () => {
    const changes = [change("write", "a", "opus"), change("write", "b", "sonnet")];

    expect(changedTable({}, changes, DEFAULT_LADDER)).toEqual({ write: { tier: "opus" } });
  });
});

describe("a sample of reviews", () => {
  test.each([
    [72, 72, false],
    [73, 73, true],
    [120, 119, true],
    [90, 89, false],
  ])(
    "is proposed for a kind of which of %i tasks %i were accepted at once (%s)",
    (tasks, accepted, isProposed) => {
      expect(proposeSamples([row("haiku", tasks, accepted)])).toHaveLength(isProposed ? 1 : 0);
    },
  );

  test("is not proposed twice, and says what it rests on", () => {
    const rows = [row("haiku", 100, 100)];

    expect(proposeSamples(rows, { task: 0.5 })).toEqual([]);
    expect(proposeSamples(rows)[0]).toMatchObject({
      kind: "task",
      share: 0.2,
      reason:
        '100 of 100 "task" tasks were accepted at once (96 to 100 %): ' +
        "a review of one in five would do, but for those where an error costs much.",
    });
  });
});
