/** The edge to people: figures and tables as files, in a notebook, and as a danfo DataFrame. */
export { figureToSvg, type SvgSize } from './svg';
export { saveFigure, saveFigureNow, saveTable, type SaveOptions } from './save';
export { toCsv, toLatex, toMarkdown, type Cell, type Column, type Table } from './table';
export { linkedConfusionHtml, type LinkedConfusion, type LinkedGuess } from './linked/confusion';
export { toFrame } from './frame';
export {
  imagesHtml,
  inNotebook,
  liveDisplay,
  say,
  show,
  showHtml,
  showImages,
  showStatic,
  showTable,
  tableHtml,
  type LabelledImage,
  type LiveDisplay,
  type ShowOptions,
} from './show';
export { atlasHtml, type Atlas, type AtlasFrame, type AtlasItem, type AtlasRow } from './atlas';
