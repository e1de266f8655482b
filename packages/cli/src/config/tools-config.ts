import type {
  CommandToolOptions,
  FileToolsOptions,
  LocalTool,
  McpToolsOptions,
  ServerToolName,
} from "@terrace/agents";

/** The tools that roles can be given; a role has those that it names in its own `tools`, and no others. */
export interface ToolsConfig {
  /** `list_files`, `read_file` and `search_files`. A root outside of the working folder is trusted like `command`. */
  readonly files?: FileToolsOptions;
  /** `run_command`. Taken from a file of the working folder only if the folder is trusted. `cwd`: @default the working folder */
  readonly command?: Pick<CommandToolOptions, "allow" | "approve" | "timeoutMs" | "maxBytes"> & {
    readonly cwd?: string;
  };
  /** Tools that the provider runs, by their names. */
  readonly server?: readonly ServerToolName[];
  /** Functions, made with `defineTool`. */
  readonly functions?: readonly LocalTool[];
  /** How the tools of MCP servers are used. */
  readonly mcp?: Omit<McpToolsOptions, "env"> & {
    /** An `.mcp.json`, whose servers are added to `mcpServers`. Trusted like these. */
    readonly file?: string;
  };
}
