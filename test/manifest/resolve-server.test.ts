import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PluginEnvironment } from "../../src/manifest/plugin-environment.ts";
import type { EnvVar, PluginServer } from "../../src/manifest/plugin.ts";
import { resolvePluginServer } from "../../src/manifest/resolve-server.ts";

const pluginDirectory = "/home/me/.atk/plugins/tool";
const variable = (name: string, more: Partial<EnvVar> = {}): EnvVar => ({
  name,
  required: false,
  secret: false,
  ...more,
});
const local = (more: Partial<Extract<PluginServer, { transport: "stdio" }>>): PluginServer => ({
  id: "tool",
  transport: "stdio",
  command: "run",
  args: [],
  env: {},
  ...more,
});
const remote = (url: string, headers: Readonly<Record<string, string>> = {}): PluginServer => ({
  id: "tool",
  transport: "http",
  url,
  headers,
});

const resolve = (server: PluginServer, envVars: readonly EnvVar[], environment: Partial<PluginEnvironment> = {}) =>
  resolvePluginServer({
    server,
    envVars,
    environment: { pluginDirectory, dotenv: {}, manifestEnv: {}, ...environment },
  });

describe("a plugin's server", () => {
  it("has the plugin's folder in its command, arguments, working directory, variables and their defaults", () => {
    const { server } = resolve(
      local({
        command: "$ATK_PLUGIN_DIR/mcp.sh",
        args: ["--in=${ATK_PLUGIN_DIR}"],
        cwd: "work",
        env: { OUT: null, LOG: "$ATK_PLUGIN_DIR/log" },
      }),
      [variable("OUT", { default: "$ATK_PLUGIN_DIR/output" })],
    );
    expect(server).toEqual({
      id: "tool",
      transport: "stdio",
      command: `${pluginDirectory}/mcp.sh`,
      args: [`--in=${pluginDirectory}`],
      cwd: `${pluginDirectory}/work`,
      env: { OUT: `${pluginDirectory}/output`, LOG: `${pluginDirectory}/log` },
    });
  });

  it("is started from the plugin's folder when its command is a relative path, and from PATH when it is a name", () => {
    expect(resolve(local({ command: "./mcp.sh" }), []).server).toMatchObject({
      command: `${pluginDirectory}/mcp.sh`,
    });
    expect(resolve(local({ command: "npx" }), []).server).toMatchObject({ command: "npx" });
  });

  it("has variables replaced in the address and headers of a remote server", () => {
    const { server } = resolve(
      remote("http://localhost:${PORT}/sse", { "X-Team": "$TEAM" }),
      [variable("PORT", { default: "8787" }), variable("TEAM")],
      { dotenv: { TEAM: "core" } },
    );
    expect(server).toEqual({
      id: "tool",
      transport: "http",
      url: "http://localhost:8787/sse",
      headers: { "X-Team": "core" },
    });
  });

  it("takes a value from .env before the manifest, and from the manifest before the default", () => {
    const declared = ["A", "B", "C"].map((name) => variable(name, { default: "default" }));
    const { server } = resolve(local({ env: { A: null, B: null, C: null } }), declared, {
      dotenv: { A: "dotenv", B: "" },
      manifestEnv: { A: "manifest", B: "manifest" },
    });
    expect(server).toMatchObject({ env: { A: "dotenv", B: "manifest", C: "default" } });
  });

  it("gets the variables that the manifest sets, also those the plugin does not name", () => {
    expect(resolve(local({}), [], { manifestEnv: { LOG_LEVEL: "debug" } }).server).toMatchObject({
      env: { LOG_LEVEL: "debug" },
    });
  });

  it("keeps a dollar in a value as it is", () => {
    const { server } = resolve(local({ env: { A: null } }), [variable("A"), variable("HOME")], {
      dotenv: { A: "p${HOME}w$A", HOME: "/root" },
    });
    expect(server).toMatchObject({ env: { A: "p${HOME}w$A" } });
  });

  it("refers to a secret by name and says so", () => {
    const { server, secrets, embedded } = resolve(
      local({ env: { TOKEN: null, ALIAS: "$TOKEN" } }),
      [variable("TOKEN", { secret: true, required: true })],
      { dotenv: { TOKEN: "hunter2" } },
    );
    expect(server).toMatchObject({ env: { TOKEN: { env: "TOKEN" }, ALIAS: { env: "TOKEN" } } });
    expect(secrets).toEqual(["TOKEN"]);
    expect(embedded).toEqual([]);
  });

  it("reports a secret inside a longer text and leaves its name there", () => {
    const { server, embedded, secrets } = resolve(
      remote("https://x.example/$TOKEN", { "X-Pair": "me:$TOKEN:end", "X-Key": "$TOKEN" }),
      [variable("TOKEN", { secret: true })],
      { dotenv: { TOKEN: "hunter2" } },
    );
    expect(server).toMatchObject({
      url: "https://x.example/${TOKEN}",
      headers: { "X-Pair": "me:${TOKEN}:end", "X-Key": { env: "TOKEN" } },
    });
    expect(secrets).toEqual(["TOKEN"]);
    expect(embedded).toEqual([
      { name: "TOKEN", in: "headers" },
      { name: "TOKEN", in: "url" },
    ]);
  });

  it.each(["Bearer $TOKEN", "Bearer ${TOKEN}"])("refers to the secret in %j with the text before it", (text) => {
    const headers = resolve(
      remote("https://x.example", { Authorization: text }),
      [variable("TOKEN", { secret: true })],
      { dotenv: { TOKEN: "hunter2" } },
    );
    expect(headers.server).toMatchObject({
      headers: { Authorization: { env: "TOKEN", prefix: "Bearer " } },
    });
    expect(headers).toMatchObject({ secrets: ["TOKEN"], embedded: [] });
    const env = resolve(local({ env: { AUTH: text } }), [variable("TOKEN", { secret: true })], {
      dotenv: { TOKEN: "hunter2" },
    });
    expect(env.server).toMatchObject({ env: { AUTH: { env: "TOKEN", prefix: "Bearer " } } });
  });

  it("joins the text of the plugin and the manifest's prefix, in that order", () => {
    const { server, references } = resolve(
      remote("https://x.example", { Authorization: "Bearer $TOKEN", "X-Mid": "($TOKEN)" }),
      [variable("TOKEN", { secret: true })],
      { manifestEnv: { TOKEN: { env: "WORK_TOKEN", prefix: "work-" } } },
    );
    expect(server).toMatchObject({
      headers: {
        Authorization: { env: "WORK_TOKEN", prefix: "Bearer work-" },
        "X-Mid": "(work-${WORK_TOKEN})",
      },
    });
    expect(references).toEqual(["WORK_TOKEN"]);
  });

  it("has text before a variable in clear as one text, and none of it when the variable has no value", () => {
    const { server, missing } = resolve(
      remote("https://x.example", { "X-Team": "team $TEAM", Authorization: "Bearer $TOKEN" }),
      [variable("TEAM", { default: "core" }), variable("TOKEN", { required: true })],
    );
    expect(server).toMatchObject({ headers: { "X-Team": "team core" } });
    expect("headers" in server && Object.keys(server.headers)).toEqual(["X-Team"]);
    expect(missing).toEqual(["TOKEN"]);
  });

  it("keeps a reference in its text where what stands before it is not plain", () => {
    const { server } = resolve(
      remote("https://x.example", { "X-Odd": "{$TOKEN" }),
      [variable("TOKEN", { secret: true })],
      { dotenv: { TOKEN: "hunter2" } },
    );
    expect(server).toMatchObject({ headers: { "X-Odd": "{${TOKEN}" } });
  });

  it("takes a value in .env that the plugin does not declare for a secret", () => {
    expect(resolve(local({ env: { KEY: null } }), [], { dotenv: { KEY: "hunter2" } }).secrets).toEqual(["KEY"]);
  });

  it("passes the manifest's { env: NAME } on as a reference to that variable", () => {
    const { server, references, secrets } = resolve(
      local({ env: { TOKEN: null } }),
      [variable("TOKEN", { secret: true })],
      {
        manifestEnv: { TOKEN: { env: "WORK_TOKEN" } },
      },
    );
    expect(server).toMatchObject({ env: { TOKEN: { env: "WORK_TOKEN" } } });
    expect({ references, secrets }).toEqual({ references: ["WORK_TOKEN"], secrets: [] });
  });

  it("reports required variables without a value by name, and leaves them out", () => {
    const declared = [
      variable("NEEDED", { required: true }),
      variable("MAYBE"),
      variable("IN_TEXT", { required: true }),
    ];
    const { server, missing } = resolve(
      local({
        args: ["--x=$IN_TEXT", "--y=${OTHER:-1}", "$HOME"],
        env: { NEEDED: null, MAYBE: null, UNDECLARED: null },
      }),
      declared,
    );
    expect(missing).toEqual(["IN_TEXT", "NEEDED", "UNDECLARED"]);
    expect(server).toMatchObject({ args: ["--x=$IN_TEXT", "--y=1", "$HOME"], env: {} });
  });

  it("counts a variable of the environment atk was started in as set, and refers to it", () => {
    const { server, missing, references } = resolve(
      local({ env: { TOKEN: null } }),
      [variable("TOKEN", { required: true })],
      {
        isInherited: (name) => name === "TOKEN",
      },
    );
    expect(server).toMatchObject({ env: { TOKEN: { env: "TOKEN" } } });
    expect({ missing, references }).toEqual({ missing: [], references: ["TOKEN"] });
  });

  it("does not count a variable with a default of its own in the text as missing", () => {
    expect(resolve(local({ args: ["${PORT:-80}"] }), [variable("PORT", { required: true })]).missing).toEqual([]);
  });

  it("never holds the value of a secret, wherever the plugin puts it", () => {
    const text = fc.constantFrom("$TOKEN", "${TOKEN}", "a $TOKEN b", "${TOKEN:-x}", "$OTHER", "$KEY-$TOKEN", "plain");
    const anyServer = fc.oneof(
      fc
        .record({
          command: text,
          args: fc.array(text),
          cwd: text,
          env: fc.dictionary(fc.constantFrom("A", "TOKEN", "KEY"), text),
        })
        .map(local),
      fc.tuple(text, fc.dictionary(fc.constantFrom("X-A", "X-B"), text)).map(([url, headers]) => remote(url, headers)),
    );
    fc.assert(
      fc.property(anyServer, (server) => {
        const resolved = resolve(server, [variable("TOKEN", { secret: true })], {
          dotenv: { TOKEN: "hunter2", KEY: "hunter2" },
        });
        expect(JSON.stringify(resolved)).not.toContain("hunter2");
      }),
    );
  });
});
