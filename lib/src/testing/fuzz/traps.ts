/**
 * Files made to harm whoever reads them, each with what must come of it. `make` runs in the test's process and leaves a folder; `read` runs in a
 * process of its own, whose memory is measured.
 */
import fs from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { readRecord, recordFile } from '../../ablation/record';
import { readSummaries } from '../../ablation/summary';
import { readWeights } from '../../backbone/weights/formats';
import { npy, rawNpy, zip } from '../../backbone/weights/testing';
import { checkConfig } from '../../config';
import { decodePixels } from '../../data';
import { parseMat } from '../../data/matlab';
import { readDataset } from '../../data/read';
import { readPublished } from '../../published';
import { saveFigureNow } from '../../report/save';
import { readManifest } from '../../sweep/files';
import { gif, jpeg, png, tiff, webp } from './images';

export interface Trap {
  readonly name: string;
  /** Fills a folder. */
  readonly make: (folder: string) => void;
  /** Reads what is there. */
  readonly read: (folder: string) => unknown;
  /** What the error says; undefined where the file is read like any other. */
  readonly refusal: RegExp | undefined;
}

const write = (folder: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
};
const inFile = (folder: string): string => path.join(folder, 'file');
const bytesIn = (folder: string): Buffer => fs.readFileSync(inFile(folder));

/** Bytes in a file that a reader is given. */
const trap = (name: string, bytes: () => string | Uint8Array, how: Pick<Trap, 'read' | 'refusal'>): Trap => ({
  ...{ name, ...how },
  make: (folder) => write(folder, { file: bytes() }),
});

const image = (name: string, bytes: () => Uint8Array): Trap =>
  trap(name, bytes, {
    read: (folder) => decodePixels(inFile(folder), { size: 32, fit: 'cover' }),
    refusal: /pixel limit|exceeds|too large|dimensions|corrupt|unsupported|truncated|not|invalid/i,
  });

const weights = (name: string, bytes: () => Uint8Array, refusal: RegExp): Trap =>
  trap(name, bytes, { read: (folder) => readWeights(bytesIn(folder)), refusal });

const IMAGES: readonly Trap[] = [
  image('a PNG that claims 100,000 x 100,000 pixels', png),
  // 1.25 GB of rows in 1.2 MB: every bit is there.
  image('a PNG that has 100,000 x 100,000 pixels', () =>
    png(100_000, deflateSync(Buffer.alloc(100_000 * 12_501), { level: 1 })),
  ),
  image('a JPEG that claims 65,535 x 65,535 pixels', jpeg),
  image('a WebP that claims 100,000 x 100,000 pixels', webp),
  image('a TIFF that claims 100,000 x 100,000 pixels', tiff),
  image('a GIF that claims 65,535 x 65,535 pixels', gif),
];

const MB = 2 ** 20;
const TERA = 10 ** 12;
const npyHeader = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
const zeros = (count: number): Uint8Array => npy({ shape: [count], data: new Float32Array(count) });

/** safetensors: the length of the header, the header. */
function safetensorsOf(header: string, length = Buffer.byteLength(header)): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([size, Buffer.from(header)]);
}

/** A MAT file of level 5 with one compressed element. */
function matOf(plain: Buffer): Buffer {
  const head = Buffer.alloc(128, ' ');
  head.writeUInt16LE(0x0100, 124);
  head.write('IM', 126, 'latin1');
  const packed = deflateSync(plain);
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(packed.length, 4);
  return Buffer.concat([head, tag, packed]);
}

/** A cell array of empty matrices: 56 bytes each in the file, and objects here. */
function cells(count: number): Buffer {
  const u32 = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
  const head = (kind: number, ...dims: readonly number[]): Buffer =>
    Buffer.concat([u32(6, 8, kind, 0), u32(5, 8, ...dims), u32(1, 0)]);
  const empty = Buffer.concat([u32(14, 40), head(6, 0, 0)]);
  const body = Buffer.concat([head(1, 1, count), Buffer.alloc(count * empty.length, empty)]);
  return Buffer.concat([u32(14, body.length), body]);
}

