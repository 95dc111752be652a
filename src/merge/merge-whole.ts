import { createQuestions } from "./disagree.ts";
import type { Answers, MergeContext, MergeInput, Merged } from "./merge-text.ts";

/** See `mergeText`: a file that is taken whole from one side. */
export function mergeWhole({ base, ours, theirs }: MergeInput, answers: Answers, _context: MergeContext): Merged {
  if (theirs === base || ours === theirs) return { text: ours, disagreements: [] };
  if (ours === base) return { text: theirs, disagreements: [] };
  const questions = createQuestions(answers);
  return { text: questions.settle("file", { base, ours, theirs }), disagreements: questions.open };
}
