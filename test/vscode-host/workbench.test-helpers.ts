import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const folder = fileURLToPath(new URL('.', import.meta.url));
const host = path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
/** A browser, where one is installed. */
export const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));

/** Where screenshots are kept. */
export const SCREENSHOTS = path.join(folder, '..', 'dist', 'vscode-host');

/** Whether VS Code's server, what it needs, and a browser are installed. */
export const isInstalled = browser !== undefined && existsSync(host) && existsSync(path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules'));

/** How a browser is started: with nothing that is not asked for. */
export const BROWSER_ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** What a user who wants to see only the editor would set. */
const SETTINGS = {
  'files.autoSave': 'off', 'workbench.startupEditor': 'none', 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'telemetry.telemetryLevel': 'off',
  'workbench.editor.enablePreview': false, 'window.menuBarVisibility': 'compact', 'security.workspace.trust.enabled': true, 'update.mode': 'none', 'extensions.ignoreRecommendations': true,
  'workbench.tips.enabled': false, 'git.enabled': false, 'editor.hover.delay': 100,
};

/** A VS Code workbench on a folder of plans, with the extension installed, in a browser. */
export class Workbench {
  readonly page: Page;
  /** The folder to open; a new one after each reset. */
  folder: string;
  readonly #temporary: string;
  readonly #server: ChildProcess;
  readonly #browser: BrowserContext;
  readonly #address: string;
  #folders = 0;

  private constructor(parts: { page: Page; temporary: string; server: ChildProcess; browser: BrowserContext; address: string }) {
    this.page = parts.page;
    this.folder = '';
    this.#temporary = parts.temporary;
    this.#server = parts.server;
    this.#browser = parts.browser;
    this.#address = parts.address;
    this.#makeFolder();
  }

  #makeFolder(): void {
    this.folder = path.join(this.#temporary, `plans-${(this.#folders += 1)}`);
    cpSync(path.join(folder, 'plans'), this.folder, { recursive: true });
  }

  /**
   * Installs an extension as a user would, and opens the plans beside this file.
   *
   * @param vsix the package to install
   * @param trusted whether the folder is trusted from the start
   */
  static async start({ vsix, trusted = true }: { vsix: string; trusted?: boolean }): Promise<Workbench> {
    const temporary = mkdtempSync(path.join(os.tmpdir(), 'belay-vscode-'));
    mkdirSync(path.join(temporary, 'data', 'User'), { recursive: true });
    writeFileSync(path.join(temporary, 'data', 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, 'security.workspace.trust.startupPrompt': 'never' }));
    writeFileSync(path.join(temporary, 'config.yaml'), '');
    const port = await freePort();
    const common = [host, '--config', path.join(temporary, 'config.yaml'), '--user-data-dir', path.join(temporary, 'data'), '--extensions-dir', path.join(temporary, 'extensions')];
    const env = { PATH: process.env['PATH'] ?? '', HOME: temporary, LANG: 'C.UTF-8', EXTENSIONS_GALLERY: '{}' };
    const install = spawnSync(process.execPath, [...common, '--install-extension', vsix], { env, encoding: 'utf8' });
    if (install.status !== 0 || !install.stdout.includes('was successfully installed')) throw new Error(`the extension was not installed:\n${install.stdout}${install.stderr}`);

    const options = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
    const server = spawn(process.execPath, [...common, ...options, ...(trusted ? ['--disable-workspace-trust'] : []), temporary], { env, stdio: 'ignore' });
    const address = `127.0.0.1:${port}`;
    await until(async () => (await fetch(`http://${address}/healthz`)).ok, 'VS Code answers');
    const context = await chromium.launchPersistentContext(path.join(temporary, 'browser'), {
      ...(browser === undefined ? {} : { executablePath: browser }), viewport: { width: 1280, height: 800 }, env: { PATH: process.env['PATH'] ?? '', HOME: temporary },
      args: BROWSER_ARGUMENTS,
    });
    const workbench = new Workbench({ page: context.pages()[0] ?? (await context.newPage()), temporary, server, browser: context, address });
    workbench.page.setDefaultTimeout(30_000);
    return workbench;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.kill();
    if (this.#server.exitCode === null) await new Promise((resolve) => this.#server.once('exit', resolve));
    rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens the folder, with a file of it in front. */
  async open(file: string): Promise<void> {
    const payload = [['openFile', `vscode-remote://${this.#address}${path.join(this.folder, file)}`]];
    const query = new URLSearchParams({ folder: this.folder, payload: JSON.stringify(payload) });
    await this.page.goto(`http://${this.#address}/?${query.toString()}`);
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Opens the box for quick input, and types. While the workbench is busy a key may get lost. */
  async #ask(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input').first();
    await until(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press(key);
      await input.fill(text, { timeout: 2_000 });
      return (await input.inputValue()) === text;
    }, `the box for \`${text}\` opens`);
  }

  /** Runs a command by its title, as it stands in the command palette. */
  async run(title: string): Promise<void> {
    await this.#ask('F1', `>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ has: this.page.getByText(title, { exact: true }) }).first().click();
  }

  /** The titles that the command palette offers for what is typed. */
  async commands(typed: string): Promise<string[]> {
    await this.#ask('F1', `>${typed}`);
    await sleep(500);
    const found = await this.page.locator('.quick-input-list .monaco-list-row .label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return found.filter((title) => title.startsWith(typed)).map((title) => title.replaceAll('\u00a0', ' '));
  }

  /** Puts the cursor of the editor somewhere; line and column from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.#ask('Control+g', `:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Brings a file of the folder to the front, as one does with Ctrl+P. */
  async show(file: string): Promise<void> {
    await this.#ask('Control+p', file);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: file }).first().click();
    await this.page.locator('.tab.active').filter({ hasText: file }).waitFor();
  }

  /** What the Problems view lists: findings as they are read out. */
  async problems(): Promise<string[]> {
    const rows = await this.page.locator('.markers-panel .monaco-list-row').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    return rows.filter((label) => /^(?:Error|Warning|Info)/.test(label));
  }

  /** A file of the folder, as it stands on the disk; undefined if there is none. */
  read(file: string): string | undefined {
    const whole = path.join(this.folder, file);
    return existsSync(whole) ? readFileSync(whole, 'utf8') : undefined;
  }

  /** A file of the folder as it was at first. */
  original(file: string): string {
    return readFileSync(path.join(folder, 'plans', file), 'utf8');
  }

  /** The files of a folder below the one that is open. */
  list(below: string): string[] {
    const whole = path.join(this.folder, below);
    return existsSync(whole) ? readdirSync(whole).sort() : [];
  }

  /** The processes of the language server that run for this workbench. */
  serverIds(): number[] {
    const { stdout } = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line.includes(path.join(this.#temporary, 'extensions')) && line.includes('belay-lsp.cjs')).map((line) => Number.parseInt(line, 10));
  }

  /** How many language servers run for this workbench. */
  servers(): number {
    return this.serverIds().length;
  }

  /** Waits until the item in the status bar says that the language server is ready. */
  async status(name: string): Promise<void> {
    await this.page.locator('.statusbar-item:is([aria-label^="check"],[aria-label^="error"])').filter({ hasText: name }).waitFor();
  }

  /** What “Running Extensions” lists. */
  async activations(): Promise<{ name: string; milliseconds: number }[]> {
    const rows = await this.page.locator('.monaco-list-row', { hasText: 'Activation:' }).evaluateAll((all) => all.map((row) => ({
      name: row.querySelector('.name')?.textContent ?? '', time: /Activation: (\d+)ms/.exec(row.textContent ?? '')?.[1] ?? '',
    })));
    return rows.map(({ name, time }) => ({ name, milliseconds: Number(time) }));
  }

  /** Where the first occurrence of a text stands on the screen. */
  async place(text: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const found = await this.page.locator('.editor-instance .monaco-editor .view-line').evaluateAll((lines, wanted) => {
      for (const line of lines) {
        const at = (line.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(wanted);
        if (at === -1) continue;
        const range = document.createRange();
        let offset = 0;
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const { length } = node.textContent ?? '';
          if (at >= offset && at < offset + length) range.setStart(node, at - offset);
          if (at + wanted.length > offset && at + wanted.length <= offset + length) range.setEnd(node, at + wanted.length - offset);
          offset += length;
        }
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      }
      return undefined;
    }, text);
    if (found === undefined) throw new Error(`the editor does not show ${text}`);
    return found;
  }

  /** The color of a word on the screen. */
  async color(word: string): Promise<string> {
    const { x, y, width, height } = await this.place(word);
    return this.page.evaluate(([left, top]) => {
      const element = document.elementsFromPoint(left, top).find((one) => one.matches('.view-line span span'));
      return element === undefined ? 'none' : getComputedStyle(element).color;
    }, [x + width / 2, y + height / 2] as const);
  }

  /** Rests with the mouse on a text. */
  async hover(text: string): Promise<void> {
    await until(async () => {
      // Lenses that arrive late move the lines.
      const { x, y, height } = await this.place(text);
      await this.page.mouse.move(x + 60, y + 120);
      await this.page.mouse.move(x + 8, y + height / 2, { steps: 4 });
      await this.page.locator('.monaco-hover:visible').first().waitFor({ timeout: 3_000 });
      return true;
    }, `something is shown about ${text}`);
  }

  /** Runs a task by its name, as “Tasks: Run Task” lists it. */
  async runTask(name: string): Promise<void> {
    await this.run('Tasks: Run Task');
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'belay' }).first().click();
    await rows.filter({ hasText: name }).first().click();
  }

  /** Leaves the folder, and makes another one. */
  async reset(): Promise<void> {
    await this.page.goto('about:blank');
    this.#makeFolder();
  }

  /** The files of the extension as it is installed, by their paths below its folder. */
  installed(): string[] {
    const top = this.#extension();
    const files = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((file) => path.relative(top, path.join(file.parentPath, file.name))).filter((file) => !file.startsWith('.')).sort();
  }

  /** The manifest of the extension as it is installed. */
  manifest(): unknown {
    return JSON.parse(readFileSync(path.join(this.#extension(), 'package.json'), 'utf8'));
  }

  #extension(): string {
    const extensions = path.join(this.#temporary, 'extensions');
    const name = readdirSync(extensions).find((one) => one.startsWith('belay.belay-vscode-'));
    if (name === undefined) throw new Error('the extension is not installed');
    return path.join(extensions, name);
  }

  /** Keeps a picture of what is to be seen. */
  async picture(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}

/** Waits until something is so, for at most 30 seconds. */
export async function until(isSo: () => Promise<boolean> | boolean, what: string, limit = 30_000): Promise<void> {
  const end = performance.now() + limit;
  for (;;) {
    if (await Promise.resolve().then(isSo).catch(() => false)) return;
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
