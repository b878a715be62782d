// What the machine must bring: Node, Python, a C++ compiler. Each is looked for, and what is missing is said in one
// sentence with the command that mends it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** A problem that a person can mend; its message is all they need to see. */
export class SetupError extends Error {}

const NODE = { from: [20, 19], below: 25 };
const PYTHON = { from: 10, to: 13 };

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const old = major < NODE.from[0] || (major === NODE.from[0] && minor < NODE.from[1]);
  if (old || major >= NODE.below) {
    throw new SetupError(
      `Node ${version} is running, but Node 20.19 to 24 is needed (22 is the one to take): ` +
        'install it from nodejs.org or with "nvm install 22", then call the command again.',
    );
  }
  return version;
}

const probe = 'import sys, json, venv, ensurepip; print(json.dumps([sys.executable, list(sys.version_info[:3])]))';

function askPython(command) {
  const reply = spawnSync(command, ['-c', probe], { encoding: 'utf8' });
  if (reply.error) return undefined;
  if (reply.status !== 0) return { command, problem: 'venv' };
  const [executable, version] = JSON.parse(reply.stdout);
  const fits = version[0] === 3 && version[1] >= PYTHON.from && version[1] <= PYTHON.to;
  return { command, executable, version: version.join('.'), problem: fits ? undefined : 'version' };
}

/** The first Python 3.10 to 3.13 with venv: $CSDNET_PYTHON, python3, then python3.13 down to python3.10. */
export function findPython(env = process.env) {
  const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
  const seen = (env.CSDNET_PYTHON ? [env.CSDNET_PYTHON] : names).map(askPython).filter(Boolean);
  const found = seen.find((python) => !python.problem);
  if (found) return found;
  const venv = seen.find((python) => python.problem === 'venv');
  if (venv) {
    throw new SetupError(
      `${venv.command} has no venv module: install it ("sudo apt install python3-venv" on Debian and Ubuntu), then call the command again.`,
    );
  }
  const old = seen.map((python) => `${python.command} is ${python.version}`).join(', ');
  throw new SetupError(
    `Python 3.10 to 3.13 was not found${old ? ` (${old})` : ''}: install one ("sudo apt install python3 python3-venv", ` +
      'or python.org), or name it in CSDNET_PYTHON, then call the command again.',
  );
}

/** The C++ compiler's command: $CXX, g++, clang++ or c++. */
export function findCompiler(env = process.env) {
  const names = env.CXX ? [env.CXX] : ['g++', 'clang++', 'c++'];
  const found = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found) return found;
  throw new SetupError(
    `No C++ compiler was found (looked for ${names.join(', ')}): install one ("sudo apt install g++" on Debian and Ubuntu, ` +
      '"xcode-select --install" on macOS), then call the command again.',
  );
}

/** Which TensorFlow to take: $CSDNET_TENSORFLOW (cpu or cuda), else cuda where an NVIDIA GPU answers on Linux x86-64. */
export function tensorflowVariant(env = process.env) {
  const wish = env.CSDNET_TENSORFLOW;
  if (wish !== undefined && wish !== '') {
    if (wish === 'cpu' || wish === 'cuda') return wish;
    throw new SetupError(
      `CSDNET_TENSORFLOW is "${wish}": say "cpu" or "cuda", or leave it unset to let the machine decide.`,
    );
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'cpu';
  // Asking nvidia-smi takes up to a second; where the driver's own file is absent there is nothing to ask.
  if (!fs.existsSync('/proc/driver/nvidia/version')) return 'cpu';
  return spawnSync('nvidia-smi', ['-L'], { timeout: 10_000 }).status === 0 ? 'cuda' : 'cpu';
}
