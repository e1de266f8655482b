import { z } from "zod";

/**
 * What is wrong.
 *
 * `escalation`: a kind is sent on too often. `top_share`: too many attempts are made at the top. `confidence`: the word
 * `high` says little. `drift`: a kind fares otherwise than it did.
 */
export type AlarmName = "escalation" | "top_share" | "confidence" | "drift";

/** That something is wrong with where tasks start, with the figures that show it. */
export interface Alarm {
  readonly alarm: AlarmName;
  /** `null` when it is about all kinds. */
  readonly kind: string | null;
  readonly tier: string;
  /** In a sentence or two, with what to do. */
  readonly reason: string;
  /** How many cases show it. */
  readonly cases: number;
  /** The share it is about, from 0 to 1, and the bounds it lies in with a chance of 95 %. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** The share that it is held against. */
  readonly bound: number;
}

const share = z.number().min(0).max(1);

/** The fields of an alarm, for whoever reads one. */
export const alarmShape: { readonly [Field in keyof Alarm]: z.ZodType<Alarm[Field]> } = {
  alarm: z.enum(["escalation", "top_share", "confidence", "drift"]),
  kind: z.string().max(256).nullable(),
  tier: z.string().max(256),
  reason: z.string().max(8_192),
  cases: z.number().int().min(0),
  share,
  low: share,
  high: share,
  bound: share,
};
