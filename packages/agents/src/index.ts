// The agents, and the team they are when none is declared.

export {
  type AgentsOptions,
  agentsOn,
  type ClassifyingAgents,
  type ClaudeAgentsOptions,
  claudeAgents,
} from "./claude-agents.js";
export { claudeTeam } from "./claude-team.js";

// Roles that people already have, and teams that are ready made.

export { type AgentNote, describeNote } from "./agent-files/agent-note.js";
export { type AgentKind, type AgentRole, toRoleDeclaration } from "./agent-files/agent-role.js";
export {
  type LoadAgentsOptions,
  type LoadedAgents,
  loadAgentFiles,
  type TeamParts,
  teamPartsOf,
} from "./agent-files/load-agent-files.js";
export { openPlaceholder } from "./agent-files/placeholders.js";
export { type AgentFile, type AgentFileOptions, readAgentFile } from "./agent-files/read-agent-file.js";
export type { SkillText } from "./agent-files/skill-text.js";
export type { TierTable } from "./agent-files/tier-of-model.js";
export type { Preset } from "./presets/preset.js";
export { PRESETS, type PresetName } from "./presets/presets.js";
export { PROVIDER_MODELS, type ProviderName } from "./presets/provider-models.js";

// Tools, which roles name and executors use.

export { COMMAND_TOOL, type CommandToolOptions, commandTool } from "./tools/command-tool.js";
export { defineTool, type ToolDefinition } from "./tools/define-tool.js";
export { FILE_TOOLS, type FileToolsOptions, fileTools } from "./tools/file-tools.js";
export { type InspectMcpOptions, inspectMcp, type McpInspection } from "./tools/inspect-mcp.js";
export { type KnownTools, knownTools } from "./tools/known-tools.js";
export {
  type HttpServer,
  type McpConfig,
  type McpServer,
  mcpServerNames,
  type StdioServer,
} from "./tools/mcp-config.js";
export { mcpSecrets } from "./tools/mcp-secrets.js";
export { type McpToolsOptions, mcpTools } from "./tools/mcp-tools.js";
export { SERVER_TOOLS, type ServerToolName, serverTool } from "./tools/server-tool.js";
export type { Approve, LocalTool, ServerTool, Tool, ToolContext, ToolSource } from "./tools/tool.js";

// Checks, which an orchestrator runs before any review.

export { type CommandCheckOptions, commandCheck } from "./checks/command-check.js";
export { maxLength, predicate, wordLimit } from "./checks/simple-checks.js";

// The seam towards a vendor, and what calls cost.

export {
  type AnthropicClientOptions,
  anthropicClient,
  type Fallback,
  type MessagesClient,
} from "./anthropic-client.js";
export type { BatchSettings } from "./batches/batch-settings.js";
export type {
  ModelClient,
  ModelReply,
  ModelRequest,
  ModelTool,
  ToolResult,
  ToolTurn,
  ToolUse,
} from "./model-client.js";
export { priceOf } from "./prices.js";
export { sizeOf } from "./size-of.js";

// How words of models are handed to other models.

export { fenced, type Quotation } from "./fence.js";

// What routers go by: how much each model takes in, and what it can.

export { claudeCapabilities } from "./claude-capabilities.js";
export { claudeWindows } from "./claude-windows.js";

// What a split over tiers saves, by a price list that has a name.

export { type FleetQuestion, fleet } from "./fleet.js";
export type { AllAtOne, MixReport, Split, TierPart } from "./mix.js";
export {
  PRICE_LISTS,
  type PriceList,
  type PriceListName,
  priceListOf,
  type TierPrice,
  TODAY,
} from "./price-lists.js";
export { type SavingsQuestion, savings } from "./savings.js";
