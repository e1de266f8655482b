import { Box, render, Text } from "ink";
import type { ReactNode } from "react";
import { drawFrame } from "../frame.js";
import { createPalette } from "../palette.js";
import { emptyView, foldView } from "../run-view.js";
import type { Output } from "../surroundings.js";
import { noteOf } from "./note.js";
import type { Reporter } from "./reporter.js";

/** Often enough for a spinner to turn, seldom enough for a slow terminal. */
const TICK_MS = 90;

/** A live tree of the tasks; the last frame stays on the terminal. */
export function treeReporter(stream: Output, { colour }: { readonly colour: boolean }): Reporter {
  const palette = createPalette(colour);
  let view = emptyView();
  let note = "";
  let tick = 0;
  let isOver = false;
  const frame = (): ReactNode => {
    const { columns = 80, rows = 24 } = stream;
    const now = isOver ? view.at : Date.now();
    const lines = drawFrame(view, { now, tick, columns, rows, palette, note: isOver ? "" : note });
    return <Lines lines={lines} />;
  };
  const ink = render(frame(), {
    stdout: stream as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const timer = setInterval(() => {
    tick += 1;
    ink.rerender(frame());
  }, TICK_MS);
  return {
    tell(event) {
      view = foldView(view, event);
      const said = noteOf(event, view);
      if (said !== undefined) note = `${said.about}  ${said.text}`;
    },
    recall(event) {
      view = foldView(view, event);
    },
    async end() {
      clearInterval(timer);
      isOver = true;
      ink.rerender(frame());
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        <Text key={row} wrap="truncate">
          {line === "" ? " " : line}
        </Text>
      ))}
    </Box>
  );
}
