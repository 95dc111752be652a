/** What ranking looks at. */
export interface Rankable {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/**
 * The entries that fit, best first: a name weighs more than a tag, a tag more than the description; beginnings of words and small
 * mistakes count less than the word itself. What holds the query somewhere inside a word comes last.
 */
export async function rank<Entry extends Rankable>(
  query: string,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const { default: MiniSearch } = await import("minisearch");
  const index = new MiniSearch<{ id: number; name: string; tags: string; description: string }>({
    fields: ["name", "tags", "description"],
    searchOptions: { boost: { name: 4, tags: 2 }, prefix: true, fuzzy: tolerance, combineWith: "AND" },
  });
  index.addAll(entries.map(({ name, tags, description }, id) => ({ id, name, tags: tags.join(" "), description })));
  const scores = new Map(index.search(query).map(({ id, score }) => [Number(id), score]));
  const text = query.trim().toLowerCase();
  const found = entries.flatMap((entry, id) => {
    const score = scores.get(id) ?? (holds(entry, text) ? 0 : undefined);
    return score === undefined ? [] : [{ entry, score: entry.name === text ? Infinity : score }];
  });
  return found.sort((a, b) => compare(b.score, a.score) || compareNames(a.entry, b.entry)).map(({ entry }) => entry);
}

/** One mistake in words of four to seven letters, two in longer ones; short words are too alike. */
function tolerance(word: string): number | false {
  if (word.length < 4) return false;
  return word.length < 8 ? 1 : 2;
}

function holds({ name, description, tags }: Rankable, text: string): boolean {
  return [name, description, ...tags].some((each) => each.toLowerCase().includes(text));
}

const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

function compareNames(a: Rankable, b: Rankable): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
