import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const NAMES = ["alpha", "beta", "gamma"] as const;
const TAGS = ["v1", "v2", "v3"] as const;
type Name = (typeof NAMES)[number];

type Step =
  | { readonly do: "add" | "to"; readonly name: Name; readonly tag: (typeof TAGS)[number] }
  | { readonly do: "back" | "remove"; readonly name: Name };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("add" as const, "to" as const),
    name: fc.constantFrom(...NAMES),
    tag: fc.constantFrom(...TAGS),
  }),
  fc.record({ do: fc.constantFrom("back" as const, "remove" as const), name: fc.constantFrom(...NAMES) }),
);

/** Three repositories with three tags each. */
function publish(world: World): void {
  for (const name of NAMES) {
    const folder = world.path(`up/${name}`);
    for (const tag of TAGS) {
      world.write(
        `up/${name}/plugin.yaml`,
        `schema_version: "2026-11-21"\nname: ${name}\ndescription: ${name} ${tag}\nmaturity: community\nmcp: { transport: stdio, command: cat, args: [${name}, ${tag}] }\n`,
      );
      world.write(`up/${name}/${tag}.sh`, `echo ${tag}\n`, 0o755);
      inShell(
        `cd '${folder}' && git init -q -b main . && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm ${tag} && git tag ${tag}`,
      );
    }
  }
}

function inShell(script: string): void {
  execFileSync("sh", ["-c", script], { stdio: "ignore" });
}

function perform(world: World, each: Step): void {
  const address = `file://${world.path(`up/${each.name}`)}`;
  if (each.do === "add") world.atk("add", `${address}#${each.tag}`, "--yes");
  if (each.do === "to") world.atk("upgrade", each.name, "--to", each.tag, "--yes");
  if (each.do === "back") world.atk("upgrade", each.name, "--to", "previous", "--yes");
  if (each.do === "remove") world.atk("remove", each.name, "--yes");
}

/** Who approved, and when, is not the same twice. A manifest without plugins has never needed a lock. */
function timeless(world: World): string {
  const lock = world.exists(".atk/atk.lock")
    ? world.read(".atk/atk.lock")
    : '{\n  "lockVersion": 1,\n  "plugins": {}\n}\n';
  return lock.replaceAll(/"(at|by)": "[^"]*"/g, '"$1": ""');
}

describe("the lock", () => {
  it(
    "is the one made from scratch, whatever the order of adding, upgrading, going back and removing",
    { timeout: 300_000 },
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 3, maxLength: 8 }), (steps) => {
          const world = createWorld();
          publish(world);
          initHome(world, ["cursor"]);
          perform(world, { do: "add", name: "alpha", tag: "v1" });
          for (const each of steps) perform(world, each);
          const lock = timeless(world);
          expect(world.atk("plan", "--check").code).toBe(0);
          for (const gone of [".atk/atk.lock", ".cache"]) rmSync(world.path(gone), { recursive: true, force: true });
          expect(world.atk("apply", "--yes").code).toBe(0);
          expect(timeless(world)).toBe(lock);
        }),
        { numRuns: 6 },
      );
    },
  );
});
