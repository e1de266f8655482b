// What a run came to, for programs: the last line of `--json`.

import type { Census, JsonValue, LedgerReport, Run } from "@terrace/core";
import type { Counterfactual } from "./counterfactual.js";
import type { ExitCode } from "./exit-codes.js";

/** The last line of `--json`. Money is in US dollars at list price. */
export interface ResultLine {
  readonly type: "result";
  readonly runId: string;
  readonly status: "completed" | "failed" | "cancelled" | "paused" | "stopped";
  /** Why it did not complete, in a sentence; `null` when it did. */
  readonly message: string | null;
  readonly exitCode: ExitCode;
  readonly answer: JsonValue;
  readonly census: Census;
  readonly ledger: LedgerReport;
  /** What the accepted work would have cost at the top tier: an estimate; `null` when its model has no known price. */
  readonly allTopUsd: number | null;
  /** The same without any review. */
  readonly allTopUnreviewedUsd: number | null;
  /** What the two figures rest on. */
  readonly allTopAssumption: string;
}

/** The last line of `--json` for a run at rest. */
export function toResult(
  run: Run,
  end: { readonly message: string | undefined; readonly exitCode: ExitCode; readonly atTop: Counterfactual },
): ResultLine {
  const { status, answer } = run.state;
  const { atTop, exitCode, message } = end;
  return {
    type: "result",
    runId: run.id,
    status: status === "planning" || status === "running" ? "stopped" : status,
    message: message ?? null,
    exitCode,
    answer,
    census: run.census,
    ledger: run.ledger,
    allTopUsd: toUsd(atTop.microUsd),
    allTopUnreviewedUsd: toUsd(atTop.unreviewedMicroUsd),
    allTopAssumption: atTop.assumption,
  };
}

function toUsd(microUsd: number | null): number | null {
  return microUsd === null ? null : microUsd / 1_000_000;
}
