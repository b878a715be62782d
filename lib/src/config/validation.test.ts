import { describe, expect, it } from 'vitest';
import { isValidation, validationParts, validationPlan, wholeValidation } from './validation';
import type { Validation } from './validation';

describe('a validation', () => {
  it('is read from its word', () => {
    expect(validationPlan('none')).toEqual({ kind: 'none' });
    expect(validationPlan('holdout:2')).toEqual({ kind: 'holdout', perClass: 2 });
    expect(validationPlan('folds:5')).toEqual({ kind: 'folds', folds: 5 });
    expect(validationPlan('fold:2/5')).toEqual({ kind: 'fold', fold: 2, folds: 5 });
  });

  it.each(['', 'some', 'holdout', 'holdout:0', 'holdout:1/2', 'holdout:1.5', 'folds:1', 'folds:2/3', 'folds:-2'])(
    'is not "%s"',
    (text) => {
      expect(isValidation(text)).toBe(false);
      expect(() => validationPlan(text)).toThrow(`validation "${text}": write none, holdout:N`);
    },
  );

  it.each(['fold:0/5', 'fold:6/5', 'fold:1/1', 'fold:2', 'fold:2/5 ', 'toString'])('is not "%s" either', (text) => {
    expect(isValidation(text)).toBe(false);
  });

  it('in folds is a run for each, and each belongs to the whole', () => {
    const parts = validationParts('folds:3');
    expect(parts).toEqual(['fold:1/3', 'fold:2/3', 'fold:3/3']);
    expect(parts.map(wholeValidation)).toEqual(['folds:3', 'folds:3', 'folds:3']);
    for (const single of ['none', 'holdout:1', 'fold:1/3'] as const satisfies readonly Validation[])
      expect(validationParts(single)).toEqual([single]);
    expect(wholeValidation('holdout:1')).toBe('holdout:1');
  });
});
