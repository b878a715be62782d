/** The class that most of some labels vote for; of those with the most votes, the one whose first vote stands earliest. */
export function vote(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  let best = labels[0]!;
  // A Map keeps the order of first votes, so of equal counts the earlier class stands first.
  for (const [label, n] of votes) if (n > votes.get(best)!) best = label;
  return best;
}
