// The models the simulator knows, and what each accepts. Any other id is a 404.

/** A family of models. */
export type ModelLine = "haiku" | "sonnet" | "opus" | "fable";

/** How hard a model is asked to think; lowest first. */
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** Every effort level, lowest first. */
export const EFFORTS: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];

/** What one model accepts. */
export interface ModelRules {
  readonly id: string;
  readonly displayName: string;
  readonly line: ModelLine;
  /** RFC 3339. */
  readonly releasedAt: string;
  /** Largest prompt, in tokens. */
  readonly contextTokens: number;
  /** Largest `max_tokens` of a synchronous request. */
  readonly maxOutputTokens: number;
  /** `thinking.type` values it accepts. */
  readonly thinking: readonly ("adaptive" | "between_tools" | "disabled" | "enabled")[];
  /** The effort a request has when it names none; absent when the model takes no effort at all. */
  readonly defaultEffort?: Effort;
  /** Whether `disabled` is refused above effort `high`. */
  readonly disabledOnlyUpToHigh?: boolean;
  /** Whether `tool_choice` may be `any` or `tool`. */
  readonly forcedToolChoice: boolean;
  /** Whether `messages` may end with an assistant turn. */
  readonly prefill: boolean;
  /** The shortest prefix that is cached, in tokens. */
  readonly minCacheTokens: number;
}

const CURRENT = {
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  forcedToolChoice: false,
  prefill: false,
  minCacheTokens: 512,
} as const;

/**
 * Every model the simulator serves, newest first.
 *
 * @see Anthropic's model pages of Haiku 5.5 (2026-10-07), Sonnet 5.5 (October 2026), Opus 5.5 (2026-09-24) and the
 * release note of Fable 5.2 (2026-11-09), read 2026-11-21. What those pages leave open for Fable 5.2 follows Fable 5.1;
 * limits of Opus 5 and Sonnet 5 follow the current line.
 */
export const MODELS: readonly ModelRules[] = [
  {
    ...CURRENT,
    id: "claude-fable-5-2",
    displayName: "Claude Fable 5.2",
    line: "fable",
    releasedAt: "2026-11-09T00:00:00Z",
    thinking: ["adaptive"],
    defaultEffort: "high",
  },
  {
    ...CURRENT,
    id: "claude-haiku-5-5",
    displayName: "Claude Haiku 5.5",
    line: "haiku",
    releasedAt: "2026-10-07T00:00:00Z",
    thinking: ["adaptive", "disabled"],
    disabledOnlyUpToHigh: true,
    defaultEffort: "medium",
    forcedToolChoice: true,
  },
  {
    ...CURRENT,
    id: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    line: "sonnet",
    releasedAt: "2026-09-28T00:00:00Z",
    thinking: ["adaptive", "between_tools"],
    defaultEffort: "high",
  },
  {
    ...CURRENT,
    id: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    line: "opus",
    releasedAt: "2026-09-22T00:00:00Z",
    thinking: ["adaptive"],
    defaultEffort: "medium",
  },
  {
    ...CURRENT,
    id: "claude-fable-5-1",
    displayName: "Claude Fable 5.1",
    line: "fable",
    releasedAt: "2026-09-01T00:00:00Z",
    thinking: ["adaptive"],
    defaultEffort: "high",
  },
  {
    ...CURRENT,
    id: "claude-opus-5",
    displayName: "Claude Opus 5",
    line: "opus",
    releasedAt: "2026-07-24T00:00:00Z",
    thinking: ["adaptive", "disabled"],
    disabledOnlyUpToHigh: true,
    defaultEffort: "high",
    forcedToolChoice: true,
  },
  {
    ...CURRENT,
    id: "claude-sonnet-5",
    displayName: "Claude Sonnet 5",
    line: "sonnet",
    releasedAt: "2026-06-30T00:00:00Z",
    thinking: ["adaptive", "disabled"],
    defaultEffort: "high",
    forcedToolChoice: true,
  },
  {
    id: "claude-haiku-4-5",
    displayName: "Claude Haiku 4.5",
    line: "haiku",
    releasedAt: "2025-10-15T00:00:00Z",
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    thinking: ["disabled", "enabled"],
    forcedToolChoice: true,
    prefill: true,
    minCacheTokens: 4_096,
  },
];

const BY_ID: ReadonlyMap<string, ModelRules> = new Map(MODELS.map((model) => [model.id, model]));

/** The rules of the model with exactly this id, or `undefined` when the simulator does not serve it. */
export function findModel(id: string): ModelRules | undefined {
  return BY_ID.get(id);
}
