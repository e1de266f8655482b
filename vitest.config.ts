import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

// Tests run on the sources, so that a failing line is the line a reader edits.
const alias = [
  { find: "@terrace/core/testing", replacement: source("core/src/testing/index.ts") },
  { find: "@terrace/core", replacement: source("core/src/index.ts") },
  { find: "@terrace/agents/testing", replacement: source("agents/src/testing/index.ts") },
  { find: "@terrace/agents", replacement: source("agents/src/index.ts") },
  { find: "@terrace/store", replacement: source("store/src/index.ts") },
  { find: "@terrace/simulator", replacement: source("simulator/src/index.ts") },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
