import { commonConfig } from '@cairn/shared/config/parse-config';
import { expect, it } from 'vitest';
import { configurationTable } from './configuration-page.ts';

const optional = (description: string, innerType: { def: { type: string; defaultValue?: unknown } }) => ({
  description,
  def: { type: 'pipe', in: innerType },
  safeParse: () => ({ success: true }),
});

it('lists required variables first, then the rest with their defaults and descriptions', () => {
  const table = configurationTable({
    LOG_LEVEL: commonConfig.LOG_LEVEL,
    PORT: commonConfig.PORT,
    ORIGINS: optional('Web | origins', { def: { type: 'default', defaultValue: [] } }),
    RATE: optional('A rate', { def: { type: 'prefault', defaultValue: '10/60s' } }),
    NOTE: optional('A note', { def: { type: 'optional' } }),
  });
  expect(table.split('\n')).toEqual([
    '| variable | default | what it sets |',
    '|---|---|---|',
    '| `PORT` | required | Port to listen on; 0 takes any free one |',
    '| `LOG_LEVEL` | `info` | Least severe level that is logged |',
    '| `ORIGINS` | none | Web \\| origins |',
    '| `RATE` | `10/60s` | A rate |',
    '| `NOTE` | none | A note |',
    '',
  ]);
});

it('refuses a variable that nobody described', () => {
  expect(() => configurationTable({ PORT: { ...commonConfig.PORT, description: undefined } })).toThrow(
    'PORT has no description',
  );
});
