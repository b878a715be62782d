/** Which layout a folder has, what is said where none fits, and the stages of SoyAgeing. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { layoutsOf } from './detect';
import { LAYOUTS } from './layouts';
import { loadDataset } from './load';
import { readDataset } from './read';
import { stageOf, STAGES } from './stage-folders';
import { readStages } from './stages';
import { temporaryFolder, writeDataset, writeFiles } from './testing';
import { aircraftFiles, carsFiles, carsInOneFiles, cubFiles, dogsFiles, folderFiles, nabirdsFiles, pictures, plantFiles, writeLayout } from './testing/layouts'; // prettier-ignore

let base: string;
beforeEach(async () => {
  base = await fs.realpath(await temporaryFolder());
});
afterEach(() => fs.rm(base, { recursive: true, force: true }));

const at = (...parts: string[]): string => path.join(base, ...parts);
const messageOf = (name: string): Promise<string> =>
  readDataset(at(name)).then(
    () => 'read',
    (error: Error) => error.message,
  );

describe('detection', () => {
  it('takes each layout for itself, and for no other', async () => {
    await writeDataset(at('ultra-fgvc'), 2, [1, 1]);
    await writeDataset(at('ultra-fgvc-names'), 2, [1, 1]);
    await fs.rm(at('ultra-fgvc-names', 'anno'), { recursive: true });
    const files = { cub: cubFiles(), dogs: dogsFiles(), cars: carsFiles(), 'cars-in-one': carsInOneFiles(), aircraft: aircraftFiles(), 'plant-pathology-2020': plantFiles(), folders: folderFiles(), nabirds: nabirdsFiles() }; // prettier-ignore
    for (const [name, own] of Object.entries(files)) await writeLayout(at(name), own);
    await writeLayout(at('csv'), pictures(['a.png', 'b.png']));
    await writeFiles(at('csv'), { 'x.csv': 'file,class,set\na.png,1,train\nb.png,1,test\n' });
    for (const { name } of LAYOUTS) {
      const fits = (await layoutsOf(at(name))).map((layout) => layout.name);
      expect(fits, name).toEqual([name]);
      expect(await readDataset(at(name))).toMatchObject({ layout: name, name });
    }
  });

  it('takes the more specific of two, and says so', async () => {
    await writeLayout(at('both'), folderFiles());
    await writeFiles(at('both'), { 'train.csv': 'image,label\ntrain/lime/1.jpg,lime\n', 'test.csv': 'image,label\ntest/lime/3.jpg,lime\n' }); // prettier-ignore
    expect(await readDataset(at('both'))).toMatchObject({
      layout: 'csv',
      notes: ['read as CSV; the folder could also be read as class folders'],
    });
  });

  it('tells what is nearest, and all that would do', async () => {
    await writeLayout(at('dogs'), dogsFiles());
    await fs.rm(at('dogs', 'lists', 'test_list.mat'));
    const message = await messageOf('dogs');
    expect(message).toMatch(
      /2 problems\n {2}lists\/test_list.mat: it is missing, while lists\/train_list.mat, Images are there/,
    );
    for (const { title } of LAYOUTS) expect(message).toContain(`\n    ${title}: `);
    await fs.mkdir(at('empty'));
    expect(await messageOf('empty')).toMatch(/1 problem\n {2}empty\/: no layout fits/);
    expect(await messageOf('nowhere')).toMatch(/nowhere\/: there is no such folder/);
  });

  it('points from class folders without a split to the command that draws one', async () => {
    await writeLayout(at('lone'), pictures(['images/oak/1.png', 'images/lime/1.png']));
    expect(await messageOf('lone')).toMatch(/images\/: one folder a class, but no split.*data annotate FOLDER/);
    await writeLayout(at('bare'), pictures(['oak/1.png', 'lime/1.png']));
    expect(await messageOf('bare')).toMatch(/move the folders of the classes into images\//);
  });

  it('names the datasets that lie in a folder', async () => {
    await writeDataset(at('COTTON'), 2, [1, 1]);
    await writeLayout(at('birds'), cubFiles());
    await expect(loadDataset(base, { dataDir: base })).rejects.toThrow(/a folder of datasets; .*COTTON, birds/);
  });
});

describe('stages', () => {
  it('knows the names of their folders', () => {
    const names = ['R1', 'r6', 'soybean_aging_R4', 'SoyAgeing_R3', 'soyaging_r5'];
    expect(names.map(stageOf)).toEqual(['R1', 'R6', 'R4', 'R3', 'R5']);
    for (const name of ['R9', 'R12', 'xR1', 'soybean_aging', 'R']) expect(stageOf(name)).toBeUndefined();
  });

  it.each(['R', 'SoyAgeing/R', 'soybean_aging_R'])(
    'are read as a group, in the order of growth: %s1 ..',
    async (start) => {
      for (const stage of [...STAGES].reverse()) await writeDataset(at(start.slice(0, -1) + stage), 2, [1, 1]);
      const stages = await readStages(base);
      expect(stages?.map(({ name }) => name.slice(-2))).toEqual([...STAGES]);
      expect(stages?.every(({ notes }) => notes === undefined)).toBe(true);
      expect(await readStages(path.basename(base), { dataDir: path.dirname(base) })).toHaveLength(5);
      await expect(readDataset(base)).rejects.toThrow(/the stages of SoyAgeing, each a dataset of its own; .*R1, .*R6/);
      expect(stages?.[0]?.fingerprint).toBe((await readDataset(stages![0]!.root)).fingerprint);
    },
  );

  it('tell which of them are missing, or are there twice', async () => {
    for (const stage of ['R1', 'R4']) await writeDataset(at(stage), 2, [1, 1]);
    expect((await readStages(base))?.[1]?.notes).toEqual([expect.stringMatching(/there is no R3, R5, R6: a mean/)]);
    await writeDataset(at('soybean_aging_R4'), 2, [1, 1]);
    await expect(readStages(base)).rejects.toThrow(/R4 and soybean_aging_R4 are both stage R4/);
  });

  it('are none in one dataset, in an empty folder, where there is no folder', async () => {
    await writeDataset(at('R1'), 2, [1, 1]);
    expect(await readStages(at('R1'))).toBeUndefined();
    expect(await readStages(at('nowhere'))).toBeUndefined();
    await fs.mkdir(at('empty'));
    expect(await readStages(at('empty'))).toBeUndefined();
  });

  it('are no reason to examine the layouts of a dataset twice, and none in a dataset that holds such a folder', async () => {
    await writeDataset(at('one'), 2, [1, 1]);
    const examined = vi.spyOn(LAYOUTS[0]!, 'examine');
    expect(await readStages(at('one'))).toBeUndefined();
    expect(examined).not.toHaveBeenCalled();
    await fs.mkdir(at('one', 'R1'));
    expect(await readStages(at('one'))).toBeUndefined();
    expect(examined).toHaveBeenCalledOnce();
    examined.mockRestore();
  });

  it('fail where one of them cannot be read', async () => {
    for (const stage of ['R1', 'R3']) await writeDataset(at(stage), 2, [1, 1]);
    await fs.rm(at('R3', 'anno', 'test.txt'));
    await expect(readStages(base)).rejects.toThrow(/anno\/test.txt: it is missing/);
  });
});
