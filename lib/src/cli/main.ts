#!/usr/bin/env node
/** The command line: one file a command. */
import { Command } from 'commander';
import { explained } from '../files';
import { benchCommand } from './bench';
import { compareCommand } from './compare';
import { costCommand } from './cost';
import { dataCommand } from './data';
import { exportCommand } from './export';
import { gradientsCommand } from './gradients';
import { localiseCommand } from './localise';
import { predictCommand } from './predict';
import { profileCommand } from './profile';
import { reportCommand } from './report';
import { reproduceCommand } from './reproduce';
import { runsCommand } from './runs';
import { sweepCommand } from './sweep';
import { tablesCommand } from './tables';
import { spellControls } from './terminal';
import { trainCommand } from './train';

const program = new Command('csdnet')
  .description('CSDNet: contrastive self-distillation for ultra-fine-grained images.')
  .addCommand(reproduceCommand())
  .addCommand(sweepCommand())
  .addCommand(tablesCommand())
  .addCommand(costCommand())
  .addCommand(reportCommand())
  .addCommand(trainCommand())
  .addCommand(predictCommand())
  .addCommand(runsCommand())
  .addCommand(exportCommand())
  .addCommand(localiseCommand())
  .addCommand(gradientsCommand())
  .addCommand(compareCommand())
  .addCommand(dataCommand())
  .addCommand(benchCommand())
  .addCommand(profileCommand())
  .showHelpAfterError('(add --help for what is allowed)');

spellControls();
program.parseAsync().catch((thrown: Error) => {
  const error = explained(thrown);
  // What a person can mend is told in a sentence; where it broke is for a developer who asks.
  console.error(process.env.CSDNET_DEBUG ? error.stack : `\n${error.message}`);
  process.exitCode = 1;
});
