/** What ranking looks at. */
export interface Rankable {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/**
 * The entries that fit, best first: a name weighs more than a tag, a tag more than the description, a whole word more than its
 * beginning. All words of the query must be there; one that is nowhere at all is taken for a mistyped one.
 */
export async function rank<Entry extends Rankable>(
  query: string,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const found = await candidates(query, entries);
  if (found.length < 2) return found;
  const { default: MiniSearch } = await import("minisearch");
  const index = new MiniSearch<{ id: number; name: string; tags: string; description: string }>({
    fields: ["name", "tags", "description"],
    searchOptions: { boost: { name: 4, tags: 2 }, prefix: true, fuzzy: tolerance },
  });
  index.addAll(found.map(({ name, tags, description }, id) => ({ id, name, tags: tags.join(" "), description })));
  const scores = new Map(index.search(query).map(({ id, score }) => [Number(id), score]));
  const text = query.trim().toLowerCase();
  const scored = found.map((entry, id) => ({ entry, score: entry.name === text ? Infinity : (scores.get(id) ?? 0) }));
  return scored.sort((a, b) => compare(b.score, a.score) || compareNames(a.entry, b.entry)).map(({ entry }) => entry);
}

/** Only these are indexed: an index of everything is what takes the time when there are thousands. */
async function candidates<Entry extends Rankable>(query: string, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const texts = entries.map(({ name, tags, description }) => [name, ...tags, description].join("\n").toLowerCase());
  let left = entries.map((_, at) => at);
  for (const word of termsOf(query.toLowerCase())) {
    const spellings = texts.some((text) => text.includes(word)) ? [word] : await similar(word, texts);
    left = left.filter((at) => spellings.some((each) => texts[at]?.includes(each)));
  }
  return left.flatMap((at) => entries[at] ?? []);
}

/** Words of the texts that are a small mistake away. */
async function similar(word: string, texts: readonly string[]): Promise<readonly string[]> {
  const allowed = tolerance(word);
  if (allowed === false) return [];
  const { distance } = await import("fastest-levenshtein");
  const known = [...new Set(texts.flatMap(termsOf))].filter((each) => Math.abs(each.length - word.length) <= allowed);
  return known.filter((each) => distance(each, word) <= allowed);
}

const termsOf = (text: string): readonly string[] => text.split(/[^\p{L}\p{N}]+/u).filter((term) => term !== "");

/** One mistake in words of four to seven letters, two in longer ones; short words are too alike. */
function tolerance(word: string): number | false {
  if (word.length < 4) return false;
  return word.length < 8 ? 1 : 2;
}

const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

function compareNames(a: Rankable, b: Rankable): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
