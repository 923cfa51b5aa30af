import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCHMARKS } from './registry.ts';
import { recordFigures } from './report/record.ts';

const page = readFileSync(new URL('../docs/performance.md', import.meta.url), 'utf8');

describe.each(Object.entries(BENCHMARKS))('the benchmark %s', (name, { title, metrics }) => {
  it('declares its metrics, each once', () => {
    expect(title).not.toBe('');
    expect(metrics).not.toHaveLength(0);
    expect(new Set(metrics.map(({ metric }) => metric)).size).toBe(metrics.length);
    for (const { metric, unit } of metrics) {
      expect(metric).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(unit).not.toBe('');
    }
  });

  it('has a section in docs/performance.md that names each metric and has a place for the figures', () => {
    const [, section = ''] = page.split(`\n## ${name}\n`);
    const own = section.split('\n## ')[0] ?? '';
    expect(recordFigures(own, name, 'figures')).toContain('figures');
    const explained = own.split('<!-- figures')[0] ?? '';
    for (const { metric } of metrics) expect(explained).toContain(`\`${metric}\``);
  });
});
