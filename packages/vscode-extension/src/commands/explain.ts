import * as vscode from 'vscode';
import type { BelayCommand } from '../belay-command.ts';
import { PageProvider } from '../page-provider.ts';

/** A finding, as `belay explain --format json` lists it. */
interface Finding {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly category: string;
  readonly summary: string;
}

/** Shows the page of a finding that is chosen: what it means, a wrong and a right example. */
export async function explainFinding(belay: BelayCommand): Promise<void> {
  const all = belay.run(['explain', '--format', 'json']).then(({ stdout }) => (JSON.parse(stdout) as Finding[]).map(({ code, name, level, category, summary }) => ({
    label: `${code} ${name}`, description: `${level}, ${category}`, detail: summary, name,
  })));
  const chosen = await vscode.window.showQuickPick(all, { title: 'Explain a Finding', placeHolder: 'Code or name', matchOnDescription: true, matchOnDetail: true });
  if (chosen !== undefined) await vscode.commands.executeCommand('vscode.open', PageProvider.uri(chosen.name));
}
