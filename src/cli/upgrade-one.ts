import type { ChangeOutcome } from "../app/change.ts";
import type { UpgradeView } from "../app/upgrade/describe-upgrade.ts";
import type { Context } from "../app/context.ts";
import type { Snapshot } from "../app/upgrade/snapshot-before.ts";
import type { UpgradeWish } from "../app/upgrade/upgrade-edit.ts";
import { ERRORS, EXIT } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import type { Invocation } from "./command.ts";
import { runChange } from "./change-command.ts";
import { printable } from "./paint.ts";
import { openContext, type Session } from "./session.ts";

export interface UpgradeDone {
  readonly name: string;
  /** Absent where nothing was to be done, or where it failed before it could be compared. */
  readonly view?: UpgradeView;
  /** As `atk apply --json` prints it. */
  readonly change?: ChangeOutcome;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly exit_code: number;
}

/** One plugin from one version to another, or not at all. Its own fault is told and does not stop the others. */
export async function upgradeOne(wish: UpgradeWish, invocation: Invocation, session: Session): Promise<UpgradeDone> {
  const printed: string[] = [];
  const inner: Session = session.json ? { ...session, out: (text) => void printed.push(text) } : session;
  const seen: { view?: UpgradeView } = {};
  try {
    const code = await carryOut(wish, seen, invocation, inner);
    const [text] = printed;
    const result = text === undefined ? {} : { change: JSON.parse(text) as ChangeOutcome };
    return { name: wish.name, ...seen, ...result, exit_code: code };
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED" || error.code === "E_USAGE") throw error;
    const { code, hint } = error;
    const message = error.message.replace(new RegExp(`^(${wish.name}: )+`), "");
    session.say(
      `! ${printable(`${wish.name}: ${message}`)}${hint === undefined ? "" : `\n  next: ${printable(hint)}`}`,
    );
    return {
      name: wish.name,
      ...seen,
      error: { code, message, ...(hint === undefined ? {} : { hint }) },
      exit_code: ERRORS[code].exit,
    };
  }
}

async function carryOut(
  wish: UpgradeWish,
  seen: { view?: UpgradeView },
  invocation: Invocation,
  session: Session,
): Promise<number> {
  const { name } = wish;
  const { aroundService } = await import("../app/upgrade/around-service.ts");
  const { describeUpgrade } = await import("../app/upgrade/describe-upgrade.ts");
  const { keepBefore } = await import("../app/upgrade/keep-before.ts");
  const { snapshotBefore } = await import("../app/upgrade/snapshot-before.ts");
  const { upgradeEdit } = await import("../app/upgrade/upgrade-edit.ts");
  const context = await openContext({ ...session, say: () => undefined });
  const service = await aroundService(name, context);
  let isAsked = false;
  let keepOld = async (): Promise<void> => undefined;
  let keepData = async (): Promise<Snapshot | undefined> => undefined;
  let snapshot: Snapshot | undefined;
  const code = await runChange(
    {
      selection: { names: [name] },
      message: `Upgrade plugin '${name}'`,
      allOrNothing: true,
      unchecked: invocation.options.isOff("checks"),
      edit: (inputs) => upgradeEdit(wish, inputs, context),
      alsoInLog: () => (snapshot === undefined ? {} : { snapshot: { ...snapshot } }),
    },
    invocation,
    session,
    context,
    {
      question: `Upgrade ${name}?`,
      introduce: async ({ before, wish: wanted }, plan) => {
        isAsked = true;
        refuseEdited(name, plan, invocation, session);
        const plugin = wanted.plugins.find(({ entry }) => entry.name === name);
        if (plugin === undefined || "fault" in plugin) return;
        const old = before.lock.plugins[name];
        if (old !== undefined) keepOld = () => keepBefore(plugin.entry, old, context);
        if (wish.to !== "previous") keepData = () => snapshotBefore(plugin, old, context);
        seen.view = await describeUpgrade(old, plugin, context);
        for (const line of viewLines(seen.view)) session.say(line);
      },
      begin: async () => {
        await keepOld();
        await service.stop();
        snapshot = await keepData();
      },
    },
  ).finally(async () => {
    const result = await service.startAgain(session.interruption());
    if (result?.outcome === "failed")
      session.say(`! ${name}: its service could not be started again: atk start ${name}`);
  });
  if (code === EXIT.ok && isAsked) await saySnapshot(wish, snapshot, session, context);
  if (!isAsked && !session.json && !invocation.options.flag("dryRun") && code === EXIT.ok)
    session.say(`${name}: nothing newer`);
  return code;
}

/** Going back changes the version; the data of that time comes back only when that is said. */
async function saySnapshot(
  { name, to }: UpgradeWish,
  made: Snapshot | undefined,
  session: Session,
  context: Context,
): Promise<void> {
  if (made !== undefined) session.say(`${name}: its data of before is kept as backup ${made.id}`);
  if (to !== "previous") return;
  const { lastSnapshot } = await import("../app/upgrade/snapshot-before.ts");
  const last = await lastSnapshot(name, context);
  if (last !== undefined)
    session.say(`${name}: its data is as it is now; of before the upgrade: atk backup restore ${name} --id ${last.id}`);
}

/** New commands would run over old files. @throws AtkError E_DISAGREES where nobody has said, or will say, what to do with them */
function refuseEdited(name: string, { changes }: Plan, { options }: Invocation, session: Session): void {
  const isEdited = changes.some(({ noun, verdict }) => noun === "plugin" && verdict === "drifted");
  const answer = options.text("onDrift");
  const isAskedLater = answer === undefined && session.interactive && !options.flag("yes");
  if (!isEdited || isAskedLater || answer === "backup" || answer === "overwrite") return;
  throw new AtkError("E_DISAGREES", "not upgraded: files in its folder were changed by hand", {
    hint: `atk upgrade ${name} --on-drift backup (keeps a copy of them), or overwrite`,
  });
}

const SHOWN = 12;

function viewLines({ name, from, to, commits, files, compared }: UpgradeView): readonly string[] {
  const isSame = compared && [files.added, files.changed, files.removed].every(({ length }) => length === 0);
  const same = isSame ? "its files stay the same" : "with other content";
  const versions = from === undefined ? to : from === to ? `${to}, ${same}` : `${from} -> ${to}`;
  const lines = [`${name}: ${versions}${commits === undefined ? "" : ` (commits ${commits})`}`];
  if (!compared)
    return [...lines.map(printable), "  the old content is not on this machine, so the files cannot be compared"];
  const marked = [
    ...files.added.map((path) => `  + ${path}`),
    ...files.changed.map((path) => `  ~ ${path}`),
    ...files.removed.map((path) => `  - ${path}`),
  ];
  const rest = marked.length > SHOWN ? [`  and ${marked.length - SHOWN} more files`] : [];
  return [...lines, ...marked.slice(0, SHOWN), ...rest].map(printable);
}
