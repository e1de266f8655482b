import { existsSync } from "node:fs";
import type { Orchestrator, RunStore } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import { idleOrchestrator, orchestratorFrom } from "../runs/orchestrator.js";
import type { KeptStore } from "../runs/store.js";
import { DrivenRuns } from "./driven-runs.js";
import type { McpContext, Powers } from "./mcp-context.js";
import { mostUsdOf } from "./submit-terms.js";

/** What a server is made with besides the settings and the store. */
export interface ServerTerms {
  readonly powers: Powers;
  /** Runs at work at once. */
  readonly maxRuns: number;
  /** Calls under way at once, for each run. */
  readonly concurrency: number;
  readonly maxBudgetUsd: number | undefined;
  readonly onUnexpected: (error: unknown) => void;
}

/** What the tools of a server work with. A client that only reads makes no file. */
export function toContext(settings: Settings, opened: KeptStore, terms: ServerTerms): McpContext {
  const { powers, maxRuns, concurrency, maxBudgetUsd, onUnexpected } = terms;
  const kept = { ...opened, runs: emptyUntilMade(opened) };
  let live: Promise<Orchestrator> | undefined;
  return {
    settings,
    kept,
    powers,
    driven: new DrivenRuns(maxRuns),
    idle: idleOrchestrator(settings, kept.runs),
    async live() {
      const making = live ?? orchestratorFrom(settings, { concurrency, store: kept.runs });
      live = making;
      try {
        return await making;
      } catch (error) {
        live = undefined;
        throw error;
      }
    },
    mostUsd: mostUsdOf(maxBudgetUsd, settings),
    answering: new Set(),
    onUnexpected,
  };
}

/** A store that is read as empty while its file is not there. */
function emptyUntilMade({ runs, path }: KeptStore): RunStore {
  return {
    ...runs,
    list: async (...asked) => (existsSync(path) ? await runs.list(...asked) : []),
    read: async (...asked) => (existsSync(path) ? await runs.read(...asked) : []),
  };
}
