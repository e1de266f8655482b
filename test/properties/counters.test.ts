import { decide, evolve, initialState, type RunEvent, type RunState, type TaskState } from "@terrace/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { needsDecision } from "../../packages/core/src/run/draft.js";
import { holds, live } from "./live.js";
import { worlds } from "./worlds.js";

/** What the counters of a state should be, counted anew from its tasks. */
function recount({ tasks }: RunState) {
  const all = [...tasks.values()];
  const has = (...statuses: readonly TaskState["status"][]) =>
    all.filter(({ status }) => statuses.includes(status));
  return {
    underWay: has("queued", "executing", "checking", "reviewing").length,
    open: all.length - has("accepted", "failed", "skipped").length,
    undecided: all.filter(({ status }) => needsDecision(status)).map(({ task }) => task.id),
    waitingOn: all.map(
      ({ task }) => task.dependsOn.filter((id) => tasks.get(id)?.status !== "accepted").length,
    ),
  };
}

/** What the counters of a state are. */
function counted({ underWay, open, agenda, agendaStart, tasks }: RunState) {
  const listed = new Set(agenda.slice(agendaStart).map(({ task }) => task.id));
  const undecided = [...tasks.values()].filter(
    ({ status, task }) => needsDecision(status) && listed.has(task.id),
  );
  return {
    underWay,
    open,
    undecided: undecided.map(({ task }) => task.id),
    waitingOn: [...tasks.values()].map(({ waitingOn }) => waitingOn),
  };
}

/** Folds a log and looks at every state on the way. */
function watch(log: readonly RunEvent[], look: (state: RunState, event: RunEvent) => void): void {
  let state = initialState();
  for (const event of log) {
    state = evolve(state, event);
    look(state, event);
  }
}

test("the counters of a state agree with its tasks after every event", async () => {
  await holds(
    fc.asyncProperty(worlds(), async (world) => {
      const { run } = await live(world);
      watch(run.log, (state, { seq, type }) => {
        expect({ seq, type, ...counted(state) }).toEqual({ seq, type, ...recount(state) });
      });
    }),
  );
});

test("the agenda holds nothing before the first task that needs a decision", async () => {
  await holds(
    fc.asyncProperty(worlds(), async (world) => {
      const { run } = await live(world);
      watch(run.log, ({ agenda, agendaStart }, { seq }) => {
        const first = agenda[agendaStart];

        expect([seq, first === undefined || needsDecision(first.status)]).toEqual([seq, true]);
        if (first === undefined) expect(agenda).toEqual([]);
      });
    }),
  );
});

test("every task is somewhere: none is lost", async () => {
  await holds(
    fc.asyncProperty(worlds(), async (world) => {
      const { run } = await live(world);

      expect([...run.state.tasks.keys()]).toEqual(world.plan.tasks.map(({ id }) => id));
      expect(run.state).toMatchObject({ open: 0, underWay: 0 });
    }),
  );
});

test("deciding changes nothing, and decides the same again", async () => {
  await holds(
    fc.asyncProperty(worlds(), fc.nat({ max: 9 }), async (world, pick) => {
      const { run } = await live(world);
      watch(run.log, (state, { seq }) => {
        if (seq % 10 !== pick) return;
        const before = structuredClone(state);
        const decided = decide(state);

        expect(decide(state)).toEqual(decided);
        expect(state).toEqual(before);
      });
    }),
  );
});

test("a task has at most as many attempts as its tiers and their repairs allow, and redos and people ask for", async () => {
  await holds(
    fc.asyncProperty(worlds(), async (world) => {
      const { run } = await live(world);
      for (const { attempts, task } of run.state.tasks.values()) {
        const own = attempts.filter(
          ({ reason }) => reason === "first" || reason === "escalation" || reason === "repair",
        );
        const redone = attempts.length - own.length;
        const tiers = 3 - ["haiku", "sonnet", "opus"].indexOf(task.tier);

        expect(own.length).toBeLessThanOrEqual(2 * (tiers + redone));
      }
    }),
  );
});
