import type { Effort, ErrorCost, RoleDeclaration } from "@terrace/core";

/** What a file declares: an executor role, or the planner or reviewer of the team. */
export type AgentKind = "executor" | "planner" | "reviewer";

/** A role as its file declares it, with what no role has by itself: tools, servers, turns. */
export interface AgentRole {
  /** Lower-case letters, digits, - and _, at most 64. */
  readonly name: string;
  /** The path of the file, as its folder was named. */
  readonly file: string;
  readonly kind: AgentKind;
  /** When to give it work; empty when the file does not say. */
  readonly description: string;
  readonly instructions: string;
  /** As the file has it; `null` when it names none. */
  readonly model: string | null;
  /** Where its tasks start. */
  readonly tier: string;
  readonly minTier?: string;
  readonly maxTier?: string;
  readonly errorCost?: ErrorCost;
  readonly effort: Effort | null;
  readonly maxTurns: number | null;
  /** Names of the tools it may use; `null` when the file does not say, which elsewhere means all of them. */
  readonly tools: readonly string[] | null;
  readonly disallowedTools: readonly string[];
  readonly skills: readonly string[];
  /** Names of servers, and servers declared in the file itself: data, of which nothing is started here. */
  readonly mcpServers: readonly unknown[];
}

/** The role for `defineTeam`. The tools of `role.tools` are granted here, once a role can have any. */
export function toRoleDeclaration(role: AgentRole): RoleDeclaration<string> {
  const { tier, minTier, maxTier, errorCost, description, instructions } = role;
  return {
    tier,
    ...(description === "" ? {} : { description }),
    instructions,
    ...(minTier === undefined ? {} : { minTier }),
    ...(maxTier === undefined ? {} : { maxTier }),
    ...(errorCost === undefined ? {} : { errorCost }),
  };
}
