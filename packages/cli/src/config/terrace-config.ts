import type { McpServer, MessagesClient, PresetName, ProviderName } from "@terrace/agents";
import type {
  Budget,
  Check,
  DefaultTier,
  Limits,
  ModelMapping,
  PriceRow,
  RoleDeclaration,
  Router,
  TeamDeclaration,
  Urgency,
} from "@terrace/core";
import type { ZodType } from "zod";
import type { ReporterName } from "../reporters/reporter.js";
import type { ToolsConfig } from "./tools-config.js";

/** What `terrace.config.ts` holds. Everything may be left out. Paths are relative to the file. */
export interface TerraceConfig<T extends string = string> {
  /** Where the JSON Schema is, for editors of a configuration in JSON. */
  readonly $schema?: string;
  /** Configurations that this one builds upon: paths, or names of packages. What stands here wins. */
  readonly extends?: string | readonly string[];
  /** The team that the rest changes. @default "worker" */
  readonly preset?: PresetName;
  /** The tiers, cheapest first. @default the preset's */
  readonly ladder?: readonly T[];
  /** Models by tier. @default the provider's */
  readonly models?: { readonly [Tier in NoInfer<T>]?: ModelMapping };
  /** @default the preset's, or the top of the ladder */
  readonly planner?: { readonly tier?: NoInfer<T>; readonly instructions?: string };
  /** Roles, beside those of the preset if it is named, and those of `agents`; of two with one name, these win. */
  readonly executors?: { readonly [role: string]: RoleDeclaration<NoInfer<T>> };
  readonly reviewer?: TeamDeclaration<string, string>["reviewer"];
  /** Says where each task starts. @default where the plan says */
  readonly router?: Router;
  /** Prices that win over the list prices. */
  readonly prices?: readonly PriceRow[];
  /** Folders of agent files, such as `.claude/agents`. */
  readonly agents?: readonly string[];
  /** The tools that there are for roles. @default none */
  readonly tools?: ToolsConfig;
  /**
   * MCP servers by name, as an `.mcp.json` has them; a role names a tool as `mcp__server__tool`. Taken from a file of the
   * working folder only if the folder is trusted, since they are programs that are started.
   */
  readonly mcpServers?: { readonly [name: string]: McpServer };
  /** Who serves the models. @default "anthropic" */
  readonly provider?: ProviderName;
  /** Where requests go. Taken from a file of the working folder only if the folder is trusted. */
  readonly baseUrl?: string;
  /** Makes the client that requests go through, in the place of the provider's. Trusted like `baseUrl`. */
  readonly client?: () => MessagesClient;
  /**
   * The file that keeps the runs, or the URL of a Postgres database. A URL is taken from a file of the working folder
   * only if the folder is trusted. @default ".terrace/terrace.db"
   */
  readonly store?: string;
  /** Calls under way at once, over all tiers. @default 8 */
  readonly concurrency?: number;
  /** Calls under way at once, by tier. @default as many as `concurrency` */
  readonly tierConcurrency?: { readonly [Tier in NoInfer<T>]?: number };
  readonly limits?: Partial<Limits>;
  /** What each run may spend. @default as much as it takes */
  readonly budget?: Budget;
  /** US dollars that a plan may be likely to cost before a person must approve it. @default nobody need approve */
  readonly approveAboveUsd?: number;
  /** Whether tasks may wait for a batch. @default "live" */
  readonly urgency?: Urgency;
  /** How a run is shown. @default "tree" on a terminal, "line" elsewhere */
  readonly reporter?: ReporterName;
  /** The schema that outputs of a role must fit. */
  readonly outputs?: { readonly [role: string]: ZodType };
  /** Free checks of the outputs of a role, made before any review. */
  readonly checks?: { readonly [role: string]: readonly Check[] };
}

/** A configuration, with the compiler's help. It is checked when a command loads it. */
export function defineConfig<const T extends string = DefaultTier>(
  config: TerraceConfig<T>,
): TerraceConfig<T> {
  return config;
}
