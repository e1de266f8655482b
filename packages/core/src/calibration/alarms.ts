import type { Alarm } from "./alarm.js";
import { intervalOf, percents } from "./interval.js";
import type { Sums } from "./sums.js";
import type { Trend } from "./trends.js";
import type { WordCount } from "./words.js";

/** What is looked at for alarms about a kind at a tier: earlier runs and this one together. */
export interface Signs {
  readonly kind: string;
  readonly tier: string;
  readonly isTop: boolean;
  /** What became of the kind at the tier. */
  readonly ofKind: Sums;
  /** What became of all kinds there. */
  readonly ofTier: Sums;
  /** Attempts at all tiers. */
  readonly attempts: number;
  /** How the kind fares there; `lately` with this run. */
  readonly trend: Pick<Trend, "golden" | "before" | "lately"> | undefined;
}

/** A kind is sent on from a tier, and attempts are made at the top, no more often than this. */
const MOST = 0.2;
/** An output whose executor is sure of it stands at least so often. */
const SURE_STANDS = 0.95;
/** Cases below which nothing is said: of a share that the whole team is held to, and of anything else. */
const MANY = 30;
const ENOUGH = 10;
/** Sure outputs before which their executor is not doubted; each wrong one weighs much. */
const SURE_OUTPUTS = 15;
/** First outputs that make a baseline. */
const BASELINE = 20;

/** The alarms that these signs call for. Pure, and only where the interval of the share leaves no doubt. */
export function alarmsOf(signs: Signs): readonly Alarm[] {
  return [escalationAlarm(signs), topAlarm(signs), confidenceAlarm(signs), driftAlarm(signs)].filter(
    (alarm) => alarm !== undefined,
  );
}

function escalationAlarm({ kind, tier, ofKind }: Signs): Alarm | undefined {
  const { escalated, tasks: cases } = ofKind;
  const share = intervalOf(Math.min(escalated, cases), cases);
  if (cases < ENOUGH || share.low <= MOST) return undefined;
  const reason =
    `${escalated} of ${cases} "${kind}" tasks were sent on from ${tier} (${percents(share)}), more than 20 %. ` +
    "Start them one tier higher, or say more in their briefs.";
  return { alarm: "escalation", kind, tier, reason, cases, ...share, bound: MOST };
}

function topAlarm({ tier, isTop, ofTier, attempts: cases }: Signs): Alarm | undefined {
  const { attempts: atTop } = ofTier;
  const share = intervalOf(atTop, cases);
  if (!isTop || cases < MANY || share.low <= MOST) return undefined;
  const reason =
    `${atTop} of ${cases} attempts were made at ${tier} (${percents(share)}), more than 20 %. ` +
    "See what starts there, or is sent there, that a tier below could do.";
  return { alarm: "top_share", kind: null, tier, reason, cases, ...share, bound: MOST };
}

function confidenceAlarm({ tier, ofTier }: Signs): Alarm | undefined {
  const { sure: cases, sureAccepted: accepted, unsure, unsureAccepted } = ofTier;
  const share = intervalOf(accepted, cases);
  const said = `${accepted} of ${cases} outputs of ${tier} with confidence high were accepted (${percents(share)})`;
  const doubt = "Have more of them reviewed by a stronger tier (`auditShare`).";
  const alarm = { alarm: "confidence", kind: null, tier, cases, ...share } as const;
  if (cases >= SURE_OUTPUTS && share.high < SURE_STANDS) {
    return { ...alarm, reason: `${said}; at least 95 % should be. ${doubt}`, bound: SURE_STANDS };
  }
  const others = intervalOf(unsureAccepted, unsure);
  if (cases < MANY || unsure < MANY) return undefined;
  // Where hardly anything fails there is nothing to predict.
  if (share.share >= SURE_STANDS || share.share > others.share) return undefined;
  const reason = `${said}, and no fewer of the others (${percents(others)}): the word predicts nothing. ${doubt}`;
  return { ...alarm, reason, bound: others.share };
}

function driftAlarm({ kind, tier, trend }: Signs): Alarm | undefined {
  if (trend === undefined) return undefined;
  const { before, lately, golden } = trend;
  const { judged: cases, accepted } = lately;
  const moved = driftOf(before, lately);
  if (before.judged < BASELINE || cases < ENOUGH || moved === null) return undefined;
  const [then, now] = [intervalOf(before.accepted, before.judged), intervalOf(accepted, cases)];
  const since = golden === null ? "in earlier runs" : `in the golden set "${golden}"`;
  const reason =
    `Of ${cases} "${kind}" tasks at ${tier} lately ${accepted} were accepted at once (${percents(now)}); ` +
    `${since} it was ${before.accepted} of ${before.judged} (${percents(then)}). ` +
    `Find out what has changed: the model, the reviewer or the tasks (\`terrace baseline\`).`;
  return {
    alarm: "drift",
    kind,
    tier,
    reason,
    cases,
    ...now,
    bound: moved === "fallen" ? then.low : then.high,
  };
}

/** How a share has moved, beyond doubt: when neither interval reaches into the other. */
export function driftOf(before: WordCount, lately: WordCount): "fallen" | "risen" | null {
  const [then, now] = [
    intervalOf(before.accepted, before.judged),
    intervalOf(lately.accepted, lately.judged),
  ];
  if (now.high < then.low) return "fallen";
  return now.low > then.high ? "risen" : null;
}
