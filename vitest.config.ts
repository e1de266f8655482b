import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

// Tests run on the sources, so that a failing line is the line a reader edits.
const alias = [
  { find: "@terrace/core/testing", replacement: source("core/src/testing/index.ts") },
  { find: "@terrace/core", replacement: source("core/src/index.ts") },
  { find: "@terrace/agents/testing", replacement: source("agents/src/testing/index.ts") },
  { find: "@terrace/agents", replacement: source("agents/src/index.ts") },
  { find: "@terrace/store/postgres", replacement: source("store/src/postgres/postgres-store.ts") },
  { find: "@terrace/store", replacement: source("store/src/index.ts") },
  { find: "@terrace/simulator", replacement: source("simulator/src/index.ts") },
];

// Generous, since a busy machine makes a test late and not wrong.
const project = (name: string, include: string[]) => ({
  resolve: { alias },
  test: { name, include, testTimeout: 60_000 },
});

// Tests whose helpers hold nothing between files: these share what they import, which would take longer than they do.
const sharing = (name: string, include: string[]) => {
  const { resolve, test } = project(name, include);
  return { resolve, test: { ...test, isolate: false } };
};

// Tests that start processes of what is bundled.
const bundled = (name: string, include: string[]) => {
  const { resolve, test } = sharing(name, include);
  return { resolve, test: { ...test, globalSetup: "scripts/bundle.mjs" } };
};

// Tests that ask a Postgres server, which is started for them.
const served = (name: string, include: string[]) => {
  const { resolve, test } = sharing(name, include);
  return { resolve, test: { ...test, globalSetup: "test/store/postgres/serve.ts" } };
};

// `vitest run --project core` runs one of them.
export default defineConfig({
  test: {
    // Many tests wait for child processes: two files at a time keep two cores busy.
    maxWorkers: 2,
    projects: [
      sharing("core", ["test/core/**/*.test.ts", "test/types/*.test.ts"]),
      sharing("agents", ["test/agents/**/*.test.ts"]),
      sharing("simulator", ["test/simulator/**/*.test.ts"]),
      bundled("cli", ["test/cli/**/*.test.ts"]),
      bundled("mcp", ["test/mcp/**/*.test.ts"]),
      sharing("bench", ["test/bench/**/*.test.ts"]),
      sharing("store", ["test/store/*.test.ts", "test/contracts/**/*.test.ts"]),
      served("postgres", ["test/store/postgres/*.test.ts"]),
      sharing("resume", ["test/resume/**/*.test.ts"]),
      sharing("scenarios", ["test/scenarios/**/*.test.ts", "test/quote/**/*.test.ts"]),
      sharing("properties", ["test/properties/**/*.test.ts"]),
      sharing("faults", ["test/faults/**/*.test.ts"]),
      bundled("proofs", ["test/proofs/**/*.test.ts"]),
      project("house", ["test/*.test.ts"]),
    ],
  },
});
