// What a reader sees is what runs: the outputs that are kept in a notebook against those that it has just made.
import { tagged, textOf } from './cells.mjs';
import { figureDiffers, htmlDiffers, textDiffers } from './differences.mjs';

/** The tag of a cell whose numbers may differ, because it trains: another processor or number of threads changes the last digits first. */
export const VARIES = 'varies';
/** The tag of a cell whose words depend on such numbers as well (the name of the class that is confused most): only kinds of outputs are compared. */
export const VARIES_WHOLLY = 'varies-wholly';

/** A terminal overwrites a line after a carriage return; of live output only the last state is compared. */
const lastState = (text) =>
  text
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').pop())
    .join('\n');

/** A progress bar is there only when there was something to wait for (a dataset is drawn once), and says nothing of the result. */
const isProgress = ({ 'text/html': html }) =>
  html !== undefined && /^\s*\d+ %, .*(left|done in|stopped)/s.test(textOf(html).replace(/<[^>]*>/g, ''));

/** Outputs as a list of `{ kind: content }`: pieces of one stream joined, as a kernel may cut it anywhere; progress bars left out. */
function outputsOf(cell) {
  const list = [];
  for (const output of cell.outputs) {
    const last = list.at(-1);
    if (output.output_type === 'stream') {
      const text = textOf(output.text);
      if (last?.[output.name] !== undefined) last[output.name] += text;
      else list.push({ [output.name]: text });
    } else list.push(output.data ?? { error: `${output.ename}: ${output.evalue}` });
  }
  return list.filter((output) => !isProgress(output));
}

/** How each kind of output is compared; a kind that is not here, as text. */
const KINDS = {
  'application/vnd.plotly.v1+json': (kept, came, varies) => figureDiffers(kept, came, varies),
  'text/html': (kept, came, varies) => htmlDiffers(textOf(kept), textOf(came), varies),
  // A picture of varying numbers has other ticks and other places; its data are compared where it comes with a figure.
  'image/svg+xml': (kept, came, varies) =>
    varies ? undefined : textDiffers(textOf(kept), textOf(came), { absolute: 0.5 }),
};
const asText = (kept, came, varies) => textDiffers(lastState(textOf(kept)), lastState(textOf(came)), { varies });

const kindsOf = (outputs) => outputs.map((output) => Object.keys(output).sort().join(' + ')).join(', ') || 'nothing';

/** The first difference between two executions of one cell, as a sentence; undefined where there is none. */
function cellDiffers(kept, came) {
  const [a, b] = [outputsOf(kept), outputsOf(came)];
  if (kindsOf(a) !== kindsOf(b)) return `other outputs.\n    kept: ${kindsOf(a)}\n    came: ${kindsOf(b)}`;
  if (tagged(kept, VARIES_WHOLLY)) return undefined;
  const varies = tagged(kept, VARIES);
  for (const [i, output] of a.entries()) {
    for (const kind of Object.keys(output)) {
      const found = (KINDS[kind] ?? asText)(output[kind], b[i][kind], varies);
      if (found) return `output ${i + 1} (${kind}): ${found.what}\n    kept: ${found.kept}\n    came: ${found.came}`;
    }
  }
  return undefined;
}

/**
 * What differs between a notebook as it is kept and as it was just executed, in sentences.
 *
 * @param kept the notebook in git, parsed
 * @param came the same notebook, executed
 */
export function compareNotebooks(kept, came) {
  const code = ({ cells }) => cells.map((cell, i) => ({ cell, number: i + 1 })).filter(({ cell }) => cell.outputs);
  const [a, b] = [code(kept), code(came)];
  if (a.length !== b.length) return [`${a.length} code cells are kept and ${b.length} were run`];
  return a.flatMap(({ cell, number }, i) => {
    const found = cellDiffers(cell, b[i].cell);
    return found ? [`cell ${number} gives other outputs than are kept: ${found}`] : [];
  });
}
