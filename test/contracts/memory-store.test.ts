import { memoryStore } from "@terrace/core";
import { runStoreContract } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

const gone = { skipped: "What is in memory is gone with the process." };
const alone = { skipped: "No other process can reach it." };
const whole = { skipped: "There is no medium that could fail or be damaged." };

const { cases, skipped } = runStoreContract(() => memoryStore(), {
  reopen: gone,
  beside: alone,
  damage: whole,
  failAppend: whole,
  kill: gone,
  older: { skipped: "Nothing outlives the version that wrote it." },
});

describe.each([...new Set(cases.map(({ group }) => group))])("a store in memory: %s", (group) => {
  const ofGroup = cases.filter((each) => each.group === group);
  test.each(ofGroup.map((each) => [each.name, each] as const))("%s", (_, each) => each.run());
});

test("a store in memory says what it leaves out", () => {
  expect(skipped).toEqual([
    { group: "restart", reason: gone.skipped },
    { group: "two processes", reason: alone.skipped },
    { group: "damage", reason: whole.skipped },
    { group: "full disk", reason: whole.skipped },
    { group: "kill", reason: gone.skipped },
    { group: "upgrade", reason: "Nothing outlives the version that wrote it." },
  ]);
});
