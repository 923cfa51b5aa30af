import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { cairnApp } from '../aws/app.ts';

export interface Resource {
  readonly Type: string;
  // What a template says is looked at as it is, not as the types of the CDK would have it.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, object>>;
  readonly Outputs?: Readonly<Record<string, object>>;
}

export const STACKS = ['cairn-data', 'cairn-media', 'cairn-network', 'cairn-services', 'cairn-api'] as const;
export type StackName = (typeof STACKS)[number];

let made: ReadonlyMap<string, Template> | undefined;

/**
 * The templates as `npm run synth` writes them; made once for all files of a worker, and without AWS's rules,
 * whose engine takes seconds: one test asks them.
 */
export function templates(): ReadonlyMap<string, Template> {
  if (made !== undefined) return made;
  const outdir = mkdtempSync(path.join(tmpdir(), 'cairn-synth-'));
  process.env.CDK_VALIDATION = 'false';
  try {
    const app = cairnApp({ outdir });
    const assembly = app.synth();
    made = new Map(
      app.node.children
        .filter((each) => Stack.isStack(each))
        .map((each) => [each.stackName, assembly.getStackArtifact(each.artifactId).template as Template]),
    );
  } finally {
    delete process.env.CDK_VALIDATION;
    rmSync(outdir, { recursive: true, force: true });
  }
  return made;
}

export function template(stack: StackName): Template {
  const found = templates().get(stack);
  if (found === undefined) throw new Error(`there is no stack ${stack}`);
  return found;
}

/** Resources of a type, with their ids, of one stack or of all. */
export function resources(type: string, stack?: StackName): [string, Resource][] {
  const among = stack === undefined ? [...templates().values()] : [template(stack)];
  return among.flatMap(({ Resources }) => Object.entries(Resources)).filter(([, each]) => each.Type === type);
}

/** A value of a template as a string, with `${Name}` for what only AWS knows. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...rest } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return `\${${Ref}}`;
  const join = rest['Fn::Join'] as [string, unknown[]] | undefined;
  if (join !== undefined) return join[1].map(text).join(join[0]);
  const attribute = rest['Fn::GetAtt'] as [string, string] | undefined;
  if (attribute !== undefined) return `\${${attribute.join('.')}}`;
  return `\${${JSON.stringify(value)}}`;
}

/** One value or many, as a list. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
