import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const operations = z.record(z.string(), z.unknown());
const tag = z.looseObject({ name: z.string() });

/** What the merge looks into; the rest of a service's document is copied as it is. */
export const serviceDocument = z.looseObject({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(z.string(), operations).default({}),
  components: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  tags: z.array(tag).default([]),
});

export type ServiceDocument = z.infer<typeof serviceDocument>;

export interface MergedDocument {
  readonly document: Record<string, unknown>;
  /** What two services say differently, or a path that the gateway does not send to the service that tells of it. */
  readonly conflicts: readonly string[];
}

export interface MergeOptions {
  readonly publicUrl: string;
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  /** Whether requests for this path (a template) reach this service. */
  readonly isRouted: (service: string, path: string) => boolean;
}

/** One document of the services' documents. Of two that conflict the first is kept. */
export function mergeOpenApi(
  documents: ReadonlyMap<string, ServiceDocument>,
  options: MergeOptions,
): MergedDocument {
  const conflicts: string[] = [];
  const paths: Record<string, Record<string, unknown>> = {};
  const components: Record<string, Record<string, unknown>> = {};
  const tags = new Map<string, z.infer<typeof tag>>();
  const operationIds = new Map<string, string>();

  function addPath(service: string, path: string, item: Record<string, unknown>): void {
    if (!options.isRouted(service, path)) {
      conflicts.push(`${path} of ${service} is not routed to it`);
      return;
    }
    const target = (paths[path] ??= {});
    for (const [method, operation] of Object.entries(item)) {
      const id = operationIdOf(operation);
      const holder = id === undefined ? undefined : operationIds.get(id);
      if (method in target) conflicts.push(`${method} ${path} of ${service} is there already`);
      else if (holder !== undefined) conflicts.push(`operationId ${id} of ${service} is ${holder}'s`);
      else target[method] = operation;
      if (id !== undefined && holder === undefined) operationIds.set(id, service);
    }
  }

  function addComponent(service: string, kind: string, name: string, component: unknown): void {
    const target = (components[kind] ??= {});
    if (!(name in target)) target[name] = component;
    else if (!isDeepStrictEqual(target[name], component)) {
      conflicts.push(`components.${kind}.${name} of ${service} differs`);
    }
  }

  for (const [service, { paths: own, components: parts, tags: named }] of documents) {
    for (const [path, item] of Object.entries(own)) addPath(service, path, item);
    for (const [kind, byName] of Object.entries(parts)) {
      for (const [name, component] of Object.entries(byName)) addComponent(service, kind, name, component);
    }
    for (const each of named) if (!tags.has(each.name)) tags.set(each.name, each);
    for (const name of usedTags(own)) if (!tags.has(name)) tags.set(name, { name });
  }

  return {
    document: {
      openapi: '3.1.0',
      info: options.info,
      servers: [{ url: options.publicUrl }],
      tags: [...tags.values()],
      paths,
      components,
    },
    conflicts,
  };
}

const operation = z.looseObject({
  operationId: z.string().optional(),
  tags: z.array(z.string()).optional(),
});

function operationIdOf(value: unknown): string | undefined {
  return operation.safeParse(value).data?.operationId;
}

function usedTags(paths: ServiceDocument['paths']): string[] {
  return Object.values(paths)
    .flatMap((item) => Object.values(item))
    .flatMap((each) => operation.safeParse(each).data?.tags ?? []);
}
