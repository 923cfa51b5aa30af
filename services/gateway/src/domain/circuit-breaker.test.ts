import { describe, expect, it, vi } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

function setUp() {
  const clock = { ms: 0 };
  const onChange = vi.fn<(state: string) => void>();
  const breaker = createCircuitBreaker({
    failuresToOpen: 3,
    openMs: 100,
    maxOpenMs: 300,
    now: () => clock.ms,
    onChange,
  });
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) breaker.failed();
  };
  return { clock, breaker, fail, onChange };
}

describe('a circuit breaker', () => {
  it('opens after failures in a row only', () => {
    const { breaker, fail, onChange } = setUp();
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.tryPass()).toBe(true);
    fail(1);
    expect(breaker.tryPass()).toBe(false);
    expect(onChange.mock.calls).toEqual([['open']]);
  });

  it('lets one probe pass after its pause, and closes when that succeeds', () => {
    const { breaker, clock, fail, onChange } = setUp();
    fail(3);
    clock.ms = 99;
    expect(breaker.tryPass()).toBe(false);
    clock.ms = 100;
    expect([breaker.tryPass(), breaker.tryPass()]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.tryPass(), breaker.tryPass()]).toEqual([true, true]);
    expect(onChange.mock.calls).toEqual([['open'], ['closed']]);
  });

  it('doubles its pause with each failed probe, up to a bound', () => {
    const { breaker, clock, fail } = setUp();
    fail(3);
    const pauses: number[] = [];
    for (let probes = 0; probes < 4; probes += 1) {
      const openedAt = clock.ms;
      while (!breaker.tryPass()) clock.ms += 1;
      pauses.push(clock.ms - openedAt);
      breaker.failed();
    }
    expect(pauses).toEqual([100, 200, 300, 300]);
  });

  it('probes again when the probe told nothing', () => {
    const { breaker, clock, fail } = setUp();
    fail(3);
    clock.ms = 100;
    breaker.tryPass();
    breaker.abandoned();
    expect(breaker.tryPass()).toBe(true);
  });

  it('is not kept open by what was under way when it opened', () => {
    const { breaker, clock, fail } = setUp();
    fail(10);
    clock.ms = 100;
    expect(breaker.tryPass()).toBe(true);
  });
});
