import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectPaths } from './project';
import * as tf from './tf';
import { seenOf } from './tf-environment';

const lib = path.join(projectPaths().root, 'lib');
/** Absent where no compiler made it. */
const helper = path.join(lib, 'native', 'build', 'csdnet-stderr.node');
const node = (script: string, level: string) =>
  spawnSync(process.execPath, ['-e', script], {
    ...{ encoding: 'utf8', env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: level } },
  });

describe('tf', () => {
  it('computes on the native backend', () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(Array.from(tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()))).toEqual([3, 3, 3, 3]);
  });
});

describe("TensorFlow's first lines", () => {
  const log =
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n' +
    'I0000 00:00:1.2  1 port.cc:153] oneDNN custom operations are on.\n' +
    'W0000 00:00:1.2  1 a.cc:1] a warning\nE0000 00:00:1.2  1 b.cc:1] an error\nof two lines';

  it('are sifted by the level that was asked for: warnings and errors stay', () => {
    expect(seenOf(log, 0)).toBe(log);
    for (const level of [1, 2, 3])
      expect(seenOf(log, level)).toBe(
        'W0000 00:00:1.2  1 a.cc:1] a warning\nE0000 00:00:1.2  1 b.cc:1] an error\nof two lines',
      );
    expect(seenOf('', 2)).toBe('');
  });

  it.skipIf(!fs.existsSync(helper))('are not seen where it is loaded, unless they are asked for', () => {
    const script = `require(${JSON.stringify(path.join(lib, 'dist', 'tf.js'))}); require('node:fs').writeSync(2, 'after');`;
    expect(node(script, '2').stderr).toBe('after');
    expect(node(script, '0').stderr).toMatch(/^WARNING[^]*after$/);
  });

  it.skipIf(!fs.existsSync(helper))('are written where loading ends in a fatal signal', () => {
    const held = `require(${JSON.stringify(helper)})`;
    const words = "require('node:fs').writeSync(2, 'last words')";
    const ended = node(`${held}.hold(); ${words}; process.abort();`, '2');
    expect(ended).toMatchObject({ signal: 'SIGABRT', stderr: expect.stringMatching(/^last words/) as string });
    const script = `const h = ${held}; if (!h.hold() || h.hold()) throw 1; ${words}; process.stdout.write(h.release() + h.release());`;
    expect(node(script, '2')).toMatchObject({ stdout: 'last words', stderr: '', status: 0 });
  });
});
