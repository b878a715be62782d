/** The worst mistakes: wrong and sure of it. */
import { escapeXml, isPictureData } from '../svg/text';
import type { Html } from './frame';
import { paragraph } from './pieces';
import type { Mistake, Mistakes } from './types';

/** Data URIs of pictures alone: a page may be read where nobody is to be called. */
function pictureHtml(source: string | undefined, words: string): Html {
  if (source === undefined) return '';
  if (!isPictureData(source))
    throw new RangeError(`a report holds its pictures itself: ${source.slice(0, 40)} is no JPEG or PNG as a data URI`);
  return `<figure><img src="${source}" alt=""><figcaption>${words}</figcaption></figure>`;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function mistakeHtml({ name, truth, called, probability, trueProbability, picture, calledPicture }: Mistake): Html {
  const pictures = pictureHtml(picture, 'this image') + pictureHtml(calledPicture, 'of the called class');
  return (
    `<li>${pictures ? `<div class="pair">${pictures}</div>` : ''}<div class="words">${escapeXml(truth)}<br>` +
    `<span class="wrong">called ${escapeXml(called)}</span>, ${percent(probability)} sure; the true class got ${percent(trueProbability)}` +
    `<span class="file">${escapeXml(name)}</span></div></li>`
  );
}

/** @param what what the scored images are called: `test images` */
export function mistakesHtml({ items, wrong, images, run, note }: Mistakes, what: string): Html {
  if (items.length === 0) return paragraph(`Run ${run} called none of ${images} ${what} wrongly.`);
  const words =
    `${wrong} of ${images} ${what} were called wrongly in run ${run} (one seed of the full model); here are those that it was surest of ` +
    `(${items.length}). Look for labels that may be wrong, for images that show no difference, and for what the model may have looked at instead.`;
  const said = note === undefined ? [] : [paragraph(note, 'note')];
  return `${[paragraph(words), ...said].join('\n')}\n<ul class="mistakes">${items.map(mistakeHtml).join('\n')}</ul>`;
}
