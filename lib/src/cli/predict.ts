/** `csdnet predict`: what a trained model says of images. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { spelledControls } from '../core/text';
import { partOf, removeLeftParts, writeWholeSync } from '../files';
import type { FilePrediction } from '../predict';
import { overlay, pngBytes } from '../plots';
import { findImages } from '../predict/find';
import { csvLine } from '../report/table';
import { percent } from './columns';
import { readCount, stopOnSignals } from './options';

/** Loaded when it is called, and TensorFlow with it: the other commands start without. */
const library = async () => ({ ...(await import('../export')), ...(await import('../predict')) });

interface Options {
  readonly model: string;
  readonly top: number;
  readonly saliency?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

/** One of the likeliest classes. */
interface Guess {
  /** Counted from 0. */
  readonly class: number;
  readonly name: string;
  readonly probability: number;
}

type Answer =
  | { readonly file: string; readonly guesses: readonly Guess[]; readonly saliency?: string | undefined }
  | { readonly file: string; readonly problem: string };

/** Where answers go, one after the other. */
interface Sink {
  write(answer: Answer): void;
  /** Called when all went well. */
  end(): void;
  /** Called where it ended early: what was written must be readable. */
  stop(): void;
}

function textSink(): Sink {
  return {
    write(answer) {
      if ('problem' in answer) return;
      const [first, ...rest] = answer.guesses;
      const others = rest.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', ');
      console.log(
        `${answer.file}: ${first!.name} ${percent(first!.probability)}${others === '' ? '' : ` (${others})`}`,
      );
    },
    end: () => undefined,
    stop: () => undefined,
  };
}

/** An array of records, written as they come; it is closed where the work is stopped as well. */
function jsonSink(): Sink {
  let before = '[\n';
  const close = (): void => void process.stdout.write(before === '[\n' ? '[]\n' : '\n]\n');
  return {
    write(answer) {
      process.stdout.write(before + spelledControls(JSON.stringify(answer)));
      before = ',\n';
    },
    end: close,
    stop: close,
  };
}

/** A CSV file, which gets its name when it is whole. */
function csvSink(file: string, top: number): Sink {
  const partial = partOf(file);
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  removeLeftParts(path.dirname(path.resolve(file)));
  const places = Array.from({ length: top - 1 }, (_, i) => i + 2);
  const more = places.flatMap((k) => [`class${k}`, `probability${k}`]);
  fs.writeFileSync(partial, csvLine(['file', 'predicted', 'predictedName', 'probability', ...more, 'problem']));
  process.on('exit', () => fs.rmSync(partial, { force: true }));
  return {
    write(answer) {
      const guesses = 'guesses' in answer ? answer.guesses : [];
      const [first, ...rest] = guesses;
      const cells = first ? [first.class, first.name, first.probability] : ['', '', ''];
      const others = places.flatMap((_, i) => (rest[i] ? [rest[i].name, rest[i].probability] : ['', '']));
      fs.appendFileSync(
        partial,
        csvLine([answer.file, ...cells, ...others, 'problem' in answer ? answer.problem : '']),
      );
    },
    end: () => fs.renameSync(partial, file),
    stop: () => fs.rmSync(partial, { force: true }),
  };
}

/** Writes overlays into a folder, `leaf.png` for each leaf.*; of equal names each further one gets a number. */
function pictureWriter(folder: string) {
  const taken = new Map<string, number>();
  fs.mkdirSync(folder, { recursive: true });
  return ({ file, look }: Extract<FilePrediction, { probabilities: unknown }>): string | undefined => {
    if (!look) return undefined;
    const name = path.parse(file).name;
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    const picture = path.join(folder, `${name}${times === 1 ? '' : `-${times}`}.png`);
    writeWholeSync(picture, pngBytes(overlay(look.seen, look.saliency)));
    return picture;
  };
}

const guessesOf = (probabilities: readonly number[], names: readonly string[], top: number): readonly Guess[] =>
  probabilities
    .map((probability, c) => ({ class: c, name: names[c]!, probability }))
    .sort((a, b) => b.probability - a.probability || a.class - b.class)
    .slice(0, top);

function sinkOf({ json = false, csv }: Options, top: number): Sink {
  if (csv !== undefined) return csvSink(csv, top);
  return json ? jsonSink() : textSink();
}

async function predict(given: readonly string[], options: Options): Promise<number> {
  if (options.csv !== undefined && options.json) throw new Error('Give --csv or --json, not both.');
  const files = findImages(given);
  const { loadModel, predictFiles } = await library();
  const model = loadModel(options.model);
  const top = Math.min(options.top, model.classes);
  const signal = stopOnSignals();
  const draw = options.saliency === undefined ? undefined : pictureWriter(options.saliency);
  const sink = sinkOf(options, top);
  const problems: string[] = [];
  try {
    for await (const found of predictFiles(model, files, { signal, looks: draw !== undefined })) {
      if ('problem' in found) {
        problems.push(`${found.file}: ${found.problem}`);
        sink.write(found);
      } else {
        const guesses = guessesOf(found.probabilities, model.classNames, top);
        sink.write({ file: found.file, guesses, saliency: draw?.(found) });
      }
    }
  } catch (error) {
    sink.stop();
    if (!signal.aborted) throw error;
    console.error('\nStopped.');
    return 130;
  }
  sink.end();
  if (options.csv !== undefined) console.error(`${files.length - problems.length} images predicted: ${options.csv}`);
  if (problems.length > 0) console.error(`${problems.length} of ${files.length} images cannot be read:`);
  for (const line of problems) console.error(`  ${line}`);
  return problems.length > 0 ? 1 : 0;
}

/** The command, for main.ts. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('Say what a trained model sees in images.')
    .argument('<image...>', 'images, folders of images at any depth, or patterns in quotes such as "leaves/**/*.png"')
    .requiredOption('--model <file>', 'the file that `csdnet train` wrote')
    .option('--top <k>', 'how many of the likeliest classes', readCount, 3)
    .option('--saliency <folder>', 'write each image under the map of where the model looks, as PNG')
    .option('--csv <file>', 'write all predictions into this file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      [
        '\nImages that cannot be read are listed at the end; the others are predicted all the same, and the exit status is 1.',
        '\nExamples:',
        '  npm run csdnet -- predict leaf.jpg --model cotton.safetensors --saliency looks',
        '  npm run csdnet -- predict photos --model cotton.safetensors --csv photos.csv',
      ].join('\n'),
    )
    .action(async (given: string[], options: Options) => {
      process.exitCode = await predict(given, options);
    });
}
