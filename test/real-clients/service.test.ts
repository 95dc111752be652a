import { beforeAll, expect, test } from "vitest";
import { createServiceWorld, endHard, seen, until } from "../end-to-end/service-world.ts";
import { freePort } from "./everything-server.ts";
import { install } from "./programs.ts";

let everything: string;
beforeAll(async () => {
  everything = await install("everything");
});

test("the reference server as a service: apply waits until it is well, its tools are listed, and it comes back when it is killed", async () => {
  const port = await freePort();
  const url = `http://localhost:${port}/mcp`;
  const world = createServiceWorld(
    `process.argv[2] = "streamableHttp"; import(${JSON.stringify(everything)});\n`,
    `  health: { mcp: "${url}", starting_seconds: 60 }\n`,
    `ports: [{ port: ${port}, name: api }]\nenv_vars: [{ name: PORT, default: "${port}" }]\nmcp: { transport: http, url: "${url}" }\n`,
  );
  expect(world.read(".cursor/mcp.json")).toContain(url);
  world.write(".atk/atk.yaml", world.read(".atk/atk.yaml").replace(/^ {4}source: .*$/m, "$&\n    service: running"));
  const applied = world.atk("apply", "--yes");
  expect(applied.code, applied.stderr).toBe(0);
  expect(seen(world)?.state).toBe("running");

  const tested = world.atk("mcp", "test", "web", "--json");
  expect(tested.code, tested.stderr).toBe(0);
  expect(toolsIn(tested.stdout)).toContain("echo");

  const first = seen(world)?.pid ?? 0;
  endHard(first);
  await until(() => {
    const service = seen(world);
    return service?.state === "running" && service.pid !== first;
  }, "a second run that is well");
  expect(toolsIn(world.atk("mcp", "test", "web", "--json").stdout)).toContain("echo");

  expect(world.atk("remove", "web", "--yes").code).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

function toolsIn(text: string): readonly string[] {
  const { servers } = JSON.parse(text) as { servers: readonly { tools?: readonly { name: string }[] }[] };
  return servers.flatMap(({ tools = [] }) => tools.map(({ name }) => name));
}
