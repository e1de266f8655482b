import type { Baseline } from "@terrace/core";

/** What a person at the screen has done. */
export type Deed =
  /** As Ctrl-C at any command: the second time ends it at once. */
  | { readonly type: "interrupt" }
  | { readonly type: "pause" }
  | { readonly type: "cancel" }
  | { readonly type: "approve_plan" }
  /** `attempt` is the one that was looked at; absent where there is none. */
  | { readonly type: "approve" | "reject"; readonly taskId: string; readonly attempt?: number }
  /** The tool call of that id, which waits for a person. */
  | { readonly type: "allow_call" | "deny_call"; readonly taskId: string; readonly useId: string }
  /** The screen is left, and the run goes on. */
  | { readonly type: "detach" };

/** What the keys of a screen act on. */
export interface Controls {
  /** What can be done now, whatever the run's state says. */
  can(): ReadonlySet<Deed["type"]>;
  /** Does it. Rejects with what is to be said when it cannot be done; the screen stays as it is. */
  perform(deed: Deed): Promise<void>;
  /** How many calls may be under way at once; `null` when it is not known. */
  readonly limit: number | null;
  /** What the accepted work would have cost at the top; takes longer the longer the log is. */
  allTop(): Baseline | null;
}