const BOMBS: readonly Trap[] = [
  weights(
    'an .npz of 200 MB of zeros in 0.2 MB',
    () => zip({ 'a.npy': zeros(25 * MB), 'b.npy': zeros(25 * MB) }, 6),
    /this is a trap/,
  ),
  weights('an .npz whose array claims a terabyte', () => zip({ 'a.npy': rawNpy(npyHeader(`${TERA},`), new Uint8Array(64)) }), /does not fit its 64 bytes/), // prettier-ignore
  weights('an .npz whose array has 10^300 values', () => zip({ 'a.npy': rawNpy(npyHeader(`${'9'.repeat(300)},`), new Uint8Array(64)) }), /does not fit/), // prettier-ignore
  weights(
    'a lone .npy that claims a terabyte',
    () => rawNpy(npyHeader(`${TERA},`), new Uint8Array(64)),
    /a single array of NumPy/,
  ),
  weights('safetensors whose header claims a terabyte', () => safetensorsOf('{}', TERA), /no weight file|cut short/),
  weights('safetensors whose tensor claims a terabyte', () => safetensorsOf(`{"a":{"dtype":"F32","shape":[${TERA}],"data_offsets":[0,${4 * TERA}]}}`), /more bytes than the file has/), // prettier-ignore
  weights('safetensors whose header is nested a million deep', () => safetensorsOf(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`), /has no dtype|no JSON/), // prettier-ignore
  weights('a GGUF file that claims a terabyte', () => Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(64, 0x7f)]), /no weight file that is known/), // prettier-ignore
  trap('a .mat of 400 MB of zeros in 0.4 MB', () => matOf(Buffer.alloc(400 * MB)), { read: (folder) => parseMat(bytesIn(folder)), refusal: /inflates to more than/ }), // prettier-ignore
  trap('a .mat of a million empty arrays', () => matOf(cells(1e6)), { read: (folder) => parseMat(bytesIn(folder)), refusal: /more than 2000000 elements/ }), // prettier-ignore
  {
    name: 'a model file of a terabyte (sparse)',
    make: (folder) => {
      write(folder, { file: '' });
      fs.truncateSync(inFile(folder), TERA);
    },
    // TensorFlow is loaded here alone.
    read: async (folder) => (await import('../../export')).loadModel(inFile(folder)),
    refusal: /cannot be used as a model/,
  },
];

/** A pickle that calls something with a text. */
const calling = (module: string, name: string, text: string): Buffer =>
  Buffer.concat([
    Buffer.from([0x80, 2]),
    Buffer.from(`c${module}\n${name}\n(X`),
    Buffer.from([text.length, 0, 0, 0]),
    Buffer.from(`${text}tR.`),
  ]);

/** Written by code that ran. */
export const CANARY = 'canary';

const code = (module: string, name: string, text: string): Trap => ({
  name: `a torch file that calls ${module}.${name}`,
  make: (folder) => {
    const pickle = calling(module, name, text.replace('FILE', path.join(folder, CANARY)));
    write(folder, {
      file: zip({ 'archive/data.pkl': pickle, 'archive/byteorder': Buffer.from('little') }),
      old: pickle,
    });
  },
  read: (folder) => {
    for (const file of ['old', 'file']) {
      const bytes = fs.readFileSync(path.join(folder, file));
      if (file === 'file') return readWeights(bytes);
      try {
        readWeights(bytes);
      } catch {
        continue;
      }
      throw new TypeError('the old form was read');
    }
    return undefined;
  },
  refusal: /allow|refused|not/i,
});

/** Lists that hold each other: 2^60 values in a few bytes, one after the other. */
const laughs = (): Buffer => {
  const level = Buffer.from([0x5d, 0x28, 0x68, 0, 0x68, 0, 0x65, 0x71, 0]); // list, mark, memo, memo, append, put
  return zip({
    'archive/data.pkl': Buffer.concat([Buffer.from([0x80, 2, 0x5d, 0x71, 0]), ...Array.from({ length: 60 }, () => level), Buffer.from('.')]), // prettier-ignore
    'archive/byteorder': Buffer.from('little'),
  });
};

const CODE: readonly Trap[] = [
  code('os', 'system', 'touch FILE'),
  code('posix', 'system', 'touch FILE'),
  code('builtins', 'exec', "open('FILE', 'w')"),
  code('child_process', 'execSync', 'touch FILE'),
  weights('a torch file of lists in lists, 2^60 values', laughs, /state dict|pickle/),
  weights('an .npz of pickled objects', () => zip({ 'a.npy': rawNpy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", calling('os', 'system', 'true')) }), /pickled Python objects/), // prettier-ignore
];

const deep = (depth = 1e6): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const ID = '0123456789ab';

const HEAD = JSON.stringify({
  ...{ format: 'csdnet-sweep/1', csdnet: '', commit: null, created: '', runs: 1 },
  options: {
    table: 'modules',
    seeds: [1],
    preset: 'tiny',
    dataset: 'x',
    shots: 1,
    set: [],
    bestOnTest: false,
    threads: 1,
  },
});

const NESTED: readonly Trap[] = [
  {
    name: 'a run record nested a million deep',
    make: (folder) => write(folder, { [path.relative(folder, recordFile(folder, ID))]: deep() }),
    read: (folder) => readRecord(folder, ID),
    refusal: /no record of run|no JSON/,
  },
  trap('results nested a million deep', deep, { read: (folder) => readSummaries(inFile(folder)), refusal: /no |not / }),
  trap('published numbers nested a million deep', deep, { read: (folder) => readPublished(inFile(folder)), refusal: /file/ }), // prettier-ignore
  trap('a manifest whose config is nested a million deep', () => `{"format":"csdnet-sweep/1","config":${deep()}}\n{}\n`, { read: (folder) => readManifest(inFile(folder)), refusal: /file:1/ }), // prettier-ignore
  trap('a config nested a million deep', () => `{"seed":${deep()}}`, { read: (folder) => checkConfig(JSON.parse(bytesIn(folder).toString())), refusal: /nested more than/ }), // prettier-ignore
  trap('a run of a manifest whose config is nested a million deep', () => `${HEAD}\n{"id":"${ID}","label":"","dataset":{"place":"x","fingerprint":"f"},"keepOutputs":false,"config":${deep()}}\n`, { read: (folder) => readManifest(inFile(folder)), refusal: /file:2.*nested more than/s }), // prettier-ignore
];

/** A dataset of two classes by its lists, in a folder of its own beside a secret. */
const dataset = (name: string, change: (root: string, secret: string) => void, refusal: RegExp): Trap => ({
  ...{ name, refusal },
  make: (folder) => {
    const root = path.join(folder, 'set');
    write(folder, { 'secret.png': 'secret', 'outside/a.png': 'secret' });
    write(root, { 'images/a.png': 'x', 'images/b.png': 'x', 'images/c.png': 'x', 'anno/train.txt': 'a.png 1\nb.png 2\n', 'anno/test.txt': 'c.png 1\n' }); // prettier-ignore
    change(root, path.join(folder, 'secret.png'));
  },
  read: async (folder) => {
    const { train, tests } = await readDataset(path.join(folder, 'set'));
    const files = [train, ...Object.values(tests)].flatMap(({ samples }) =>
      samples.map(({ file }) => fs.realpathSync(file)),
    );
    const out = files.find((file) => !file.startsWith(fs.realpathSync(path.join(folder, 'set')) + path.sep));
    if (out !== undefined) throw new TypeError(`${out} lies outside`);
  },
});

const listing = (line: string) => (root: string) => write(root, { 'anno/train.txt': `${line} 1\nb.png 2\n` });
const linked = (at: string) => (root: string, secret: string) => {
  fs.rmSync(path.join(root, at), { recursive: true, force: true });
  fs.symlinkSync(secret, path.join(root, at));
};

const PATHS: readonly Trap[] = [
  dataset('an annotation that names ../secret.png', listing('../../secret.png'), /leaves the folder/),
  dataset('an annotation that names a\\..\\..\\secret.png', listing('a\\..\\..\\secret.png'), /leaves the folder/),
  dataset('an annotation that names /etc/passwd', listing('/etc/passwd'), /is an absolute path/),
  dataset('an annotation that names C:\\secret.png', listing('C:\\secret.png'), /is an absolute path/),
  dataset('an image that is a link out of the dataset', linked('images/a.png'), /leaves|outside/),
  dataset('annotations that are a link out of the dataset', linked('anno/train.txt'), /link that leaves/),
  dataset(
    'a folder of images that is a link out of the dataset',
    (root) => linked('images')(root, path.join(root, '..', 'outside')),
    /leaves|outside|no folder/,
  ),
  dataset(
    'a CSV that names ../secret.png',
    (root) => {
      fs.rmSync(path.join(root, 'anno'), { recursive: true });
      write(root, { 'train.csv': 'image,label\n../secret.png,a\nimages/b.png,b\n', 'test.csv': 'image,label\nimages/c.png,a\n' }); // prettier-ignore
    },
    /leaves the folder/,
  ),
  {
    name: 'an .npz whose array is called ../../secret.npy',
    make: (folder) => write(folder, { file: zip({ '../../secret.npy': zeros(4) }), 'deep/er/here.txt': '' }),
    read: (folder) => {
      const names = [...readWeights(bytesIn(folder)).keys()];
      if (fs.readdirSync(path.dirname(folder)).includes('secret.npy')) throw new TypeError('it was unpacked');
      return names;
    },
    refusal: undefined,
  },
  {
    name: 'a figure that is saved as ../secret',
    make: () => undefined,
    read: (folder) => saveFigureNow({ data: [], layout: {} }, { dir: folder, name: '../secret', svg: '' }),
    refusal: /is no file name/,
  },
];

/** By what they threaten. */
export const TRAPS: Readonly<Record<string, readonly Trap[]>> = {
  'images that claim more pixels than any memory has': IMAGES,
  'archives and headers that claim more than they hold': BOMBS,
  'weight files that are programs': CODE,
  'JSON nested without end': NESTED,
  'paths out of a folder': PATHS,
};
