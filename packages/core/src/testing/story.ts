import { present } from "../run/draft.js";
import type { Fact, RunEvent } from "../run/events.js";
import { evolve } from "../run/evolve.js";
import { initialState, type RunState, type TaskState } from "../run/state.js";

/** One thing that happens in a story: a fact, several, or what makes them from the state so far. */
export type Step = Fact | readonly Step[] | ((story: Story) => void);

/** A run that a test makes up, fact by fact. */
export class Story {
  state: RunState = initialState();
  /** What happened, in order. */
  readonly log: RunEvent[] = [];

  /** Lets something happen. Facts are stamped with the next `seq`, and with `at: 0`. */
  tell(step: Step): void {
    if (typeof step === "function") step(this);
    else if (isSeveral(step)) for (const each of step) this.tell(each);
    else {
      const event: RunEvent = { ...step, runId: "run_1", seq: this.state.seq, at: 0 };
      this.log.push(event);
      this.state = evolve(this.state, event);
    }
  }

  /** @throws Error when the plan of the story does not hold the task. */
  task(taskId: string): TaskState {
    const task = this.state.tasks.get(taskId);
    if (task === undefined) throw new Error(`The story's plan has no task "${taskId}".`);
    return task;
  }

  /** The number of the task's present attempt. */
  attempt(taskId: string): number {
    return present(this.task(taskId)).number;
  }
}

/** The state after a story: `given(planned({ facts: {} }), finished("facts"))`. */
export function given(...steps: readonly Step[]): RunState {
  const story = new Story();
  story.tell(steps);
  return story.state;
}

function isSeveral(step: Fact | readonly Step[]): step is readonly Step[] {
  return Array.isArray(step);
}
