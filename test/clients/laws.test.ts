import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equal, isObject, type Json } from "../../src/core/json.ts";
import type { Key } from "../../src/core/resource.ts";
import { valueAt } from "../../src/formats/document.ts";
import { refer } from "../../src/clients/spell.ts";
import { loadEditor } from "../../src/primitives/load-format.ts";
import type { Server } from "../../src/core/server.ts";
import { combinations, plainServer, serverFor, type Combination } from "./servers.ts";

const named = combinations.map((each) => [`${each.client.id} / ${each.scope} / ${each.transport}`, each] as const);
const faults = ({ mcp, scope }: Combination, server: Server): readonly string[] => mcp.check?.(server, scope) ?? [];

describe.each(named)("%s", (_name, each) => {
  const { mcp, scope, transport } = each;

  test("takes a plain server", () => {
    expect(faults(each, plainServer(transport))).toEqual([]);
  });

  test("writes owned keys only, and no empty or undefined value beside args", () => {
    fc.assert(
      fc.property(accepted(each), (server) => {
        const entry = mcp.spell(server, scope);
        expect(mcp.owned).toEqual(expect.arrayContaining(Object.keys(entry)));
        expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
      }),
    );
  });

  test("is read back from the file as it was spelled", async () => {
    const format = await loadEditor(mcp.format);
    fc.assert(
      fc.property(accepted(each), (server) => {
        const key: Key = mcp.item === undefined ? server.id : { by: mcp.item.by, is: server.id };
        const at = [...mcp.root, key];
        const entry = mcp.spell(server, scope);
        const { text } = format.edit({
          text: "",
          edits: [{ op: "set", at, value: entry }],
          made: {},
          file: "f",
        });
        expect(valueAt(format.parse(text, "f"), at)).toEqual(entry);
      }),
      { numRuns: 40 },
    );
  });

  test("never writes a reference where it is not expanded, and never a name it was not told", () => {
    fc.assert(
      fc.property(serverFor(transport), (server) => {
        const place = server.transport === "stdio" ? "env" : "headers";
        const values = Object.values(server.transport === "stdio" ? server.env : server.headers);
        const refers = values.some((value) => typeof value !== "string");
        if (refers && mcp.reference?.in.includes(place) !== true) expect(faults(each, server)).not.toEqual([]);
      }),
    );
  });

  test("writes the text before a reference right before it, in its own words or not at all", () => {
    fc.assert(
      fc.property(accepted(each), (server) => {
        const texts = stringsIn(mcp.spell(server, scope));
        for (const value of Object.values(server.transport === "stdio" ? server.env : server.headers)) {
          if (typeof value === "string" || value.prefix === undefined) continue;
          const { env, prefix } = value;
          const spelled = REFERENCES.map((refer) => `${prefix}${refer(env)}`);
          const bearer = prefix === "Bearer " && texts.includes(`bearer_token_env_var=${env}`);
          expect(bearer || texts.some((text) => spelled.some((each) => text.endsWith(`=${each}`)))).toBe(true);
        }
      }),
    );
  });

  test("says of a fault where it is and never what the value holds", () => {
    const secret = "s3cr3t-${HOME}-{env:HOME}-${{ secrets.X }}\0\n";
    const server: Server =
      transport === "stdio"
        ? { id: "a", transport, command: secret, args: [secret], env: { TOKEN: secret } }
        : { id: "a", transport, url: `https://h/${secret}`, headers: { Authorization: secret } };
    const messages = faults(each, server);
    expect(messages).not.toEqual([]);
    expect(messages.join("\n")).not.toContain("s3cr3t");
  });

  test("has its defaults among the owned keys", () => {
    expect(mcp.owned).toEqual(
      expect.arrayContaining(
        Object.keys(mcp.defaults ?? {}).filter((key) => !["env", "headers", "args", "type"].includes(key)),
      ),
    );
  });

  test("is told about a different server differently", () => {
    fc.assert(
      fc.property(accepted(each), accepted(each), (one, other) => {
        fc.pre(!sameApartFromId(one, other));
        expect(withoutName(mcp.spell(one, scope))).not.toEqual(withoutName(mcp.spell(other, scope)));
      }),
    );
  });
});

const REFERENCES = Object.values(refer);

/** Every text of an entry, with its key before it: `key=text`. */
function stringsIn(value: Json, key = ""): readonly string[] {
  if (typeof value === "string") return [`${key}=${value}`];
  if (Array.isArray(value)) return value.flatMap((item) => stringsIn(item));
  return isObject(value) ? Object.entries(value).flatMap(([name, item]) => stringsIn(item, name)) : [];
}

function accepted(each: Combination): fc.Arbitrary<Server> {
  return serverFor(each.transport).filter((server) => faults(each, server).length === 0);
}

function sameApartFromId(one: Server, other: Server): boolean {
  return equal({ ...one, id: "" } as Json, { ...other, id: "" } as Json);
}

/** Two clients repeat the id inside the entry. */
function withoutName(entry: Json): Json {
  return isObject(entry) ? { ...entry, name: "" } : entry;
}
