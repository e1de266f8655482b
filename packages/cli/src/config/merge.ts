// Sources of configuration, one over the other: the value that wins, and where each comes from.

import type { Origin } from "./origin.js";
import type { TerraceConfig } from "./terrace-config.js";

/** One source: what it says, and where it comes from. */
export interface Layer {
  readonly origin: Origin;
  readonly config: TerraceConfig;
  /** The folder that its paths are relative to. */
  readonly folder: string;
}

/** All sources together. */
export interface Merged {
  readonly config: TerraceConfig;
  /** Where each value comes from, by its path: `store`, `models.haiku`, `executors.writer`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The folder that the paths of a value are relative to, by the value's path. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Values that are put together from several sources, key by key. */
const TOGETHER: ReadonlySet<string> = new Set([
  "models",
  "planner",
  "executors",
  "reviewer",
  "limits",
  "budget",
  "tools",
  "mcpServers",
  "tierConcurrency",
  "outputs",
  "checks",
]);

/** Lays sources over one another, the strongest first. */
export function merge(layers: readonly Layer[]): Merged {
  const merged: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  const folders = new Map<string, string>();
  const put = (path: string, { origin, folder }: Layer, set: () => void): void => {
    if (origins.has(path)) return;
    set();
    origins.set(path, origin);
    folders.set(path, folder);
  };
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer.config)) {
      if (value === undefined || key === "$schema" || key === "extends") continue;
      if (!TOGETHER.has(key)) {
        put(key, layer, () => {
          merged[key] = value;
        });
        continue;
      }
      const whole = (merged[key] ?? {}) as Record<string, unknown>;
      merged[key] = whole;
      for (const [name, part] of Object.entries(value as object)) {
        put(`${key}.${name}`, layer, () => {
          whole[name] = part;
        });
      }
    }
  }
  return { config: merged as TerraceConfig, origins, folders };
}

/** Where the value at a path comes from: its own origin, or that of what holds it. */
export function originAt(origins: ReadonlyMap<string, Origin>, path: string): Origin | undefined {
  for (
    let part = path.replace(/\[(\d+)\]/g, ".$1");
    part !== "";
    part = part.slice(0, Math.max(0, part.lastIndexOf(".")))
  ) {
    const found = origins.get(part);
    if (found !== undefined) return found;
  }
  const inside = [...origins].find(([name]) => name.startsWith(`${path}.`));
  return inside?.[1];
}
