// The parts of a notebook's JSON, and notebooks made by hand for tests.

/** A text of the notebook format, which is one string or its lines. */
export const textOf = (value) => [value ?? ''].flat().join('');

export const sourceOf = (cell) => textOf(cell.source);
export const codeCells = (notebook) => notebook.cells.filter((cell) => cell.cell_type === 'code');
export const tagged = (cell, tag) => (cell.metadata?.tags ?? []).includes(tag);

/** A code cell that has not run yet. */
export const codeCell = (id, source, tags = []) => ({
  ...{ cell_type: 'code', id, source, metadata: tags.length > 0 ? { tags } : {}, outputs: [], execution_count: null },
});

/** A notebook of cells for our kernel. */
export const notebookOf = (cells) => ({
  cells,
  metadata: { kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'tslab' } },
  nbformat: 4,
  nbformat_minor: 5,
});
