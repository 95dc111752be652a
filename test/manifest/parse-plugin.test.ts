import { describe, expect, it } from "vitest";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { report, thrownBy } from "./report.ts";

const file = "plugins/piper/plugin.yaml";
const head = 'schema_version: "2026-01-23"\nname: Piper TTS\ndescription: Text to speech\n';
const parse = (text: string, overrides?: string) =>
  parsePlugin({
    id: "piper",
    text,
    file,
    hasSkillMd: false,
    ...(overrides === undefined ? {} : { overrides: { text: overrides, file: "plugins/piper/custom/overrides.yaml" } }),
  });

describe("a plugin's description", () => {
  it("as the predecessor published it is read whole", () => {
    const text = `${head}maturity: verified
service: { type: docker-compose, compose_file: docker-compose.yml }
vendor: { name: Rhasspy, url: https://example.com, docs: https://example.com/docs }
ports:
  - { port: 5847, name: api, description: HTTP API }
env_vars:
  - { name: PIPER_VOICE, default: "en_US", description: Which voice }
  - { name: TOKEN, required: yes, secret: yes }
lifecycle:
  install: ./install.sh
  uninstall: ./uninstall.sh
  start: docker compose up -d
  health_endpoint: http://localhost:5847/health
mcp:
  transport: stdio
  command: uv
  args: [run, --directory, $ATK_PLUGIN_DIR, server.py]
  env: [PIPER_VOICE]
`;
    const { plugin, warnings } = parsePlugin({ id: "piper", text, file, hasSkillMd: true });
    expect(warnings).toEqual([]);
    expect(plugin).toEqual({
      schemaVersion: "2026-01-23",
      name: "Piper TTS",
      description: "Text to speech",
      maturity: "verified",
      service: { type: "docker-compose", composeFile: "docker-compose.yml" },
      vendor: { name: "Rhasspy", url: "https://example.com", docs: "https://example.com/docs" },
      ports: [{ port: 5847, name: "api", protocol: "http", description: "HTTP API" }],
      envVars: [
        { name: "PIPER_VOICE", required: false, secret: false, default: "en_US", description: "Which voice" },
        { name: "TOKEN", required: true, secret: true },
      ],
      lifecycle: {
        install: "./install.sh",
        uninstall: "./uninstall.sh",
        start: "docker compose up -d",
        health_endpoint: "http://localhost:5847/health",
      },
      servers: [
        {
          id: "piper",
          transport: "stdio",
          command: "uv",
          args: ["run", "--directory", "$ATK_PLUGIN_DIR", "server.py"],
          env: { PIPER_VOICE: null },
        },
      ],
      skills: ["."],
      instructions: [],
      tags: [],
    });
  });

  it("may have several servers, skills, instructions and a process", () => {
    const text = `${head}version: "1.2.0"
tags: [speech]
homepage: https://example.com
service: { type: process, command: node, args: [server.js] }
mcp_servers:
  web: { transport: http, url: "http://localhost:$PORT/mcp", headers: { Authorization: Bearer $TOKEN } }
  old: { transport: sse, endpoint: http://localhost/sse, env: [TOKEN] }
  piper-cli: { transport: stdio, command: ./mcp.sh, env: { OUT: $ATK_PLUGIN_DIR/out, TOKEN: }, cwd: work }
skills: [skills/speak]
instructions: [rules/usage.md]
`;
    const { plugin } = parsePlugin({ id: "piper", text, file, hasSkillMd: true });
    expect(plugin).toMatchObject({
      version: "1.2.0",
      tags: ["speech"],
      homepage: "https://example.com",
      service: { type: "process", command: "node", args: ["server.js"] },
      skills: [".", "skills/speak"],
      instructions: ["rules/usage.md"],
      servers: [
        {
          id: "piper-web",
          transport: "http",
          url: "http://localhost:$PORT/mcp",
          headers: { Authorization: "Bearer $TOKEN" },
        },
        { id: "piper-old", transport: "sse", url: "http://localhost/sse", headers: {} },
        {
          id: "piper-cli",
          transport: "stdio",
          command: "./mcp.sh",
          env: { OUT: "$ATK_PLUGIN_DIR/out", TOKEN: null },
          cwd: "work",
        },
      ],
    });
  });

  it("may leave sections and optional fields without a value", () => {
    const { plugin } = parse(`${head}service:\nports:\nmaturity:\nenv_vars:\n  - { name: A, default: }\nlifecycle:\n`);
    expect(plugin).toMatchObject({
      maturity: "ai-generated",
      ports: [],
      envVars: [{ name: "A", required: false, secret: false }],
    });
    expect(plugin).not.toHaveProperty("service");
  });

  it("lists every problem with its location and place", () => {
    const text = `${head}maturty: verified
maturity: gold
service: { type: process, compose_file: 3 }
ports: [{ port: 70000 }, { prot: 1 }]
env_vars: [{ name: bad-name }, { name: A, default: 3, required: maybe }]
lifecycle: { install: ./install.sh }
mcp: { transport: stdio, endpoint: http://x, args: sh }
mcp_servers:
  a: { transport: sse, command: x }
  b: { transport: http, url: a, endpoint: b }
  c: { command: a }
skills: [../x, /abs, "C:\\\\x", a/../../b]
`;
    expect(report(() => parse(text))).toMatchInlineSnapshot(`
      "E_PLUGIN_INVALID cannot use plugin 'piper': maturty: unknown key; expected one of schema_version, name, description, version, homepage, tags, maturity, service, vendor, ports, env_vars, lifecycle, isolation, mcp, mcp_servers, skills, instructions, data (and 20 more problems)
      plugins/piper/plugin.yaml:4:1: maturty: unknown key; expected one of schema_version, name, description, version, homepage, tags, maturity, service, vendor, ports, env_vars, lifecycle, isolation, mcp, mcp_servers, skills, instructions, data
          did you mean \`maturity\`?
      plugins/piper/plugin.yaml:5:11: maturity: expected one of ai-generated, community, verified, found "gold"
      plugins/piper/plugin.yaml:6:10: service: \`command\` is missing
      plugins/piper/plugin.yaml:6:41: service.compose_file: expected a string, found the number 3
          put it in quotes
      plugins/piper/plugin.yaml:7:17: ports.0.port: expected a number from 1 to 65535, found the number 70000
      plugins/piper/plugin.yaml:7:28: ports.1.prot: unknown key; expected one of port, name, protocol, description
          did you mean \`port\`?
      plugins/piper/plugin.yaml:8:20: env_vars.0.name: expected a name of capital letters, digits and underscores, found "bad-name"
      plugins/piper/plugin.yaml:8:52: env_vars.1.default: expected a string, found a number
          put it in quotes
      plugins/piper/plugin.yaml:8:65: env_vars.1.required: expected true or false, found "maybe"
          write true or false, without quotes
      plugins/piper/plugin.yaml:9:12: lifecycle: \`uninstall\` is missing, and \`install\` needs it
      plugins/piper/plugin.yaml:10:6: mcp: \`command\` is missing
      plugins/piper/plugin.yaml:10:26: mcp.endpoint: does not go with \`transport: stdio\`
          it belongs to an entry with \`transport: http or sse\`
      plugins/piper/plugin.yaml:10:52: mcp.args: expected a list, found a string
          write it as a list
      plugins/piper/plugin.yaml:12:6: mcp_servers.a: \`url\` or \`endpoint\` is missing
      plugins/piper/plugin.yaml:12:24: mcp_servers.a.command: does not go with \`transport: http or sse\`
          it belongs to an entry with \`transport: stdio\`
      plugins/piper/plugin.yaml:13:6: mcp_servers.b: \`url\` and \`endpoint\` exclude each other
      plugins/piper/plugin.yaml:14:6: mcp_servers.c: \`transport\` is missing
      plugins/piper/plugin.yaml:15:10: skills.0: expected a relative path with forward slashes and without \`..\`, found "../x"
      plugins/piper/plugin.yaml:15:16: skills.1: expected a relative path with forward slashes and without \`..\`, found "/abs"
      plugins/piper/plugin.yaml:15:22: skills.2: expected a relative path with forward slashes and without \`..\`, found "C:\\\\x"
      plugins/piper/plugin.yaml:15:31: skills.3: expected a relative path with forward slashes and without \`..\`, found "a/../../b""
    `);
  });

  it.each([
    ["an unknown key", "colour: red", "colour"],
    ["a missing field", "vendor: { url: https://example.com }", "vendor: `name` is missing"],
    ["a bad port", "ports: [{ port: 0 }]", "ports.0.port"],
    ["a port as text", 'ports: [{ port: "80" }]', "ports.0.port"],
    ["a bad variable name", "env_vars: [{ name: lower }]", "env_vars.0.name"],
    ["a number as default", "env_vars: [{ name: A, default: 1 }]", "env_vars.0.default"],
    ["install without uninstall", "lifecycle: { install: ./i.sh }", "lifecycle: `uninstall` is missing"],
    ["stdio without command", "mcp: { transport: stdio }", "mcp: `command` is missing"],
    ["stdio with endpoint", "mcp: { transport: stdio, command: a, endpoint: b }", "mcp.endpoint"],
    ["sse with args", "mcp: { transport: sse, endpoint: a, args: [b] }", "mcp.args"],
    ["sse without endpoint", "mcp: { transport: sse }", "mcp: `url` or `endpoint` is missing"],
    ["a bad service type", "service: { type: podman }", "service.type"],
    ["a command without a process", "service: { type: docker, command: x }", "service.command"],
    ["a bad maturity", "maturity: stable", "maturity"],
    ["a section of the wrong type", "ports: 80", "ports: expected a list"],
    [
      "two servers that agents see as one",
      "mcp: { transport: stdio, command: a }\nmcp_servers: { piper: { transport: stdio, command: b } }",
      "mcp_servers.piper",
    ],
    [
      "a server id that gets too long",
      `mcp_servers: { ${"x".repeat(60)}: { transport: stdio, command: b } }`,
      "longer than 64",
    ],
  ])("with %s is refused with exit code 5, and the message names the location", (_what, line, location) => {
    const error = thrownBy(() => parse(`${head}${line}\n`));
    expect(error).toMatchObject({ code: "E_PLUGIN_INVALID", exitCode: 5 });
    expect(error.message).toContain(location);
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]?.at).toMatchObject({
      file,
      line: expect.any(Number),
      column: expect.any(Number),
    });
  });

  it.each([
    ["", "the file is empty"],
    ["- a\n", "the description must be a map"],
    [`${head}<<<<<<< a\n=======\n>>>>>>> b\n`, "unresolved merge conflict"],
    ["a: [", "not valid YAML"],
    [
      `${head}x: &a [1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nw: [*c,*c,*c,*c]\n`,
      "YAML bomb",
    ],
  ])("that reads %j is refused", (text, message) => {
    expect(report(() => parse(text))).toContain(message);
  });

  it("warns of a variable that is declared twice, and takes the last one", () => {
    const { plugin, warnings } = parse(
      `${head}env_vars:\n  - { name: A, default: x }\n  - { name: A, default: "y" }\n`,
    );
    expect(plugin.envVars).toEqual([{ name: "A", required: false, secret: false, default: "y" }]);
    expect(warnings).toEqual([`${file}:6:13: env_vars.1: A is declared twice; the last one counts`]);
  });
});

