import { defineConfig } from "vitest/config";
import full from "./vitest.config.js";

const project = full.test?.projects?.[0] as { resolve: object };

// What a mutant of the pure core has to survive: quick tests that speak of it, in one project.
export default defineConfig({
  resolve: project.resolve,
  test: {
    include: ["test/core/**/*.test.ts", "test/scenarios/**/*.test.ts"],
    testTimeout: 20_000,
    isolate: false,
    fileParallelism: false,
  },
});
