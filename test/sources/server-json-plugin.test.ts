import { describe, expect, it } from "vitest";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import type { Plugin } from "../../src/manifest/plugin.ts";
import { pluginFromServerJson } from "../../src/sources/server-json-plugin.ts";

const SERVER = {
  $schema: "https://static.modelcontextprotocol.io/schemas/2025-10-17/server.schema.json",
  name: "io.github.acme/weather",
  description: "Weather for agents",
  version: "1.2.0",
  repository: { url: "https://github.com/acme/weather", source: "github" },
};
const stdio = { type: "stdio" };
const NPM = { registryType: "npm", identifier: "@acme/weather", version: "1.2.0", transport: stdio };

function read(more: object): { plugin: Plugin; remarks: readonly string[]; yaml: string } {
  const { yaml, remarks } = pluginFromServerJson({ ...SERVER, ...more });
  return {
    plugin: parsePlugin({ id: "weather", text: yaml, file: "plugin.yaml", hasSkillMd: false }).plugin,
    remarks,
    yaml,
  };
}

describe("a server.json is read as a plugin", () => {
  it("with an npm package: npx at the exact version, variables as they are described", () => {
    const { plugin, remarks } = read({
      packages: [
        {
          ...NPM,
          environmentVariables: [
            { name: "WEATHER_KEY", description: "API key", isRequired: true, isSecret: true },
            { name: "UNITS", default: "celsius", choices: ["celsius", "kelvin"] },
          ],
        },
      ],
    });
    expect(plugin).toMatchObject({
      name: "weather",
      description: "Weather for agents",
      version: "1.2.0",
      homepage: "https://github.com/acme/weather",
    });
    expect(plugin.servers).toMatchObject([
      {
        transport: "stdio",
        command: "npx",
        args: ["-y", "@acme/weather@1.2.0"],
        env: { WEATHER_KEY: null, UNITS: null },
      },
    ]);
    expect(plugin.envVars).toMatchObject([
      { name: "WEATHER_KEY", required: true, secret: true },
      { name: "UNITS", required: false, secret: false, default: "celsius", description: "(one of celsius, kelvin)" },
    ]);
    expect(remarks).toEqual([]);
  });

  it("with fixed arguments, flags, and such that become variables", () => {
    const packageArguments = [
      { type: "positional", value: "mcp" },
      { type: "named", name: "--verbose" },
      { type: "named", name: "--port", value: "8080" },
      { type: "named", name: "--api-key", isRequired: true, isSecret: true },
      { type: "positional", valueHint: "target_dir", default: "/tmp", isRepeated: true },
      { type: "named", name: "--host", format: "string" },
      { type: "named", name: "--label", value: "city={city}", variables: { city: { default: "Rome" } } },
    ];
    const { plugin, remarks } = read({
      packages: [{ ...NPM, runtimeArguments: [{ type: "named", name: "-y" }], packageArguments }],
    });
    expect(plugin.servers).toMatchObject([
      {
        args: [
          "-y",
          "@acme/weather@1.2.0",
          "mcp",
          "--verbose",
          "--port",
          "8080",
          "--api-key",
          "${API_KEY}",
          "${TARGET_DIR}",
          "--label",
          "city=${CITY}",
        ],
      },
    ]);
    expect(plugin.envVars).toMatchObject([
      { name: "API_KEY", required: true, secret: true },
      { name: "TARGET_DIR", default: "/tmp" },
      { name: "CITY", default: "Rome" },
    ]);
    expect(remarks).toEqual([
      "target_dir may be given several times: custom/overrides.yaml can add more",
      "--host is optional and was left out: custom/overrides.yaml can add it",
    ]);
  });

  it.each([
    [{ registryType: "pypi", identifier: "weather-mcp", version: "0.5.0" }, "uvx", ["weather-mcp@0.5.0"]],
    [
      { registryType: "oci", identifier: "ghcr.io/acme/weather:1.2.0" },
      "docker",
      ["run", "-i", "--rm", "ghcr.io/acme/weather:1.2.0"],
    ],
    [
      { registryType: "oci", identifier: "acme/weather", version: "1.2.0" },
      "docker",
      ["run", "-i", "--rm", "acme/weather:1.2.0"],
    ],
    [{ registryType: "nuget", identifier: "Acme.Weather", version: "0.5.0" }, "dnx", ["Acme.Weather@0.5.0", "--yes"]],
    [{ registry_type: "npm", identifier: "weather", version: "1.0.0" }, "npx", ["-y", "weather@1.0.0"]],
  ])("with %j", (each, command, args) => {
    expect(read({ packages: [{ transport: stdio, ...each }] }).plugin.servers).toMatchObject([{ command, args }]);
  });

  it("with an image: its variables are passed into the container by name", () => {
    const { plugin } = read({
      packages: [{ registryType: "oci", identifier: "acme/w:1", environmentVariables: [{ name: "KEY" }] }],
    });
    expect(plugin.servers).toMatchObject([
      { args: ["run", "-i", "--rm", "-e", "KEY", "acme/w:1"], env: { KEY: null } },
    ]);
  });

  it("with a remote address and its headers", () => {
    const { plugin } = read({
      remotes: [
        {
          type: "streamable-http",
          url: "https://{region}.example.com/mcp",
          variables: { region: { default: "eu" } },
          headers: [
            { name: "Authorization", value: "Bearer {token}", variables: { token: { isSecret: true } } },
            { name: "X-API-Key", isRequired: true, isSecret: true },
          ],
        },
      ],
    });
    expect(plugin.servers).toMatchObject([
      {
        transport: "http",
        url: "https://${REGION}.example.com/mcp",
        headers: { Authorization: "Bearer ${TOKEN}", "X-API-Key": "${X_API_KEY}" },
      },
    ]);
    expect(plugin.envVars.map(({ name, secret }) => [name, secret])).toEqual([
      ["REGION", false],
      ["TOKEN", true],
      ["X_API_KEY", true],
    ]);
  });

  it("with the first way that can be pinned, and says what was not used", () => {
    const { plugin, remarks } = read({
      status: "deprecated",
      packages: [
        { ...NPM, version: "^1.0.0" },
        {
          registryType: "mcpb",
          identifier: "https://example.com/w.mcpb",
          version: "1.2.0",
          fileSha256: "ab".repeat(32),
          transport: stdio,
        },
        { ...NPM, transport: { type: "streamable-http", url: "http://localhost:8080/mcp" } },
        { registryType: "pypi", identifier: "weather-mcp", version: "0.5.0", transport: stdio },
      ],
      remotes: [{ type: "sse", url: "https://example.com/sse" }],
    });
    expect(plugin.servers).toMatchObject([{ command: "uvx" }]);
    expect(remarks).toEqual([
      "the registry calls it deprecated",
      "not used: npm package @acme/weather: it names no exact version",
      `not used: mcpb package https://example.com/w.mcpb: a bundle is added by its address: atk add https://example.com/w.mcpb#sha256=${"ab".repeat(32)}`,
      "not used: npm package @acme/weather: it speaks streamable-http, so it would have to be running already",
      "not used: it can also be reached at https://example.com/sse",
    ]);
  });

  it("and text from outside cannot become YAML or an option", () => {
    const { plugin } = read({ description: 'x"\nmcp: { command: evil }', packages: [NPM] });
    expect(plugin.description).toBe('x" mcp: { command: evil }');
    const evil = { ...NPM, identifier: "--package=evil" };
    expect(() => pluginFromServerJson({ ...SERVER, packages: [evil] })).toThrow(/not the name of an npm package/);
    expect(() =>
      pluginFromServerJson({ ...SERVER, packages: [{ registryType: "oci", identifier: "-v/:/host" }] }),
    ).toThrow(/not the name of an image/);
  });

  it.each([[{}], [[]], ["text"], [{ name: "io.github.acme/none", description: "x" }]])("but not %j", (json) => {
    expect(() => pluginFromServerJson(json)).toThrow(expect.objectContaining({ code: "E_PLUGIN_INVALID" }) as Error);
  });
});
