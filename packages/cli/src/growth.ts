// How far plans may grow, on the command line.

import type { Limits } from "@terrace/core";
import type { Settings } from "./config/settings.js";
import { readCount } from "./input.js";

/** How far a plan may grow. */
export interface GrowthOptions {
  readonly maxItems?: string;
  readonly maxNesting?: string;
  readonly maxRevisions?: string;
}

type Growth = Partial<Pick<Limits, "maxItems" | "maxNesting" | "maxRevisions">>;

/** What the command line says of it. @throws UsageError for what is no number that it may be */
export function toGrowth({ maxItems, maxNesting, maxRevisions }: GrowthOptions): Growth {
  return {
    ...(maxItems === undefined ? {} : { maxItems: readCount("--max-items", maxItems, 100_000, 0) }),
    ...(maxNesting === undefined ? {} : { maxNesting: readCount("--max-nesting", maxNesting, 10, 0) }),
    ...(maxRevisions === undefined
      ? {}
      : { maxRevisions: readCount("--max-revisions", maxRevisions, 100, 0) }),
  };
}

/** The settings with what the command line says of it in the place of their own. @throws UsageError as `toGrowth` does */
export function withGrowth(settings: Settings, options: GrowthOptions): Settings {
  const growth = toGrowth(options);
  if (Object.keys(growth).length === 0) return settings;
  const { config } = settings;
  return { ...settings, config: { ...config, limits: { ...config.limits, ...growth } } };
}
