import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isSecretPath } from "../../src/git/secret-path.ts";
import { createWorld, initHome, type Result, type World } from "./world.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const SECRET = "planted/5d8e?2b+9c-ä-secret";

/** Clear, escaped for a URL, in hex, and in base64 as it looks at each of the three places where it can begin. */
const FORMS: readonly string[] = [
  SECRET,
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString("hex"),
  JSON.stringify(SECRET).slice(1, -1),
  ...[0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(SECRET)]);
    // The first and the last group hold bits of the neighbours too.
    const inner = bytes.toString("base64").slice(shift === 0 ? 0 : 4, -4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  }),
];

const found = (text: string | Buffer): boolean => FORMS.some((form) => text.includes(form));

function environment(world: World): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: world.home, GIT_CONFIG_GLOBAL: world.path(".gitconfig") };
}

function pipe(world: World, input: string, ...args: readonly string[]): Result {
  const options = { cwd: world.home, env: environment(world), input, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
  return { code: status ?? -1, stdout, stderr };
}

function filesThatHold(world: World): readonly string[] {
  const names = readdirSync(world.home, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(world.path(name)).isFile() && found(readFileSync(world.path(name))));
}

function gitObjects(world: World): Buffer {
  const args = ["-C", world.path(".atk"), "cat-file", "--batch-all-objects", "--batch"];
  return spawnSync("git", args, { env: environment(world), maxBuffer: 1e9 }).stdout;
}

/** Arguments of every process that runs now. */
function commandLines(): string {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map((id) => readIfThere(join("/proc", id, "cmdline"))).join("\n");
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Tells its variable, and waits to be let go. */
const SERVER = `process.stderr.write("key=" + process.env.KEY + "\\n");
process.stdin.on("end", () => process.exit(0)).resume();
`;

function worldWithServer(): World {
  const world = createWorld();
  const args = `[${JSON.stringify(world.path("server.mjs"))}]`;
  initHome(
    world,
    ["claude-code", "codex", "opencode", "cursor"],
    `mcp_servers:\n  tracker:\n    command: node\n    args: ${args}\n    env: { KEY: { secret: TRACKER_KEY } }\n`,
  );
  world.write("server.mjs", SERVER);
  return world;
}

describe("the search for a secret", () => {
  it.each(["", "a", "ab"])("finds it in base64 behind %j", (before) => {
    expect(found(Buffer.from(`${before}${SECRET} and more`).toString("base64"))).toBe(true);
    expect(found(Buffer.from(`${before}${SECRET} and more`).toString("base64url"))).toBe(true);
  });
});

describe("a secret of the home", () => {
  it("is in nothing but what the server gets: no file, git object, output, log or list of processes", async () => {
    const world = worldWithServer();
    const outputs = [
      pipe(world, SECRET, "secret", "set", "TRACKER_KEY"),
      world.atk("plan"),
      world.atk("plan", "--json"),
      world.atk("apply", "--yes"),
      world.atk("status"),
      world.atk("status", "--json"),
      world.atk("list", "--json"),
      world.atk("mcp", "tracker"),
      world.atk("mcp", "tracker", "--client", "codex"),
      world.atk("secret", "list"),
      world.atk("secret", "list", "--json"),
      world.atk("secret", "recipients", "--json"),
      pipe(world, SECRET, "secret", "set", "SECOND", "--json"),
      pipe(world, SECRET, "secret", "rotate", "TRACKER_KEY"),
      world.atk("secret", "rm", "SECOND"),
    ];
    expect(outputs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(outputs.map(() => 0));
    const refused = [
      world.atk("secret", "set", "TRACKER_KEY", SECRET),
      world.atk("secret", "set", `TRACKER_KEY=${SECRET}`),
      world.atk("secret", "set", SECRET),
      world.atk("secret", "rotate", "TRACKER_KEY", `--value=${SECRET}`),
      world.atk("secret", "rm", "TRACKER_KEY"),
      pipe(world, SECRET, "secret", "rotate", "NO_SUCH"),
      pipe(world, `${SECRET}${"x".repeat(70_000)}`, "secret", "set", "LONG"),
    ];
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 5, 2, 2, 8, 8]);
    for (const { stdout, stderr } of [...outputs, ...refused]) expect(found(stdout + stderr)).toBe(false);

    const running = spawn(process.execPath, [MAIN, "mcp", "run", "-g", "tracker"], {
      cwd: world.home,
      env: environment(world),
      stdio: ["pipe", "ignore", "pipe"],
    });
    const ended = once(running, "exit");
    const [said] = (await once(running.stderr, "data")) as [Buffer];
    expect(said.toString()).toBe(`key=${SECRET}\n`);
    if (existsSync("/proc/self/cmdline")) expect(found(commandLines())).toBe(false);
    running.stdin.end();
    await ended;

    expect(filesThatHold(world)).toEqual([]);
    const objects = gitObjects(world);
    expect(objects.includes("TRACKER_KEY")).toBe(true);
    expect(found(objects)).toBe(false);
    expect(world.git("log", "-1", "--format=%s", "--", "secrets.yaml").trim()).toBe("Remove secret 'SECOND'");
  });

  it("is never opened by plan and status, which work without any identity", () => {
    const world = worldWithServer();
    pipe(world, SECRET, "secret", "set", "TRACKER_KEY");
    world.write(".config/atk/identity.txt", "not an identity", 0o600);
    for (const words of [["plan"], ["plan", "--json"], ["status"], ["list"], ["apply", "--yes"]])
      expect(world.atk(...words).code).toBe(0);
    expect(world.atk("secret", "get", "TRACKER_KEY").code).toBe(1);
  });

  it("travels in a file that git takes: neither a path that commits refuse, nor one that is ignored", () => {
    const world = worldWithServer();
    pipe(world, SECRET, "secret", "set", "TRACKER_KEY");
    expect(isSecretPath(world.path(".atk/secrets.yaml"))).toBe(false);
    expect(world.git("check-ignore", "secrets.yaml")).toBe("");
    expect(world.git("ls-files", "secrets.yaml")).toBe("secrets.yaml\n");
    expect(statSync(world.path(".atk/secrets.yaml")).mode & 0o777).toBe(0o644);
    expect(statSync(world.path(".config/atk/identity.txt")).mode & 0o777).toBe(0o600);
  });

  it("is given back byte for byte", () => {
    const world = worldWithServer();
    const value = "line one\n\ttwo \u{1F511}\r\nno end";
    expect(pipe(world, `${value}\r\n`, "secret", "set", "MANY_LINES").code).toBe(0);
    expect(world.atk("secret", "get", "MANY_LINES").stdout).toBe(value);
  });

  it("is not lost when several commands set one at the same moment", async () => {
    const world = worldWithServer();
    const names = ["A", "B", "C", "D"];
    const codes = await Promise.all(
      names.map(async (name) => {
        const child = world.talkTo("secret", "set", name);
        child.stdin?.end(`value of ${name}`);
        const [code] = (await once(child, "exit")) as [number];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    for (const name of names) expect(world.atk("secret", "get", name).stdout).toBe(`value of ${name}`);
  });
});
