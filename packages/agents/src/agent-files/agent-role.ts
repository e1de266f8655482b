import type { Effort, ErrorCost, RoleDeclaration } from "@terrace/core";

/** What a file declares: an executor role, or the planner or reviewer of the team. */
export type AgentKind = "executor" | "planner" | "reviewer";

/** A role as its file declares it. */
export interface AgentRole {
  /** Lower-case letters, digits, - and _, at most 64. */
  readonly name: string;
  /** The path of the file, as its folder was named. */
  readonly file: string;
  readonly kind: AgentKind;
  /** When to give it work; empty when the file does not say. */
  readonly description: string;
  /** What stands below the front matter, and the skills that the file names. */
  readonly instructions: string;
  /** As the file has it; `null` when it names none. */
  readonly model: string | null;
  /** Where its tasks start. */
  readonly tier: string;
  readonly minTier?: string;
  readonly maxTier?: string;
  readonly errorCost?: ErrorCost;
  /** `null` leaves it to the tier. */
  readonly effort: Effort | null;
  /** `null` when there is no other bound than that of all roles. */
  readonly maxTurns: number | null;
  /** The tools that its tasks may use, of those that there are. */
  readonly granted: readonly string[];
  /** Names as the file has them; `null` when it does not say, which elsewhere means all tools, and here none. */
  readonly tools: readonly string[] | null;
  readonly disallowedTools: readonly string[];
  readonly skills: readonly string[];
  /** Names of servers, and servers declared in the file itself, of which none is started. */
  readonly mcpServers: readonly unknown[];
}

/** The role for `defineTeam`. */
export function toRoleDeclaration(role: AgentRole): RoleDeclaration<string> {
  const { tier, minTier, maxTier, errorCost, description, instructions, granted, maxTurns, effort } = role;
  return {
    tier,
    ...(description === "" ? {} : { description }),
    instructions,
    ...(minTier === undefined ? {} : { minTier }),
    ...(maxTier === undefined ? {} : { maxTier }),
    ...(errorCost === undefined ? {} : { errorCost }),
    ...(granted.length === 0 ? {} : { tools: granted }),
    ...(maxTurns === null ? {} : { maxTurns }),
    ...(effort === null ? {} : { effort }),
  };
}
