import { PAGES, shownName, suggest } from '@belay/compiler/analysis';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Command } from './command.ts';

export const explainCode: Command = {
  name: 'belay.explainCode',
  signature: 'code',
  summary: 'The page of a finding, by code or name: `{ code, name, level, category, since, summary, page }`, the page in Markdown.',
  async run([wanted]) {
    if (typeof wanted !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, 'belay.explainCode takes the code or the name of a finding, such as `B0601`.');
    const plain = wanted.trim().toLowerCase();
    const found = [...PAGES.values()].find(({ kind }) => kind.code.toLowerCase() === plain || kind.name === plain);
    if (found !== undefined) {
      const { code, name, level, category, since, summary } = found.kind;
      return { code, name, level, category, since, summary, page: found.page };
    }
    const [near] = suggest(wanted, [...PAGES.values()].flatMap(({ kind }) => [kind.code, kind.name]));
    throw new ResponseError(ErrorCodes.InvalidParams, `There is no finding ${shownName(wanted)}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`);
  },
};
