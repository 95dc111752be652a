/** Command lines as Docker's client reads them (spf13/pflag): its words and its exit codes were taken from client 28.2. */

export class UsageError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * `table` gives each long name its kind: "bool", "value" or "list"; `short` gives a letter its long name.
 * With `stopAtFirst` everything from the first argument on belongs to the container, as in `docker run`.
 */
export function parseFlags(argv, { table, short = {}, stopAtFirst = false, usage }) {
  const flags = {};
  const args = [];
  const rest = [...argv];
  const fail = (message) => {
    throw new UsageError(
      `${message}\n\nUsage:  ${usage}\n\nRun '${usage.split(" [")[0]} --help' for more information`,
      125,
    );
  };
  const take = (name, shown, value) => {
    if (table[name] === "bool") flags[name] = value === undefined || value === "true";
    else {
      const given = value ?? rest.shift();
      if (given === undefined) fail(`flag needs an argument: ${shown}`);
      if (table[name] === "list") (flags[name] ??= []).push(given);
      else flags[name] = given;
    }
  };
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--") return { flags, args: [...args, ...rest] };
    const long = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (long !== null) {
      if (table[long[1]] === undefined) fail(`unknown flag: --${long[1]}`);
      take(long[1], word, long[2]);
    } else if (/^-./.test(word)) {
      const name = short[word[1]];
      if (name === undefined) fail(`unknown shorthand flag: '${word[1]}' in ${word}`);
      if (table[name] !== "bool" || word.length === 2)
        take(name, `'${word[1]}' in ${word}`, word.slice(2) || undefined);
      else {
        flags[name] = true;
        rest.unshift(`-${word.slice(2)}`);
      }
    } else if (stopAtFirst) return { flags, args: [word, ...rest] };
    else args.push(word);
  }
  return { flags, args };
}
