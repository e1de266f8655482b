import type { Output } from "../surroundings.js";
import { formatMs } from "../text/format.js";
import { createPalette } from "../text/palette.js";
import { emptyView, foldView, type RunView } from "../text/run-view.js";
import { noteOf } from "./note.js";
import type { Reporter } from "./reporter.js";

/** As wide as most task ids, so that what happened stands in a column. */
const ABOUT = 16;

/** A line for each event that says something; for pipes, files and build logs. */
export function lineReporter(
  stream: Output,
  { colour, view: known = emptyView() }: { readonly colour: boolean; readonly view?: RunView },
): Reporter {
  const { bold, dim, green, red } = createPalette(colour);
  const tones = { plain: (text: string) => text, good: green, bad: red };
  let view = known;
  return {
    tell(event) {
      view = foldView(view, event);
      const note = noteOf(event, view);
      if (note === undefined) return;
      const time = formatMs(event.at - (view.startedAt ?? event.at)).padStart(6);
      stream.write(`${dim(time)}  ${bold(note.about.padEnd(ABOUT))}  ${tones[note.tone](note.text)}\n`);
    },
    recall(event) {
      view = foldView(view, event);
    },
    end: async () => {},
  };
}
