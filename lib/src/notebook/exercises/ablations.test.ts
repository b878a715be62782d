import { describe, expect, it } from 'vitest';
import { EXERCISES } from '.';

const judge = (name: keyof typeof EXERCISES, answer: string | number, given?: unknown) =>
  (EXERCISES[name] as { judge(answer: unknown, given: unknown): { right: boolean; because: string } }).judge(
    answer,
    given,
  );

describe('the exercises on ablations', () => {
  it('explain each wrong choice', () => {
    expect(judge('ablations-paired', 'same').right).toBe(true);
    expect(judge('ablations-paired', 'wider').because).toContain('five differences');
    expect(judge('ablations-control', 'C').right).toBe(true);
    expect(judge('ablations-control', 'b').because).toContain('too wide');
  });

  it('compute what luck gives, and know an answer that was turned round', () => {
    expect(judge('ablations-luck', 3, { rows: 60 })).toMatchObject({ right: true });
    expect(judge('ablations-luck', 57, { rows: 60 }).because).toContain('hold zero');
    expect(judge('ablations-luck', 0, { rows: 60 }).because).toContain('once in 20');
  });

  it("compute the seeds from the spreads, and know the answers of another power and without Student's t", () => {
    const given = { spreads: [1, 2, 3], effect: 1 };
    // The smallest n with t_{0.975, n-1} * 2 / sqrt(n) <= 1: scipy.stats.t.ppf(.975, 17) * 2 / sqrt(18) = 0.9946, and 1.0283 for 17.
    expect(judge('ablations-seeds', 18, given)).toMatchObject({ right: true });
    expect(judge('ablations-seeds', 16, given).because).toContain('1.96');
    expect(judge('ablations-seeds', 34, given).because).toContain('four of five');
    expect(judge('ablations-seeds', 5, given)).toMatchObject({ right: false, because: 'That is too little.' });
  });
});
