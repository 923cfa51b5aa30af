/** The series of an engine's version: `4.2` for `4.2.1`, `4` for `4.x`. */
export const engineSeries = (version: string): string => /^\d+(\.\d+)?/.exec(version)?.[0] ?? version;
