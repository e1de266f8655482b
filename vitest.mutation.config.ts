import { defineConfig } from "vitest/config";
import full from "./vitest.config.js";

const project = full.test?.projects?.[0] as { resolve: object };

// What a mutant of the pure core has to survive: quick tests that speak of it, in one project. No process, no socket, no
// database; and without those that carry out runs by the thousand, since every survivor would wait for them.
export default defineConfig({
  resolve: project.resolve,
  test: {
    include: [
      "test/core/**/*.test.ts",
      "test/scenarios/**/*.test.ts",
      "test/quote/quote.test.ts",
      "test/faults/{late-answers,plan-bounds,plan-rows,run-rows}.test.ts",
      "test/resume/{crashes,pausing,resume,reuse}.test.ts",
    ],
    exclude: ["**/planted-worlds.test.ts", "**/intervals.test.ts", "**/clip.test.ts"],
    testTimeout: 20_000,
    isolate: false,
    fileParallelism: false,
  },
});
