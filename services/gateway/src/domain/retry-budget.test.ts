import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetryBudget } from './retry-budget.ts';

describe('a retry budget', () => {
  it('never spends more than its share of the requests, and one', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (asksForRetry) => {
        const budget = createRetryBudget({ share: 0.1, maxSaved: 10 });
        let retries = 0;
        for (const [index, asks] of asksForRetry.entries()) {
          budget.request();
          if (asks && budget.take()) retries += 1;
          expect(retries).toBeLessThanOrEqual(1 + 0.1 * (index + 1) + 1e-9);
        }
      }),
    );
  });

  it('does not save up for a flood', () => {
    const budget = createRetryBudget({ share: 0.1, maxSaved: 10 });
    for (let i = 0; i < 10_000; i += 1) budget.request();
    const taken = Array.from({ length: 100 }, () => budget.take()).filter(Boolean);
    expect(taken).toHaveLength(10);
  });
});
