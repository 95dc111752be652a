import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateLock } from "../../src/manifest/generated/lock.generated.js";
import { validateManifest } from "../../src/manifest/generated/manifest.generated.js";
import { validatePlugin } from "../../src/manifest/generated/plugin.generated.js";

type Schema = Readonly<Record<string, unknown>>;

const schemas = [
  { name: "manifest", validate: (data: unknown) => validateManifest(data) },
  { name: "plugin", validate: (data: unknown) => validatePlugin(data) },
  { name: "lock", validate: (data: unknown) => validateLock(data) },
].map(({ name, validate }) => {
  const path = fileURLToPath(new URL(`../../schema/${name}.schema.json`, import.meta.url));
  return { name, validate, schema: JSON.parse(readFileSync(path, "utf8")) as Schema };
});

/** Every schema below a schema that describes a value, with its path. */
function parts(schema: Schema, path: string): readonly (readonly [string, Schema])[] {
  const inside = [
    ...["properties", "patternProperties", "$defs"].flatMap((key) => entries(schema[key], `${path}/${key}`)),
    ...["items", "additionalProperties", "propertyNames"].flatMap((key) => entries({ [key]: schema[key] }, path)),
    ...((schema["oneOf"] ?? []) as readonly Schema[])
      .filter(({ required, type }) => type !== undefined || required === undefined)
      .map((one, at) => [`${path}/oneOf/${at}`, one] as const),
  ];
  return [[path, schema], ...inside.flatMap(([key, one]) => parts(one, key))];
}

function entries(map: unknown, path: string): readonly (readonly [string, Schema])[] {
  return Object.entries((map ?? {}) as Readonly<Record<string, unknown>>).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? [[`${path}/${key}`, value as Schema] as const] : [],
  );
}

describe.each(schemas)("the schema of the $name", ({ schema, validate }) => {
  const ajv = new Ajv2020({ strict: false });
  const published = ajv.compile(schema);

  it("gives editors a title, a description and an example for everything", () => {
    const described = parts(schema, "").filter(([, part]) => part["$ref"] === undefined);
    expect(described.length).toBeGreaterThan(10);
    const bare = described.filter(([, part]) => !(part["title"] && part["description"] && part["examples"]));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it("allows no unknown keys in any map with known ones", () => {
    const open = parts(schema, "").filter(
      ([, part]) => part["properties"] !== undefined && part["additionalProperties"] !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it("accepts its own examples", () => {
    for (const example of schema["examples"] as readonly unknown[]) expect(validate(example)).toBe(true);
    for (const [path, part] of parts(schema, "")) {
      const { $id: _, ...rest } = part;
      const check = ajv.compile({ ...rest, $defs: schema["$defs"] });
      const wrong = ((part["examples"] ?? []) as readonly unknown[]).filter((example) => !check(example));
      expect([path, wrong]).toEqual([path, []]);
    }
  });

  it("as published and as compiled for better errors accept the same data", () => {
    const values = parts(schema, "").flatMap(([, part]) => (part["examples"] ?? []) as readonly unknown[]);
    const keys = parts(schema, "").flatMap(([, part]) => Object.keys(part["properties"] ?? {}));
    const leaf = fc.oneof(fc.constantFrom(...values), fc.constantFrom(null, 1, true, "", "x y", [], {}));
    const map = fc.dictionary(fc.constantFrom(...keys, "x-mine", "other"), leaf, { maxKeys: 5 });
    const base = fc.constantFrom(...(schema["examples"] as readonly object[]));
    const anyData = fc.oneof(
      fc.tuple(base, map).map(([one, more]) => ({ ...one, ...more })),
      fc.tuple(base, map, fc.constantFrom(...keys)).map(([one, inner, key]) => ({ ...one, [key]: inner })),
      fc.tuple(base, map, fc.constantFrom(...keys)).map(([one, inner, key]) => ({ ...one, [key]: [inner] })),
      fc.tuple(base, map, fc.constantFrom(...keys)).map(([one, inner, key]) => ({ ...one, [key]: { tool: inner } })),
    );
    let accepted = 0;
    fc.assert(
      fc.property(anyData, (data) => {
        const isValid = published(data);
        accepted += isValid ? 1 : 0;
        expect(validate(data)).toBe(isValid);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(10);
  });
});
