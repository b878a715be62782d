/** The most memory that this process has had resident, as Linux counts it. */
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

/** Bytes (VmHWM of /proc/self/status), or null on a system without it. */
export function peakBytes(): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null;
  }
}
