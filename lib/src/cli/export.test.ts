import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { saveModel } from '../export';
import { noiseModel, temporaryFolder } from '../export/testing';
import { exportCommand } from './export';

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  await saveModel(at('convnet.safetensors'), noiseModel('convnet', 32));
  await saveModel(at('vit.safetensors'), noiseModel('vit-tiny', 32));
});
afterEach(() => vi.restoreAllMocks());

/** Runs the command; gives what it printed, or throws what it threw. */
async function run(...args: string[]): Promise<string> {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const errors: string[] = [];
  const command = exportCommand()
    .exitOverride()
    .configureOutput({ writeErr: (text) => void errors.push(text) });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    throw new Error(errors.join('') || (error as Error).message, { cause: error });
  }
  const text = lines.mock.calls.flat().join('\n');
  lines.mockRestore();
  return text;
}

describe('csdnet export', () => {
  it('says what it wrote, and how it is loaded', async () => {
    const timm = await run(at('vit.safetensors'), '--to', 'timm', '--out', at('timm'));
    expect(timm).toContain(`${at('timm')}: vit-tiny, 5 classes, 32 px\n`);
    expect(timm).toMatch(/\n {2}model\.safetensors +22\.0 MB\n/);
    expect(timm).toContain(`  model = timm.create_model("local-dir:${at('timm')}", pretrained=True).eval()`);
    const web = await run(at('convnet.safetensors'), '--to', 'web', '--out', at('web'));
    expect(web).toMatch(/\n {2}1 x weights-\*\.bin +0\.8 MB\n/);
    expect(web).toContain("tf.loadGraphModel('web/model.json')");
    expect(web).toContain('float32 [n, 32, 32, 3], RGB from 0 to 255');
  });

  it('replaces an earlier export only when asked', async () => {
    const again = [at('convnet.safetensors'), '--to', 'web', '--out', at('again')];
    await run(...again);
    await expect(run(...again)).rejects.toThrow(
      'is not empty: name another folder, or ask to overwrite it (--overwrite)',
    );
    expect(await run(...again, '--overwrite')).toContain('again: convnet');
  });

  it.each([
    [['--to', 'web', '--out', 'x'], "missing required argument 'model'"],
    [['m', '--to', 'onnx', '--out', 'x'], "argument 'onnx' is invalid. Allowed choices are timm, web."],
    [['m', '--to', 'web'], "required option '--out <folder>' not specified"],
    [['nowhere', '--to', 'web', '--out', 'x'], 'nowhere cannot be used as a model:\n  - there is no such file'],
  ])('says what is wrong with %j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it('says which models timm can take', async () => {
    await expect(run(at('convnet.safetensors'), '--to', 'timm', '--out', at('none'))).rejects.toThrow(
      /timm has no network like "convnet"/,
    );
    expect(fs.existsSync(at('none'))).toBe(false);
  });
});
