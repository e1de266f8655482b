import type { RoleDeclaration, TeamDeclaration } from "@terrace/core";

/** A team that is ready but for its models. Data: what it names can be replaced one by one. */
export interface Preset {
  /** What it is for, in a sentence. */
  readonly about: string;
  readonly ladder: readonly string[];
  readonly planner: { readonly tier: string; readonly instructions?: string };
  readonly executors: { readonly [role: string]: RoleDeclaration<string> };
  readonly reviewer?: NonNullable<TeamDeclaration<string, string>["reviewer"]>;
}
