#!/bin/bash
{{directives}}

# Lines of your site go here: module load, source of an environment, export of variables.

# Slurm tells this shell, and not the program, that time is short (--signal=B:TERM): pass it on, and wait until the program has stopped.
child=
told=
pass_on() {
  told=1
  [ -n "$child" ] && kill -TERM "$child" 2>/dev/null
}
trap pass_on TERM

{{command}} &
child=$!
[ -n "$told" ] && kill -TERM "$child" 2>/dev/null
wait "$child"
status=$?
# A trapped signal ends `wait` before the program has ended: wait again for its own status.
while [ -n "$told" ] && [ "$status" -gt 128 ]; do
  told=
  wait "$child"
  status=$?
done

# 75: stopped before its end, and to be done again. Only while the job counts as running: one that was cancelled stays so.
job="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
if [ "$status" -eq 75 ] && [ "$(squeue --noheader --array --jobs="$job" --format=%T)" = RUNNING ]; then
  echo "Asks to be queued again: $job"
  scontrol requeue "$job"
fi
exit "$status"
