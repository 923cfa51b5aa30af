import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run demo -- [options]

  --files DIR  the models, folders and pictures to publish; without it the demo makes its own
  --url URL    a running product (http://127.0.0.1:8080); when none answers there, the demo starts one
  --once       end the product that the demo has started, instead of leaving it running until Ctrl-C
  --help       this text
`;

export interface DemoArguments {
  readonly files: string | undefined;
  readonly url: string;
  readonly once: boolean;
  readonly help: boolean;
}

/** Throws a `TypeError` whose message names the option that is not known. */
export function parseArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      files: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return { files: values.files, url: values.url.replace(/\/+$/, ''), once: values.once, help: values.help };
}