describe("overrides", () => {
  it("merge maps, and replace lists and scalars", () => {
    const text = `${head}lifecycle: { start: a, stop: b }\nports: [{ port: 1 }, { port: 2 }]\n`;
    const { plugin } = parse(text, "name: Mine\nlifecycle: { start: c }\nports: [{ port: 3 }]\n");
    expect(plugin.name).toBe("Mine");
    expect(plugin.lifecycle).toEqual({ start: "c", stop: "b" });
    expect(plugin.ports.map(({ port }) => port)).toEqual([3]);
  });

  it("can take a section away by giving it no value", () => {
    const { plugin } = parse(`${head}service: { type: docker }\n`, "service:\n");
    expect(plugin).not.toHaveProperty("service");
  });

  it("that are not a map are ignored with a warning", () => {
    const { plugin, warnings } = parse(head, "- a\n");
    expect(plugin.name).toBe("Piper TTS");
    expect(warnings).toEqual(["plugins/piper/custom/overrides.yaml:1:1: overrides must be a map; the file is ignored"]);
  });

  it.each(["", "# nothing yet\n"])("that read %j change nothing", (text) => {
    expect(parse(head, text).warnings).toEqual([]);
  });

  it("have their own problems reported at their own place, and those of the description at its place", () => {
    const text = `${head}service: { type: dockr }\nports: [{ port: 1, name: 5 }]\n`;
    expect(report(() => parse(text, "service: { compose_file: 3 }\nports: [{ prt: 0 }]\n"))).toMatchInlineSnapshot(`
      "E_PLUGIN_INVALID cannot use plugin 'piper': service.compose_file: expected a string, found the number 3 (and 2 more problems)
      plugins/piper/custom/overrides.yaml:1:26: service.compose_file: expected a string, found the number 3
          put it in quotes
      plugins/piper/custom/overrides.yaml:2:11: ports.0.prt: unknown key; expected one of port, name, protocol, description
          did you mean \`port\`?
      plugins/piper/plugin.yaml:4:18: service.type: expected one of docker-compose, docker, systemd, launchd, script, process, found "dockr"
          did you mean \`docker\`?"
    `);
  });

  it("that are broken YAML are an error with the place", () => {
    expect(report(() => parse(head, "a: [\n"))).toContain("plugins/piper/custom/overrides.yaml:2:1: not valid YAML");
  });
});
