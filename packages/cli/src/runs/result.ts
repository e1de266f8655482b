// What a run came to, for programs: the last line of `--json`.

import type { Census, Comparison, JsonValue, LedgerReport, RunView } from "@terrace/core";
import type { ExitCode } from "../exit-codes.js";
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
  /** What the money went on, and what the same accepted work would have cost at one tier. */
  readonly comparison: Comparison;
}

/** What a run came to, for `toResult`. */
export interface End {
  readonly standing: Standing;
  readonly message: string | undefined;
  readonly exitCode: ExitCode;
}

/** The last line of `--json`. */
export function toResult({ runId, state, census, ledger }: RunView, end: End): ResultLine {
  const { standing, exitCode, message } = end;
  return {
    type: "result",
    runId,
    status: standing,
    message: message ?? null,
    exitCode,
    answer: state.answer,
    census,
    ledger,
    comparison: ledger.compare(),
  };
}
