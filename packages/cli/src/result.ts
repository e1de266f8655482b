// What a run came to, for programs: the last line of `--json`.

import type { Census, JsonValue, LedgerReport, RunView } from "@terrace/core";
import type { Counterfactual } from "./counterfactual.js";
import type { ExitCode } from "./exit-codes.js";
import type { Standing } from "./standing.js";

/** The last line of `--json`. Money is in US dollars at list price. */
export interface ResultLine {
  readonly type: "result";
  readonly runId: string;
  readonly status: Standing;
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

/** What a run came to, for `toResult`. */
export interface End {
  readonly standing: Standing;
  readonly message: string | undefined;
  readonly exitCode: ExitCode;
  readonly atTop: Counterfactual;
}

/** The last line of `--json`. */
export function toResult({ runId, state, census, ledger }: RunView, end: End): ResultLine {
  const { standing, atTop, exitCode, message } = end;
  return {
    type: "result",
    runId,
    status: standing,
    message: message ?? null,
    exitCode,
    answer: state.answer,
    census,
    ledger,
    allTopUsd: toUsd(atTop.microUsd),
    allTopUnreviewedUsd: toUsd(atTop.unreviewedMicroUsd),
    allTopAssumption: atTop.assumption,
  };
}

function toUsd(microUsd: number | null): number | null {
  return microUsd === null ? null : microUsd / 1_000_000;
}
