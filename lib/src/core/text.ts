/**
 * Text from outside: names of classes, files and datasets. They may hold characters that nobody sees and that act: a terminal takes ESC for a command,
 * and a bidirectional override (U+202E) turns round whatever follows it. Marks that right-to-left writing needs (U+200E, U+200F) are left alone.
 */

/** Controls (C0 but tab and line ends, DEL, C1) and the embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9). */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const ACTING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without characters that act. */
export const withoutControls = (text: string): string => text.replace(ACTING, '');

/** The text for a terminal: each character that acts, and a lone carriage return, is spelled as `\u001b`, as JSON spells it. */
export const spelledControls = (text: string): string =>
  text
    .replace(/\r(?!\n)/g, '\\u000d')
    .replace(ACTING, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
