import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a list of fields; each is written with its length, so that no two lists share their bytes. */
export function sha256(fields: Iterable<string | number | bigint>): string {
  const hash = createHash('sha256');
  for (const field of fields) {
    const text = String(field);
    hash.update(`${text.length}:${text};`);
  }
  return hash.digest('hex');
}
