/** Files that stand being killed, full disks and company: whole or not there, one writer at a time, errors for people. */
export { explained, explaining, FileError } from './errors';
export { keepAlive } from './keep-alive';
export { lockOwner, SILENCE_MS, takeLock, tryLock, withLock } from './lock';
export type { Lock, LockOptions, LockOwner } from './lock';
export { isPart, leftParts, partOf, removeLeftParts } from './part';
export { isAlive, isHere, thisProcess } from './process-id';
export { writeWhole, writeWholeSync } from './whole';
