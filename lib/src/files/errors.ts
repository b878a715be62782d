/** What the errors of file systems mean to a person: which file, what happened, what to do. */

const MEANINGS: Readonly<Record<string, readonly [happened: string, mend: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space'],
  EDQUOT: ['your share of the disk is used up', 'Free some space'],
  EROFS: ['the file system is read-only', 'Choose another place by CSDNET_HOME'],
  EACCES: ['you may not write there', 'Make it writable for you, or choose another place by CSDNET_HOME'],
  EPERM: ['you may not write there', 'Make it writable for you, or choose another place by CSDNET_HOME'],
  EIO: ['the disk gave an error', 'Look after the disk'],
  EMFILE: ['this process has too many files open', 'Raise the limit (ulimit -n)'],
  ENFILE: ['the machine has too many files open', 'End other programs'],
};

/** A file that could not be written, told for people; `cause` is the system's error. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/**
 * An error of the file system as a sentence with the file, what happened and what to do; any other error as it is.
 *
 * @param file where the error does not know it itself
 */
export function explained(error: unknown, file?: string): Error {
  const { code = '', path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const place = file ?? dest ?? path;
  if (error instanceof FileError || !(code in MEANINGS) || place === undefined) return error as Error;
  const [happened, mend] = MEANINGS[code]!;
  const text = `${place} could not be written: ${happened} (${code}). ${mend} and call the same command again: what is done is kept.`;
  return new FileError(text, { cause: error });
}

/** Do something to a file. @throws as `explained` */
export function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(error, file);
  }
}
