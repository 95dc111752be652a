import { userInfo } from "node:os";
import { AtkError } from "../core/errors.ts";
import type { PlanApproval } from "../core/plan.ts";
import { redactText } from "../core/redact.ts";
import type { Approval, Lock } from "../manifest/lock.ts";
import { approvedDigest, diffGrants, isApproved } from "../trust/approval.ts";
import { grantsOf } from "../trust/grants.ts";
import type { Context } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";
import type { GoodPlugin } from "./plugin-env.ts";

/** What nobody has allowed yet, of the plugins that are on here: never approved, or changed since. Sorted by name. */
export async function pendingApprovals(plugins: readonly GoodPlugin[]): Promise<readonly PlanApproval[]> {
  const pending = plugins.filter((plugin) => !isAllowed(plugin));
  const asked = await Promise.all(pending.map(approvalOf));
  return asked.sort((a, b) => (a.owner < b.owner ? -1 : 1));
}

/** Whether what the lock says of it is what was approved. */
export function isAllowed({ locked, written, definition }: GoodPlugin): boolean {
  return isApproved(locked, () => grantsOf(written ?? definition, locked, undefined));
}

/** @throws AtkError E_APPROVAL for a plugin of which nothing may run yet */
export function refuseUnapproved(plugins: readonly LoadedPlugin[]): void {
  for (const plugin of plugins) {
    if ("fault" in plugin || isAllowed(plugin)) continue;
    throw notApproved(plugin);
  }
}

export function notApproved({ entry, locked }: GoodPlugin): AtkError {
  const why = locked.approval === undefined ? "was never approved on any machine" : "has changed since it was approved";
  return new AtkError("E_APPROVAL", `${entry.name} ${why}, so nothing of it is run`, {
    hint: `atk apply ${entry.name} (shows what it can do, and asks)`,
  });
}

async function approvalOf(plugin: GoodPlugin): Promise<PlanApproval> {
  const { entry, locked, written, definition } = plugin;
  const tree = await plugin.open().catch(() => undefined);
  const grants = grantsOf(written ?? definition, locked, tree).map((line) => redactText(line, () => "hidden"));
  const isLive = entry.source.type === "local" && entry.source.link === true;
  return {
    owner: entry.name,
    verdict: locked.approval === undefined ? "create" : "update",
    digest: approvedDigest(locked, isLive ? grantsOf(written ?? definition, locked, undefined) : []),
    grants,
    ...diffGrants(locked.approval, grants),
  };
}

/** The lock with these approvals in it, as of now, by the user of this machine. */
export function withApprovals(lock: Lock, approvals: readonly PlanApproval[], { host }: Context): Lock {
  const by = `${userName()}@${host.machine.hostname}`;
  const at = `${host.now().toISOString().slice(0, 19)}Z`;
  const entries = Object.entries(lock.plugins).map(([name, locked]) => {
    const asked = approvals.find((each) => each.owner === name);
    if (asked === undefined) return [name, locked] as const;
    const approval: Approval = { by, at, digest: asked.digest, grants: asked.grants };
    return [name, { ...locked, approval }] as const;
  });
  return { ...lock, plugins: Object.fromEntries(entries) };
}

/** A process without an entry in the user database has a number only. */
export function userName(): string {
  try {
    return userInfo().username.replaceAll(/[^\w.-]/g, "_") || "unknown";
  } catch {
    return "unknown";
  }
}
