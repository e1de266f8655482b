import type { Orchestrator } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import type { KeptStore } from "../runs/store.js";
import type { DrivenRuns } from "./driven-runs.js";

/** What a client of the server may do besides reading. */
export interface Powers {
  /** Whether it may begin runs, and cancel those. */
  readonly canSubmit: boolean;
  /** Whether it may settle flagged tasks in a person's place. */
  readonly canApprove: boolean;
}

/** What the tools and resources of the server work with. */
export interface McpContext {
  readonly settings: Settings;
  readonly kept: KeptStore;
  readonly driven: DrivenRuns;
  readonly powers: Powers;
  /** Reads, quotes and settles, and asks no model. */
  readonly idle: Orchestrator;
  /** Drives runs; made when it is first needed. @throws UsageError when there is no key */
  readonly live: () => Promise<Orchestrator>;
  /** What a run may be submitted with at most, in US dollars; `null` when nobody said. */
  readonly mostUsd: number | null;
  /** The calls that have no answer yet. */
  readonly answering: Set<Promise<unknown>>;
  /** Hears what went wrong in a way that nobody foresaw. */
  readonly onUnexpected: (error: unknown) => void;
}
