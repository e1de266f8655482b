import { opusplan } from "./opusplan.js";
import type { Preset } from "./preset.js";
import { software } from "./software.js";
import { worker } from "./worker.js";

/** The teams that are ready made, by name. */
export const PRESETS: { readonly worker: Preset; readonly opusplan: Preset; readonly software: Preset } = {
  worker,
  opusplan,
  software,
};

/** The name of a preset. */
export type PresetName = keyof typeof PRESETS;
