/** A process that takes a lock again and again, to be started many at a time: `node racer.js LOCK LOG TIMES KILL`. It must never meet another inside. */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '../../files';

const [lock = '', log = '', times = '1', kill = '0'] = process.argv.slice(2);
const inside = `${log}.inside`;

async function race(): Promise<void> {
  for (let i = 0; i < Number(times); i++) {
    const held = await takeLock(lock, { pollMs: 2 });
    // Fails where another one is inside.
    fs.writeFileSync(inside, `${process.pid}`, { flag: 'wx' });
    // Not whole in one call, so that two at a time would lose lines.
    const before = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
    await sleep(i % 3);
    fs.writeFileSync(log, `${before}${process.pid} ${i}\n`);
    fs.rmSync(inside);
    if (i + 1 === Number(kill)) process.kill(process.pid, 'SIGKILL');
    held.release();
  }
}

race().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
