import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const CONFIGURATION_PAGE = 'docs/configuration.md';

/** The part of a zod schema that the table needs. */
interface ConfigField {
  readonly description?: string | undefined;
  readonly def: FieldDefinition;
  safeParse(value: unknown): { success: boolean };
}

interface FieldDefinition {
  readonly type: string;
  readonly defaultValue?: unknown;
  /** What a wrapper (a default, a pipe) wraps. */
  readonly innerType?: { readonly def: FieldDefinition };
  readonly in?: { readonly def: FieldDefinition };
}

type ConfigShape = Readonly<Record<string, ConfigField>>;

const INTRODUCTION = `# Configuration

Generated from the config shapes in \`services/*/src/config.ts\` by \`node tools/configuration-table.ts\`; do not edit.

Services read their environment once, at the start, and refuse to start with a list of every variable that is
missing or not valid. The embedded stack, the containers and the cloud description set the variables that name
resources and addresses (\`infra/environment.ts\`). Regions, credentials and endpoints of AWS are the SDK's own
variables (\`AWS_REGION\`, \`AWS_ENDPOINT_URL\`, \`AWS_ENDPOINT_URL_S3\`, ...).
`;

/** The text of docs/configuration.md as the code of this checkout gives it. */
export async function configurationPage(root: string): Promise<string> {
  const names = (await readdir(path.join(root, 'services'))).sort();
  const sections: string[] = [];
  for (const name of names) {
    const file = path.join(root, 'services', name, 'src', 'config.ts');
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const shapes = Object.values(module).filter(isConfigShape);
    const [shape] = shapes;
    if (shape === undefined || shapes.length > 1)
      throw new Error(`${file} must export exactly one config shape`);
    sections.push(`## ${name}\n\n${configurationTable(shape)}`);
  }
  return [INTRODUCTION, ...sections].join('\n');
}

function isConfigShape(value: unknown): value is ConfigShape {
  if (typeof value !== 'object' || value === null) return false;
  const fields: unknown[] = Object.values(value);
  return (
    fields.length > 0 &&
    fields.every((field) => typeof field === 'object' && field !== null && 'safeParse' in field)
  );
}

/** One row a variable: the required ones first, then the rest, each in the order of the shape. */
export function configurationTable(shape: ConfigShape): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    if (schema.description === undefined) throw new Error(`${name} has no description`);
    const absent = schema.safeParse(undefined);
    const value = absent.success ? defaultText(writtenDefault(schema.def)) : 'required';
    return {
      required: !absent.success,
      text: `| \`${name}\` | ${value} | ${escapeCell(schema.description)} |`,
    };
  });
  const sorted = [...rows.filter((row) => row.required), ...rows.filter((row) => !row.required)];
  return [
    '| variable | default | what it sets |',
    '|---|---|---|',
    ...sorted.map((row) => row.text),
    '',
  ].join('\n');
}

/** The default as somebody would write it, before any transformation. */
function writtenDefault(definition: FieldDefinition): unknown {
  if (definition.type === 'default' || definition.type === 'prefault') return definition.defaultValue;
  const wrapped = definition.innerType ?? definition.in;
  return wrapped === undefined ? undefined : writtenDefault(wrapped.def);
}

function defaultText(value: unknown): string {
  if (value === undefined || value === '') return 'none';
  const text = Array.isArray(value)
    ? value.join(',')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  return text === '' ? 'none' : `\`${escapeCell(text)}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
