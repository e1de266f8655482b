import { expect, test } from "vitest";
import { terrace } from "./support.js";

test("savings prints the articles' tables, and today's beside them", async () => {
  const { code, stdout } = await terrace(["savings"]);

  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "100 million output tokens, split 70/20/10
                    prices 4.5, 2026-09-23          prices 5.5, 2026-10-09
    all at haiku       $500.00  split +80.00 %          $50.00  split +770.00 %
    all at sonnet    $1,500.00  split −40.00 %       $1,000.00  split −56.50 %
    all at opus      $2,500.00  split −64.00 %       $2,000.00  split −78.25 %
    the split          $900.00                         $435.00

    500 tasks a day of 2,000 tokens in and 500 out, split 80/15/5, a day
                    prices 4, 2025-05-22            prices 5.5, 2026-10-09
    all at haiku         $1.80  split +130.00 %        $0.2250  split +480.00 %
    all at sonnet        $6.75  split −38.67 %           $4.50  split −71.00 %
    all at opus         $33.75  split −87.73 %           $9.00  split −85.50 %
    the split            $4.14                         $1.3050
    The article cuts 38.67 % to 38.6 %.

    Equal tokens at every tier, no planner, no review, nothing done twice, no cache, no batch: the most that a split can save. What a run saved, net of all that, is in its summary.
    "
  `);
});

test("savings --json is one object, and each of its figures stands on one list", async () => {
  const { code, stdout } = await terrace(["savings", "--json"]);
  const { type, tables } = JSON.parse(stdout);
  const lists = tables.map(({ reports }: { reports: { list: string; usd: number }[] }) =>
    reports.map(({ list, usd }) => [list, usd]),
  );

  expect({ code, type }).toEqual({ code: 0, type: "savings" });
  expect(lists).toEqual([
    [
      ["4.5", 900],
      ["5.5", 435],
    ],
    [
      ["4", 4.14],
      ["5.5", 1.305],
    ],
  ]);
});

test("savings answers a question of one's own at one list", async () => {
  const args = [
    "--split",
    "60/30/10",
    "--prices",
    "4.5",
    "--tasks",
    "1000",
    "--input",
    "100000",
    "--output",
    "1",
  ];
  const { stdout } = await terrace(["savings", ...args]);

  expect(stdout).toContain("1,000 tasks a day of 100,000 tokens in and 1 out, split 60/30/10, a day");
  expect(stdout).toMatch(/all at opus +\$500\.0250 {2}split −60\.00 %\nthe split +\$200\.01\n/);
});

test.each([
  [
    "a split that does not sum to 1",
    ["--split", "80/15/4"],
    "Expected the shares of `split` to add up to 1, got `0.99`",
  ],
  [
    "a share too few",
    ["--split", "80/20"],
    'Expected --split to be a share in per cent for each of haiku, sonnet, opus, such as 80/15/5, got "80/20".',
  ],
  ["a list that does not exist", ["--prices", "6"], "Expected `prices` to be a price list ("],
  [
    "a negative count",
    ["--tasks", "-1"],
    "Expected `tasksPerDay` to be a number from 0 to 1e15, got `-1`. Correct it.",
  ],
  ["a count that is none", ["--input", "many"], 'Expected --input to be a number, got "many".'],
])("savings refuses %s, and exits with 2", async (_, args, message) => {
  const { code, stdout, stderr } = await terrace(["savings", ...args]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
