// How a published schema is turned into the one the validator is compiled from: the same language, better errors.
/* oxlint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema */

/** Keywords that carry what an error message needs; they check nothing. */
export const ANNOTATIONS = ["patternErrorMessage", "x-goes-with", "x-belongs-to", "x-alternatives"];

const PROSE = new Set(["title", "description", "examples", "default", "$id", "$schema"]);

/** Without the texts that are only for editors. */
export function withoutProse(schema, inProperties = false) {
  if (Array.isArray(schema)) return schema.map((item) => withoutProse(item));
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.entries(schema).filter(([key]) => inProperties || !PROSE.has(key));
  return Object.fromEntries(members.map(([key, value]) => [key, withoutProse(value, isNameMap(key, inProperties))]));
}

const isNameMap = (key, inProperties) => !inProperties && (key === "properties" || key === "$defs");

/**
 * Every `oneOf` becomes a choice made by what is there: by type, by the value of one field, or by which field is there.
 * So an error is about the branch that was meant, not about all of them. The branches exclude each other, so
 * the same data is valid.
 */
export function withBranches(root) {
  const copy = structuredClone(root);
  const resolve = (schema) => (schema.$ref ? copy.$defs[schema.$ref.replace("#/$defs/", "")] : schema);
  return rewrite(copy, resolve);
}

function rewrite(schema, resolve) {
  if (Array.isArray(schema)) return schema.map((item) => rewrite(item, resolve));
  if (typeof schema !== "object" || schema === null) return schema;
  for (const [key, value] of Object.entries(schema)) if (key !== "oneOf") schema[key] = rewrite(value, resolve);
  if (!Array.isArray(schema.oneOf)) return schema;
  const branches = schema.oneOf.map((branch) => ({ schema: branch, meant: resolve(branch) }));
  if (branches.some(({ meant }) => meant.type === undefined)) return schema;
  const { oneOf: _, ...rest } = schema;
  for (const branch of branches) if (!branch.schema.$ref) branch.schema = rewrite(branch.schema, resolve);
  return { ...rest, ...choice(branches) };
}

function choice(branches) {
  const types = branches.map(({ meant }) => meant.type);
  if (new Set(types).size === types.length) return byType(branches, types);
  const field = branches[0].meant.required.find((key) => branches.every(({ meant }) => valuesOf(meant, key)));
  return field === undefined ? byPresence(branches) : byValue(branches, field);
}

const valuesOf = (meant, key) => {
  const property = meant.properties[key];
  return property?.const === undefined ? property?.enum : [property.const];
};

function byType(branches, types) {
  const allOf = branches.map(({ schema }, at) => ({ if: { type: types[at] }, then: schema }));
  return { type: types, allOf };
}

function byValue(branches, field) {
  for (const branch of branches) branch.label = `${field}: ${valuesOf(branch.meant, field).join(" or ")}`;
  annotate(branches);
  const isOneOf = (values) => ({ required: [field], properties: { [field]: { enum: values } } });
  const allOf = branches.map(({ schema, meant }) => ({ if: isOneOf(valuesOf(meant, field)), then: schema }));
  const values = branches.flatMap(({ meant }) => valuesOf(meant, field));
  return { type: "object", ...isOneOf(values), allOf };
}

function byPresence(branches) {
  for (const branch of branches) branch.label = branch.meant.required[0];
  annotate(branches);
  const keys = branches.map(({ label }) => label);
  const allOf = branches.map(({ schema, label }, at) => ({
    if: { required: [label], not: { anyOf: keys.slice(0, at).map((key) => ({ required: [key] })) } },
    then: schema,
  }));
  delete allOf[0].if.not;
  return { type: "object", allOf: [...allOf, { if: noneOf(keys), then: undecided(branches, keys) }] };
}

const noneOf = (keys) => ({ not: { anyOf: keys.map((key) => ({ required: [key] })) } });

function undecided(branches, [first, ...others]) {
  const known = Object.assign({}, ...branches.map(({ meant }) => meant.properties));
  const properties = Object.fromEntries(Object.keys(known).map((key) => [key, true]));
  return { required: [first], "x-alternatives": others, properties, additionalProperties: false };
}

/** Notes in each branch what its siblings know, so that "unknown key" can say where the key belongs. */
function annotate(branches) {
  for (const { meant, label } of branches) {
    meant["x-goes-with"] = label;
    meant["x-belongs-to"] = Object.fromEntries(
      branches.flatMap((other) =>
        Object.keys(other.meant.properties)
          .filter((key) => !(key in meant.properties))
          .map((key) => [key, other.label]),
      ),
    );
  }
}
