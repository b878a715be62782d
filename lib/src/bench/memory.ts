/** The memory that this process has resident, now and at its most, as Linux counts it. */
import fs from 'node:fs';

/** Forget the peak so far. @returns whether the system lets us; where it does not, a peak counts from the process' start */
export function resetPeak(): boolean {
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

/** A line of /proc/self/status in bytes, or null on a system without it. */
function statusBytes(line: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const found = new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(fs.readFileSync('/proc/self/status', 'utf8'));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null;
  }
}

/** The peak in bytes, or null where the system does not say. */
export const peakBytes = (): number | null => statusBytes('VmHWM');

/** Bytes that are resident now, or null where the system does not say. */
export const residentBytes = (): number | null => statusBytes('VmRSS');
