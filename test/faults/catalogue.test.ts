import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("every row of the fault catalogue that is due has a test", async () => {
  const script = fileURLToPath(new URL("../../scripts/faults.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json"]);
  const { groups, missing } = JSON.parse(stdout) as {
    groups: { letter: string; rows: number }[];
    missing: string[];
  };

  expect(missing).toEqual([]);
  expect(groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(241);
});
