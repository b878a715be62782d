/** Where the weight files lie that set-up installed. */
import fs from 'node:fs';
import { projectPaths } from '../../project';

/**
 * The file with the ImageNet weights of a backbone: `$CSDNET_WEIGHTS` if set, else what set-up installed.
 *
 * @throws where there is none, saying how to get it
 */
export function imagenetFile(kind: string): string {
  const list = projectPaths().weightFiles;
  const known = fs.existsSync(list) ? (JSON.parse(fs.readFileSync(list, 'utf8')) as Record<string, string>) : {};
  const file = process.env.CSDNET_WEIGHTS ?? known[kind];
  if (!file || !fs.existsSync(file)) {
    const what = file ? `${file} does not exist` : `no file with ImageNet weights of ${kind} is known`;
    throw new Error(
      `${what}: run "npm run setup", or name the file in CSDNET_WEIGHTS, or choose backbone.weights "random"`,
    );
  }
  return file;
}
