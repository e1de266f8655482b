// Agents that answer from a script, and what surrounds them.

export { countingIds } from "./counting-ids.js";
export type { Setting } from "./events.js";
export {
  accepted,
  blamed,
  cancelled,
  checked,
  escalated,
  failed,
  finished,
  flagged,
  givenUp,
  paused,
  planned,
  queued,
  resolved,
  resumed,
  returned,
  sentToReview,
  skipped,
  started,
  submitted,
  unreviewed,
} from "./events.js";
export { acceptTask, blameTask, escalate, flag, giveUp, queuedBy, skip } from "./expected.js";
export type { ManualClock } from "./manual-clock.js";
export { manualClock, settled } from "./manual-clock.js";
export type { TaskSketch } from "./plans.js";
export { chain, diamond, planOf, taskOf, wide } from "./plans.js";
// Read a log.
export { eventsOf, mostAtOnce, startedBefore, startOrder, tiersOf, typesOf } from "./read-log.js";
export type { FaultAnswer } from "./replies.js";
export { accept, blame, fault, ok, reject } from "./replies.js";
export { requestKey } from "./request-key.js";
// What every store must do.
export type { StoreCase } from "./run-store-contract/case.js";
export type { Capability, StoreContract, StoreHarness } from "./run-store-contract/contract.js";
export { runStoreContract } from "./run-store-contract/contract.js";
export type { Damage, DamageKind } from "./run-store-contract/damaging.js";
export type { KillMoment, Survivor } from "./run-store-contract/killing.js";
export { appendUntilKilled } from "./run-store-contract/killing.js";
export type { OlderStore } from "./run-store-contract/upgrading.js";
export type { AgentScript, Replies, Reply, ReplyTable } from "./script.js";
export type { AnyRequest, ScriptedAgents, ScriptedOptions, ScriptedUsage } from "./scripted-agents.js";
export { scriptedAgents } from "./scripted-agents.js";
export type { Step } from "./story.js";
// Given some events, expect some facts.
export { given, Story } from "./story.js";
// A team and plans to run.
export { testTeam } from "./test-team.js";
