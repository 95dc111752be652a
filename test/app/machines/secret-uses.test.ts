import { expect, it } from "vitest";
import { secretUses } from "../../../src/app/secret-uses.ts";
import { parseManifest } from "../../../src/manifest/parse-manifest.ts";

it("counts a secret that only another machine's words name, and each place once", () => {
  const text = `schema_version: "2026-11-21"
plugins: [{ name: memory, env: { TOKEN: { secret: A } } }]
mcp_servers: { linear: { url: "https://mcp.linear.app/mcp" } }
machines:
  laptop: { plugins: { memory: { env: { TOKEN: { secret: A }, KEY: { secret: B } } } } }
  server: { mcp_servers: { linear: { headers: { Authorization: { secret: C } } } } }
`;
  const { manifest } = parseManifest(text, "atk.yaml", { clientIds: [] });
  expect(secretUses(manifest).map(({ entry, variable, secret }) => `${entry} ${variable} ${secret}`)).toEqual([
    "memory TOKEN A",
    "memory KEY B",
    "linear Authorization C",
  ]);
});
