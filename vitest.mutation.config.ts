import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import full from "./vitest.config.js";

const project = full.test?.projects?.[0] as { resolve: object };

/** Those that are about plans and runs first: most mutants fall to them, and the rest need not be loaded then. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const distance = ({ moduleId }: TestSpecification): number =>
      /\/core\/(plan|run)\//.test(moduleId) ? 0 : moduleId.includes("/scenarios/") ? 1 : 2;
    return (await super.sort(files)).sort((a, b) => distance(a) - distance(b));
  }
}

// What a mutant of the pure core has to survive: quick tests that speak of it, in one project. No process, no socket, no
// database, nor runs by the thousand: every survivor has to wait for all of them.
export default defineConfig({
  resolve: project.resolve,
  test: {
    include: [
      "test/core/{plan,run}/*.test.ts",
      "test/core/calibration/alarms.test.ts",
      "test/core/price-rows.test.ts",
      "test/core/routing/{routed-run,route-ahead}.test.ts",
      "test/core/shadow/{shadow,learning}.test.ts",
      "test/core/shell/{run,runner,orchestrator,resolve,cancel,checks,tools}.test.ts",
      "test/scenarios/*.test.ts",
      "test/quote/quote.test.ts",
    ],
    sequence: { sequencer: NearestFirst },
    testTimeout: 20_000,
    isolate: false,
    fileParallelism: false,
  },
});
