/** `csdnet sweep`: many runs from a manifest, on this machine or a cluster. */
import { Command, Option } from 'commander';
import { checkpointOption, readCount, readIndex, readSeeds } from './options';
import { addRecipeOptions, addTableOption } from './recipe';
import { defaultJobs } from './reproduce';
import { collect, plan } from './sweep-plan';
import type { PlanOptions } from './sweep-plan';
import { cancel, runOnSlurm } from './sweep-slurm';
import type { SlurmOptions } from './sweep-slurm';
import { status } from './sweep-status';
import type { StatusOptions } from './sweep-status';
import { doTask, runLocally } from './sweep-work';
import type { TaskOptions } from './sweep-work';

const MANIFEST = 'the file that csdnet sweep plan wrote';

const planCommand = (): Command =>
  addRecipeOptions(addTableOption(new Command('plan').description('Write a manifest: every run of the tables, once.')))
    .option('--seeds <n|list>', 'how many seeds, or which: 3, or 1,4,7', readSeeds, [1, 2, 3])
    .option('--threads <n>', 'threads of each run; results depend on it in the last digits', readCount, 1)
    .option('--out <file>', 'the manifest', 'sweep.jsonl')
    .action((options: PlanOptions) => plan(options));

interface RunOptions extends SlurmOptions {
  readonly on: 'local' | 'slurm';
}

const runCommand = (): Command =>
  new Command('run')
    .description('Do the runs that are not done: in processes here, or as job arrays of Slurm.')
    .argument('<manifest>', MANIFEST)
    .addOption(new Option('--on <where>', 'this machine or a cluster').choices(['local', 'slurm']).default('local'))
    .option('--jobs <n>', 'runs (local; default: one a core) or tasks (slurm; default: no limit) at a time', readCount)
    .addOption(checkpointOption())
    .option('--runs-a-task <n>', 'slurm: runs that one task does, one after the other', readCount, 1)
    .option('--gres <text>', 'slurm: devices of a task, such as gpu:1')
    .option('--memory <size>', 'slurm: memory of a task, such as 8G')
    .option('--time <limit>', 'slurm: time of a task, such as 04:00:00; what is not done then is queued again')
    .option('--partition <name>', 'slurm: where to run')
    .option('--account <name>', 'slurm: who pays')
    .option('--template <file>', "slurm: your site's job script, made from scripts/slurm/job.sh")
    .action(async (file: string, { on, ...options }: RunOptions) => {
      if (on === 'slurm') return runOnSlurm(file, options);
      const { jobs = defaultJobs(), checkpoint } = options;
      process.exitCode = await runLocally(file, { jobs, checkpoint });
    });

const taskCommand = (): Command =>
  new Command('task')
    .description('The runs of one task of a job array; job scripts call it.')
    .argument('<manifest>', MANIFEST)
    .requiredOption('--index <n>', 'index within the array', readIndex)
    .option('--offset <n>', 'task that index 0 is', readIndex, 0)
    .option('--runs-a-task <n>', 'runs of a task', readCount, 1)
    .addOption(checkpointOption())
    .action(async (file: string, options: TaskOptions) => {
      process.exitCode = await doTask(file, options);
    });

/** The command, for main.ts. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .description('Many runs from a manifest, on this machine or on a Slurm cluster.')
    .addCommand(planCommand())
    .addCommand(runCommand())
    .addCommand(
      new Command('status')
        .description('How far each run is: from its files, and from the queue where there is one.')
        .argument('<manifest>', MANIFEST)
        .option('--runs', 'list every run', false)
        .option('--json', 'as JSON', false)
        .action((file: string, options: StatusOptions) => status(file, options)),
    )
    .addCommand(
      new Command('cancel')
        .description('Take the jobs of this sweep out of the queue; what is done is kept.')
        .argument('<manifest>', MANIFEST)
        .action((file: string) => cancel(file)),
    )
    .addCommand(
      new Command('collect')
        .description('Write the tables of the manifest from the runs that are done, as reproduce --finished does.')
        .argument('<manifest>', MANIFEST)
        .option('--results <file>', 'also put the numbers into this JSON file, beside those of other tables')
        .action((file: string, options: { readonly results?: string }) => collect(file, options)),
    )
    .addCommand(taskCommand(), { hidden: true });
}
