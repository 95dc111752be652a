// Rows to text. A row: { name, medianMs?, text?, ratio?, aboveMs?, goal?, met?, note? }; a section: { title, about?, columns?, rows }.

export function showSection({ title, about = [], rows }) {
  const lines = rows.map((row) => [
    row.name,
    row.medianMs === undefined ? (row.text ?? "") : row.medianMs.toFixed(1),
    row.ratio === undefined ? "" : row.ratio.toFixed(2),
    row.aboveMs === undefined ? "" : row.aboveMs.toFixed(1),
    row.goal ?? "",
    verdict(row),
    row.note ?? "",
  ]);
  const head = ["", "median ms", "x node", "above node", "goal", "", ""];
  return [`## ${title}`, ...about, "", table([head, ...lines], [1, 2, 3])].join("\n");
}

function verdict({ met }) {
  if (met === undefined) return "";
  return met ? "met" : "NOT MET";
}

/** Columns side by side, two spaces between; `right` names the columns whose numbers stand on the right. */
export function table(rows, right = []) {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const cell = (text, at) => (right.includes(at) ? text.padStart(widths[at]) : text.padEnd(widths[at]));
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
