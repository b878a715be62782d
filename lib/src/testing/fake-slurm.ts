/** Stand-ins for Slurm's commands: they keep what they were called with, and answer from a folder. They run nothing. */
import fs from 'node:fs';
import path from 'node:path';

const script = (body: string): string => `#!/bin/bash\nD="$(cd "$(dirname "$0")" && pwd)"\n${body}\n`;

const PROGRAMS = {
  // Each index of the array becomes a waiting task.
  sbatch: `
id=$(( $(cat "$D/last" 2>/dev/null || echo 100) + 1 )); echo $id > "$D/last"; file="\${@: -1}"
echo "sbatch $id $*" >> "$D/calls"
name=$(sed -n 's/^#SBATCH --job-name=//p' "$file"); spec=$(sed -n 's/^#SBATCH --array=//p' "$file")
for part in $(echo "\${spec%%%*}" | tr , ' '); do
  for i in $(seq "\${part%-*}" "\${part#*-}"); do echo "$id|$i|PENDING|$name" >> "$D/queue"; done
done
echo $id`,
  squeue: `case "$*" in *--jobs=*) echo "\${FAKE_STATE:-RUNNING}";; *) cat "$D/queue" 2>/dev/null;; esac; exit 0`,
  scancel: `
echo "scancel $*" >> "$D/calls"
for id in "$@"; do grep -v "^$id|" "$D/queue" > "$D/rest"; mv "$D/rest" "$D/queue"; done`,
  scontrol: `
[ "$1" = show ] && echo "MaxArraySize            = 3"
[ "$1" = requeue ] && echo "requeue $2" >> "$D/calls"
exit 0`,
} as const;

/** Writes the stand-ins into a folder, to be put first in PATH. Arrays hold three tasks at the most. */
export function writeFakeSlurm(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, body] of Object.entries(PROGRAMS))
    fs.writeFileSync(path.join(folder, name), script(body.trim()), { mode: 0o755 });
}

/** What the stand-ins were called with, a line each; none where they were not. */
export const fakeCalls = (folder: string): readonly string[] => {
  const file = path.join(folder, 'calls');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
};
