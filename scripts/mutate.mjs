// How many faults put into the plan and run code on purpose the quick tests find: `npx -y pnpm@12 mutate`.
//
// Stryker is 105 MB that nothing else here needs, so it is no dependency: it is installed beside, once, when asked for.
// What follows the script's name is handed to it, such as `--mutate packages/core/src/run/retry.ts`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VERSIONS = {
  "@stryker-mutator/core": "9.6.1",
  "@stryker-mutator/vitest-runner": "9.6.1",
  vitest: "4.1.12",
};
const root = fileURLToPath(new URL("..", import.meta.url));
const tool = `${root}.stryker/tool`;
const modules = `${tool}/node_modules/@stryker-mutator`;

if (!existsSync(`${modules}/core`)) {
  mkdirSync(tool, { recursive: true });
  writeFileSync(`${tool}/package.json`, JSON.stringify({ private: true, dependencies: VERSIONS }));
  run("npm", ["install", "--no-audit", "--no-fund"], tool);
}
const plugin = `${modules}/vitest-runner/dist/src/index.js`;
const [, , ...asked] = process.argv;
run(process.execPath, [`${modules}/core/bin/stryker.js`, "run", "--plugins", plugin, ...asked], root);

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
