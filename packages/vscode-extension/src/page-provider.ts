import * as vscode from 'vscode';
import type { BelayCommand } from './belay-command.ts';

/** Gives the pages of findings as documents that are on no disk; the manifest has them opened as rendered Markdown. */
export class PageProvider implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'belay-page';
  readonly #belay: BelayCommand;

  constructor(belay: BelayCommand) {
    this.#belay = belay;
  }

  /** The address of a page, by the name of the finding. */
  static uri(name: string): vscode.Uri {
    return vscode.Uri.from({ scheme: PageProvider.scheme, path: `/${name}.md` });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, name = ''] = /^\/([\w-]+)\.md$/.exec(uri.path) ?? [];
    const { exitCode, stdout, stderr } = await this.#belay.run(['explain', '--format', 'json', '--', name]);
    return exitCode === 0 ? (JSON.parse(stdout) as { readonly page: string }).page : stderr;
  }
}
