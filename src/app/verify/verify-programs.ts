import type { Pin } from "../../manifest/lock.ts";
import { storeFolder } from "../../pins/store-folder.ts";
import type { Context } from "../context.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { storeContext } from "../pins/start-pinned.ts";
import { joinFindings, NOTHING_FOUND, type Findings } from "./report.ts";

interface Program {
  readonly owner: string;
  readonly pin: Extract<Pin, { type: "npm" }>;
}

/** What the store has installed for pinned servers, every file of it. What is not installed here yet is said, and is no mismatch. */
export async function verifyPrograms(names: readonly string[], context: Context): Promise<Findings> {
  const inputs = await readInputs(context);
  const programs = programsIn(inputs).filter(({ owner }) => names.length === 0 || names.includes(owner));
  if (programs.length === 0) return NOTHING_FOUND;
  const { verifyProgram } = await import("../../pins/npm-store.ts");
  const { policy } = inputs.manifest;
  const store = storeContext(policy, context);
  const found: Findings[] = [];
  for (const { owner, pin } of programs) {
    const place = storeFolder(store.cacheDirectory, pin, policy.installScripts);
    const what = `${pin.package}@${pin.version}`;
    const differing = await verifyProgram(pin, store);
    if (differing === undefined) {
      const message = `${what} is not installed on this machine yet; its first start does it`;
      found.push({ ...NOTHING_FOUND, unchecked: [{ owner, message }] });
      continue;
    }
    const differences = differing.map(({ path, is }) => ({ path, expected: "as it was installed", found: is }));
    const hint = `look at what was changed, then delete ${place}: it is installed again as locked`;
    const mismatches = differences.length === 0 ? [] : [{ owner, part: "program" as const, place, differences, hint }];
    found.push({ ...NOTHING_FOUND, compared: 1, mismatches });
  }
  return joinFindings(found);
}

function programsIn({ lock: { plugins, servers = {} } }: Inputs): readonly Program[] {
  const ofPlugins = Object.entries(plugins).flatMap(([owner, { programs = {} }]) =>
    Object.values(programs).map((pin) => ({ owner, pin })),
  );
  const own = Object.entries(servers).flatMap(([owner, { program: pin }]) =>
    pin === undefined ? [] : [{ owner, pin }],
  );
  return [...ofPlugins, ...own].flatMap(({ owner, pin }) => (pin.type === "npm" ? [{ owner, pin }] : []));
}
