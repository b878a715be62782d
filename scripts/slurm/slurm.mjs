// A Slurm of one node for a test: its own key, ports and folders, bound to this machine alone, ended by the processes that were started.
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol'];
// Debian keeps the services where only root looks for programs.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`], { env: { ...process.env, PATH } }).status === 0;

const missing = PROGRAMS.filter((name) => !has(name));
/** Why there is no real Slurm to test with; undefined where there is. */
export const lacking =
  missing.length > 0
    ? `${missing.join(', ')} not installed: apt install slurm-wlm munge`
    : process.getuid?.() === 0
      ? undefined
      : 'starting slurmd asks for root';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const host = os.hostname().split('.')[0];

// A requeued job waits until its credential has expired: 120 s, unless cred_expire says otherwise.
const configuration = (folder, { controller, node }) => `
ClusterName=csdnet
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmctldPort=${controller}
SlurmdPort=${node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=20
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc=${folder}/jobs.log
MpiDefault=none
ReturnToService=2
KillWait=10
SlurmdParameters=config_overrides
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=test Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;

const end = async (child) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  if ((await Promise.race([ended, sleep(10_000, 'late')])) === 'late') child.kill('SIGKILL');
};

/**
 * Start munged, slurmctld and slurmd.
 *
 * @returns the environment in which Slurm's commands speak to it, and `stop`
 * @throws with the ends of the logs where no node is idle after a minute
 */
export async function startSlurm() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-slurm-'));
  // munged refuses a socket that others cannot reach.
  fs.chmodSync(folder, 0o755);
  for (const name of ['state', 'spool']) fs.mkdirSync(path.join(folder, name));
  fs.writeFileSync(path.join(folder, 'munge.key'), crypto.randomBytes(128), { mode: 0o400 });
  const conf = path.join(folder, 'slurm.conf');
  fs.writeFileSync(conf, configuration(folder, { controller: await freePort(), node: await freePort() }).trimStart());
  const env = { ...process.env, PATH, SLURM_CONF: conf };
  const started = [];
  const start = (name, ...args) => started.push(spawn(name, args, { env, stdio: 'ignore' }));
  const stop = async () => {
    for (const child of started.reverse()) await end(child);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const munge = ['key-file=munge.key', 'socket=munge.socket', 'pid-file=munge.pid', 'log-file=munge.log', 'seed-file=munge.seed']; // prettier-ignore
  start('munged', '--foreground', '--force', ...munge.map((one) => `--${one.replace('=', `=${folder}/`)}`));
  for (let i = 0; i < 100 && !fs.existsSync(path.join(folder, 'munge.socket')); i++) await sleep(100);
  start('slurmctld', '-D', '-c', '-f', conf);
  start('slurmd', '-D', '-f', conf, '-N', host);
  const idle = () => spawnSync('sinfo', ['--noheader', '--format=%T'], { env, encoding: 'utf8' }).stdout?.includes('idle'); // prettier-ignore
  for (let i = 0; i < 60; i++) {
    if (idle()) return { env, stop };
    await sleep(1000);
  }
  const logs = ['munge.log', 'slurmctld.log', 'slurmd.log'].map((name) => path.join(folder, name));
  const told = logs.map((file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').slice(-1500) : `no ${file}`));
  await stop();
  throw new Error(`Slurm has no idle node after a minute:\n${told.join('\n---\n')}`);
}
