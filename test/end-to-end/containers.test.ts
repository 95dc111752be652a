import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

// No engine runs where the tests run: the double follows the command line of the real one. (test/services/containers)
const DOUBLE = resolve(import.meta.dirname, "../services/containers/docker-double.mjs");
const SECRET = "s3cret-of-the-database";

interface Engine {
  readonly calls: readonly (readonly string[])[];
  readonly leaks: readonly unknown[];
  readonly containers: readonly { readonly name: string; readonly status: string; readonly env: readonly string[] }[];
}

function withDocker(): { readonly world: World; engine(): Engine } {
  const plain = createWorld();
  const file = plain.path("engine.json");
  mkdirSync(plain.path("bin"));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${DOUBLE}' docker "$@"\n`;
  writeFileSync(plain.path("bin/docker"), script, { mode: 0o755 });
  const images = { "redis:7": {}, "web:1": {} };
  const rest = { takenPorts: [], leaks: [], calls: [], containers: [], made: 0, secrets: [SECRET] };
  writeFileSync(
    file,
    JSON.stringify({ daemon: "up", plugin: "lines", provider: "none", standalone: "2.29.7", images, ...rest }),
  );
  const PATH = `${plain.path("bin")}:${process.env["PATH"] ?? ""}`;
  return {
    world: plain.with({ PATH, DOUBLE_STATE: file }),
    engine: () => JSON.parse(readFileSync(file, "utf8")) as Engine,
  };
}

const head = (name: string): string =>
  `schema_version: "2026-11-21"\nname: ${name}\ndescription: a test\nmaturity: verified\n`;

describe("a service in a container, from the manifest to the engine", () => {
  it("docker: apply runs it, its secret stays out of the command line, remove takes it away", () => {
    const { world, engine } = withDocker();
    initHome(
      world,
      ["claude-code"],
      "plugins:\n  - { name: db, source: { type: local, path: ../src/db }, service: running, ports: { main: 16380 } }\n",
    );
    world.write(
      "src/db/plugin.yaml",
      `${head("db")}service: { type: docker, image: "redis:7", volumes: ["data:/data"] }\nports: [{ port: 6379, name: main, protocol: tcp }]\nenv_vars: [{ name: PASSWORD, secret: true, required: true }]\n`,
    );
    world.write(".atk/plugins/db/.env", `PASSWORD=${SECRET}\n`, 0o600);
    const applied = world.atk("apply", "--yes");
    expect(applied.code, applied.stderr).toBe(0);
    const [container] = engine().containers;
    expect(container).toMatchObject({ status: "running", env: [`PASSWORD=${SECRET}`] });
    expect(container?.name).toMatch(/^atk-[0-9a-f]{8}-db$/);
    expect(engine().calls.flat().join(" ")).toMatch(/127\.0\.0\.1:16380:6379/);
    expect(engine().leaks).toEqual([]);
    expect(world.atk("plan", "--check").code).toBe(0);
    expect(world.atk("status", "--json").stdout).toContain('"state": "running"');
    expect(world.atk("stop", "db").code).toBe(0);
    expect(world.atk("plan").stdout).toContain("~ service db: stopped -> running");
    expect(world.atk("start", "db").code).toBe(0);
    expect(world.atk("remove", "db", "--yes").code).toBe(0);
    expect(engine().containers).toEqual([]);
  });

  it("docker-compose: a project of its own, with the user's override", () => {
    const { world, engine } = withDocker();
    initHome(
      world,
      ["claude-code"],
      "plugins:\n  - { name: stack, source: { type: local, path: ../src/stack }, service: running }\n",
    );
    world.write("src/stack/plugin.yaml", `${head("stack")}service: { type: docker-compose }\n`);
    world.write("src/stack/docker-compose.yml", "services:\n  web:\n    image: web:1\n");
    world.write(".atk/plugins/stack/custom/docker-compose.override.yml", "services:\n  cache:\n    image: redis:7\n");
    const applied = world.atk("apply", "--yes");
    expect(applied.code, applied.stderr).toBe(0);
    expect(engine().containers).toHaveLength(2);
    const up = engine().calls.find((call) => call.includes("up")) ?? [];
    expect(up.some((word) => /^--project-name=atk-[0-9a-f]{8}-stack$/.test(word))).toBe(true);
    expect(up.some((word) => word.endsWith("custom/docker-compose.override.yml"))).toBe(true);
    expect(world.atk("plan", "--check").code).toBe(0);
    expect(world.atk("stop", "--all").code).toBe(0);
    expect(engine().containers).toEqual([]);
  });

  it("without Docker and Podman: everything else is applied, the service is named with what to install, exit 8", () => {
    const world = createWorld();
    initHome(
      world,
      ["claude-code"],
      "plugins:\n  - { name: db, source: { type: local, path: ../src/db }, service: running }\nmcp_servers:\n  notes: { command: node }\n",
    );
    world.write("src/db/plugin.yaml", `${head("db")}service: { type: docker, image: "redis:7" }\n`);
    mkdirSync(world.path("only-these"));
    for (const program of ["node", "git", "sh"]) world.linkProgram(program, "only-these");
    const bare = world.with({ PATH: world.path("only-these") });
    const { code, stderr } = bare.atk("apply", "--yes");
    expect(stderr).toContain("service.db was left alone");
    expect(stderr.toLowerCase()).toContain("docker");
    expect([6, 8]).toContain(code);
    expect(world.read(".claude.json")).toContain("notes");
  });
});
