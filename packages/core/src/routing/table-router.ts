import { type Router, router } from "./router.js";

/** Where tasks of a kind start. */
export interface TableRow {
  readonly tier: string;
  /** The most that the first attempt may write, in tokens. @default as much as agents allow */
  readonly maxTokens?: number;
}

/** Starts tasks of the kinds that it lists where it says. */
export function tableRouter(rows: { readonly [kind: string]: TableRow }): Router {
  return router("table", ({ task: { kind } }) => {
    const row = Object.hasOwn(rows, kind) ? rows[kind] : undefined;
    if (row === undefined) return undefined;
    const { tier, maxTokens } = row;
    const cap = maxTokens === undefined ? "" : `, and may write ${maxTokens} tokens`;
    const reason = `The table starts "${kind}" at ${tier}${cap}.`;
    return { tier, reason, confidence: "high", ...(maxTokens === undefined ? {} : { maxTokens }) };
  });
}
