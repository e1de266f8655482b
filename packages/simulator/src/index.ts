export type {
  BatchCall,
  BatchFault,
  BatchItem,
  BatchOptions,
  ItemOutcome,
  ItemStatus,
  ReceivedBatch,
} from "./batches/batch-options.js";
export type { Bill, BilledCall, BillTotals, CallUsage } from "./bill.js";
export { costMicroUsd } from "./bill.js";
export type { CacheControl, ContentBlock } from "./blocks.js";
export type { PromptUsage } from "./cache.js";
export type {
  CarriageFault,
  ContentFault,
  Ending,
  Fault,
  Faults,
  FaultTarget,
  ImpostorFault,
  StatusFault,
  StreamFault,
} from "./faults.js";
export type { RateLimit, RateLimits } from "./limits.js";
export type { MarkerReader, WorkMarkers } from "./markers.js";
export { readMarkers } from "./markers.js";
export type { Effort, ModelLine } from "./models.js";
export type { MessagesRequest, RequestMessage, RequestTool, ThinkingConfig } from "./request.js";
export type { ReceivedRequest } from "./request-log.js";
export type { Answers, ExecuteAnswer, GivenAnswer, PlainAnswer, Script, ScriptOptions } from "./script.js";
export { scriptedWorld } from "./script.js";
export type { Simulator, SimulatorOptions } from "./simulator.js";
export { startSimulator } from "./simulator.js";
export { countTokens, IMAGE_TOKENS } from "./tokens.js";
export { API_VERSION } from "./validate.js";
export type { AnswerExtras, World, WorldAnswer, WorldRequest } from "./world.js";
