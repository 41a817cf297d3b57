// What waits for whom: which states are a role's to act on, and where it acts.

import type { Schemas } from "@/api/client";
import type { Role } from "@/session/session";

type State = Schemas["State"];
export type Counts = Partial<Record<State, number>>;

export interface Task {
  readonly name: string;
  readonly states: readonly State[];
  readonly to: string;
  /** Counted among billings, not among applications. */
  readonly billings?: keyof Schemas["BillingCounts"];
  /** Counted among units. */
  readonly units?: keyof Schemas["UnitCounts"];
}

const TASKS: Partial<Record<Role, readonly Task[]>> = {
  operator: [
    { name: "drafts", states: ["draft"], to: "/applications?state=draft" },
    { name: "returned", states: ["returned"], to: "/applications?state=returned" },
    {
      name: "reviewed",
      states: ["submitting", "first_review", "final_review"],
      to: "/applications",
    },
    { name: "toPay", states: ["approved"], to: "/billings" },
    {
      name: "toReissue",
      states: [],
      billings: "awaits_reissue",
      to: "/billings?awaits_reissue=true",
    },
    { name: "toPrint", states: ["confirmed"], to: "/confirmations" },
  ],
  agency_reviewer: [
    { name: "firstReview", states: ["first_review"], to: "/reviews" },
    { name: "registrations", states: [], units: "applied", to: "/units?state=applied" },
  ],
  office_reviewer: [
    { name: "finalReview", states: ["final_review"], to: "/reviews" },
    { name: "toArchive", states: ["confirmed"], to: "/confirmations?tab=to-archive" },
  ],
  finance: [
    { name: "awaited", states: ["approved"], to: "/payments?standing=awaited" },
    { name: "received", states: ["paid"], to: "/payments?standing=received" },
  ],
};

/** Give a role's tasks with how many wait for each. */
export function tasksOf(
  role: Role | null,
  counts: Counts,
  billings?: Schemas["BillingCounts"],
  units?: Schemas["UnitCounts"],
): (Task & { count: number })[] {
  return (role ? (TASKS[role] ?? []) : []).flatMap((task) => {
    // What is not known yet, or at all while its owner is away, is no 0.
    if (task.billings) return counted(task, billings?.[task.billings]);
    if (task.units) return counted(task, units?.[task.units]);
    return counted(
      task,
      task.states.reduce((sum, state) => sum + (counts[state] ?? 0), 0),
    );
  });
}

function counted(task: Task, count: number | undefined): (Task & { count: number })[] {
  return count === undefined ? [] : [{ ...task, count }];
}
