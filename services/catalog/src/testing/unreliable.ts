type Methods = Readonly<Record<string, unknown>>;

/** The same ports, with something done before each of their calls. */
function wrap<Deps extends Methods>(deps: Deps, before: () => Promise<void>): Deps {
  const wrapped = (port: Methods) =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        typeof method !== 'function'
          ? method
          : async (...parameters: unknown[]) => {
              await before();
              return (method as (...of: unknown[]) => unknown)(...parameters);
            },
      ]),
    );
  const entries = Object.entries(deps).map(([name, port]) => [
    name,
    typeof port === 'object' && port !== null ? wrapped(port as Methods) : port,
  ]);
  return Object.fromEntries(entries) as Deps;
}

/** After so many calls every further one fails, as if the process had ended there. */
export function killable<Deps extends Methods>(deps: Deps, livesForCalls: number): Deps {
  let calls = 0;
  return wrap(deps, async () => {
    calls += 1;
    if (calls > livesForCalls) throw new Error('killed');
  });
}

/** Each call comes a few turns later, so that several users of the same ports meet in many ways. */
export function yielding<Deps extends Methods>(deps: Deps, turns: Iterator<number>): Deps {
  return wrap(deps, async () => {
    for (let left = Number(turns.next().value); left > 0; left -= 1) await Promise.resolve();
  });
}
