import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isObject } from "../../src/core/json.ts";
import { pinFault } from "../../src/sources/pin-fault.ts";
import { ROOT } from "../sources/world.ts";
import { localServers, overridden, packageOf, shippedPlugins, type Shipped } from "./shipped.ts";

const plugins = shippedPlugins();
const named = plugins.map((shipped) => [shipped.name, shipped] as const);

/** What the first atk's registry offered: manifests on people's machines name them. */
const PREDECESSOR = (
  "claude-code-atk claude-dashboard codanna exa fetch git-local github gitlab google-workspace langfuse langfuse-official-mcp " +
  "metabase notion obsidian-local-rest-api openmemory piper playwright serena slack streamlinear"
).split(" ");

describe("the registry offers", () => {
  const names = plugins.map(({ name }) => name);

  it("at least thirty-two plugins", () => expect(names.length).toBeGreaterThanOrEqual(32));

  it("everything that the predecessor's did, under the same names", () =>
    expect(names).toEqual(expect.arrayContaining(PREDECESSOR)));

  it("exactly what its documentation lists", () => {
    const [, table = ""] = /\| for \| plugins \|\n([\s\S]*?)\n\n/.exec(readFileSync(join(ROOT, "docs/registry.md"), "utf8")) ?? [];
    const listed = [...table.matchAll(/`([a-z0-9-]+)`/g)].flatMap(([, name]) => name ?? []);
    expect([...listed].sort()).toEqual([...names].sort());
  });
});

describe.each(named)("%s", (_name, shipped) => {
  const { plugin, readme, skill } = shipped;

  it("says what it is, what runs, what it can reach and which account it needs", () => {
    expect(readme).toMatch(/^- \*\*Runs:\*\*/m);
    expect(readme).toMatch(/^- \*\*Can reach:\*\*/m);
    expect(readme).toMatch(/^- \*\*Account:\*\*/m);
    expect(readme).toMatch(/^Try it:\n\n> /m);
    expect(skill.length).toBeGreaterThan(300);
  });

  it("is marked as what it is, with tags and a version", () => {
    expect(plugin.maturity).not.toBe("ai-generated");
    expect(plugin.tags.length).toBeGreaterThanOrEqual(2);
    expect(plugin.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("tells in its README of every variable and of the exact package", () => {
    for (const { name, description } of plugin.envVars) {
      expect(readme).toContain(`\`${name}\``);
      expect(description).toMatch(/\S{3}/);
    }
    for (const server of localServers(shipped)) expect(readme).toContain(packageOf(server) ?? "");
  });

  it("declares every variable that it uses", () => {
    const declared = new Set(plugin.envVars.map(({ name }) => name));
    for (const name of usedVariables(shipped)) expect(declared).toContain(name);
  });

  it("keeps what is secret secret, and gives no secret a default", () => {
    for (const variable of plugin.envVars) {
      const looksSecret = /(_KEY|TOKEN|SECRET|PASSWORD|_PWD|DSN|CONNECTION_STRING)$/.test(variable.name);
      if (looksSecret && variable.name !== "LANGFUSE_PUBLIC_KEY") expect(variable).toMatchObject({ secret: true });
      if (variable.secret) expect(variable.default).toBeUndefined();
    }
  });

  it("puts no secret into a command line or an address", () => {
    const texts = plugin.servers.flatMap((server) =>
      server.transport === "stdio" ? [server.command, ...server.args] : [server.url],
    );
    for (const { name } of plugin.envVars.filter((variable) => variable.secret)) {
      for (const text of texts) expect(text).not.toContain(`$${name}`);
    }
  });

  it("connects only to addresses that are encrypted, or to this machine", () => {
    for (const server of plugin.servers) {
      if (server.transport === "stdio") continue;
      const url = withDefaults(server.url, shipped);
      expect(url).toMatch(/^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1):\d+)(\/|$)/);
    }
  });
});

const proposed = plugins.flatMap((shipped) =>
  [...shipped.readme.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = ""]) =>
    /^mcp:/m.test(text) ? [[shipped.name, shipped, text] as const] : [],
  ),
);

describe("other words for the server, as a README proposes them", () => {
  it.each(proposed)("fit to %s and name an exact version", (_name, shipped, text) => {
    const { servers } = overridden(shipped, text);
    expect(servers.map(({ transport }) => transport)).toEqual(["stdio"]);
    expect(servers.map(pinFault)).toEqual([undefined]);
  });
});

const composed = named.filter(([, { files }]) => files.includes("docker-compose.yml"));

describe.each(composed)("the containers of %s", (_name, { directory, plugin }) => {
  const text = readFileSync(join(directory, "docker-compose.yml"), "utf8");
  const services = Object.values((parse(text) as { services: Record<string, unknown> }).services).filter(isObject);

  it("are images and sources at an exact version", () => {
    const images = services.flatMap(({ image }) => (typeof image === "string" ? [image] : []));
    const from = [...text.matchAll(/^\s*FROM (\S+)/gm)].flatMap(([, image]) => image ?? []);
    const contexts = [...text.matchAll(/^\s*context: (https:\S+)/gm)].flatMap(([, context]) => context ?? []);
    expect(images.length + from.length + contexts.length).toBeGreaterThan(0);
    for (const image of [...images, ...from]) expect(image).toMatch(/^[a-z.]+\/\S+:(\S*\d+\.\d+\.?\d*\S*|RELEASE\.\S+)$/);
    for (const context of contexts) expect(context).toMatch(/#v\d+\.\d+\.\d+:/);
  });

  it("open ports on this machine only, and exactly those that are declared", () => {
    const ports = services.flatMap(({ ports: open }) => (Array.isArray(open) ? open.map(String) : []));
    const expected = plugin.ports.map(
      ({ name, port }) => `127.0.0.1:\${ATK_PORT_${String(name).toUpperCase()}:-${port}}:`,
    );
    expect(ports.map((port) => port.replace(/\d+$/, "")).sort()).toEqual(expected.sort());
  });
});

function usedVariables({ plugin }: Shipped): readonly string[] {
  const texts = plugin.servers.flatMap((server) =>
    server.transport === "stdio" ? [server.command, ...server.args] : [server.url, ...Object.values(server.headers)],
  );
  const inTexts = texts.flatMap((text) => [...text.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)].flatMap(([, name]) => name ?? []));
  const handedOn = plugin.servers.flatMap((server) =>
    server.transport === "stdio" ? Object.entries(server.env).flatMap(([name, value]) => (value === null ? [name] : [])) : [],
  );
  return [...new Set([...inTexts, ...handedOn])].filter((name) => name !== "ATK_PLUGIN_DIR");
}

function withDefaults(text: string, { plugin }: Shipped): string {
  return plugin.envVars.reduce((url, { name, default: value }) => url.replace(`$${name}`, value ?? `$${name}`), text);
}
