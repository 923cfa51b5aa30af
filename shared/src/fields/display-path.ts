import { PATH_LIMITS, pathFault, type PathFault } from './path-rules.ts';
import { textField } from './text.ts';

interface Rule {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const HIDDEN_SEPARATOR: Rule = {
  code: 'path.forbidden_character',
  message: 'must not hold characters that some systems take for a slash or a backslash',
  hint: 'Separate folders with / and leave its wide relatives out.',
};
const FORBIDDEN: Rule = {
  code: 'path.forbidden_character',
  message: String.raw`must not hold \ < > : " | ? or *`,
  hint: 'Separate folders with / and leave the others out: Windows cannot hold them.',
};
const EMPTY_NAME: Rule = {
  code: 'path.empty_name',
  message: 'must not hold empty names, . or ..',
  hint: 'One / between names, none at the end, no way up.',
};

const RULES: Readonly<Record<PathFault, Rule>> = {
  hidden_character: {
    code: 'text.invisible_characters',
    message: 'must not hold invisible or direction-changing characters',
    hint: 'Type it again instead of pasting it.',
  },
  too_long: {
    code: 'path.too_long',
    message: `must be at most ${PATH_LIMITS.bytes} bytes in UTF-8`,
    hint: 'Shorten names or leave folders out.',
  },
  too_deep: {
    code: 'path.too_deep',
    message: `must be of at most ${PATH_LIMITS.depth} names`,
    hint: 'Leave folders out.',
  },
  absolute: {
    code: 'path.not_relative',
    message: 'must be relative',
    hint: 'Begin with a name, such as models/knight.glb.',
  },
  backslash: FORBIDDEN,
  reserved_character: FORBIDDEN,
  hidden_separator: HIDDEN_SEPARATOR,
  climbs: EMPTY_NAME,
  empty_name: EMPTY_NAME,
  trailing_dot_or_space: {
    code: 'path.trailing_dot_or_space',
    message: 'must not hold names that end with a dot or a space',
    hint: 'Windows would drop it: rename the file.',
  },
  device_name: {
    code: 'path.device_name',
    message: 'must not hold names of Windows devices',
    hint: 'Rename what is called con, prn, aux, nul, com0 to com9, lpt0 to lpt9, conin$ or conout$.',
  },
};

/**
 * The path that a file is shown and downloaded under, such as `models/knight.glb`: relative, with forward
 * slashes, at most 255 bytes, and of names that every desktop system can hold. It is never a storage key.
 */
export const displayPathField = textField({ min: 1, max: PATH_LIMITS.bytes })
  .superRefine((path, context) => {
    const fault = pathFault(path);
    if (fault === undefined) return;
    const { code, message, hint } = RULES[fault];
    context.addIssue({ code: 'custom', message, params: { code, hint } });
  })
  .openapi({ type: 'string', example: 'models/knight.glb' });
