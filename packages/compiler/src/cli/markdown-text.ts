import picocolors from 'picocolors';
import { displayWidth, neutralize, wrap } from '../diagnostics/display-text.ts';

export interface MarkdownOptions {
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
}

/**
 * Renders the Markdown of our own pages for a terminal: headings, paragraphs, lists, fenced code, `code` and **strong** words. Other
 * Markdown stays as it is written.
 */
export function markdownToText(markdown: string, { color, width }: MarkdownOptions): string {
  const colors = picocolors.createColors(color);
  const blocks: string[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const fence = /^(`{3,}|~{3,})/.exec(line)?.[1];
    const heading = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line)?.[1];
    const item = /^(\s*(?:[-*]|\d+\.) )(.*)$/.exec(line);
    if (line.trim() === '') {
      at += 1;
    } else if (fence !== undefined) {
      const end = lines.findIndex((other, index) => index > at && other.startsWith(fence));
      const stop = end === -1 ? lines.length : end;
      blocks.push(
        lines
          .slice(at + 1, stop)
          .map((code) => `    ${colors.cyan(neutralize(code.replaceAll('\t', '    ')))}`.trimEnd())
          .join('\n'),
      );
      at = stop + 1;
    } else if (heading !== undefined) {
      blocks.push(colors.bold(neutralize(heading)));
      at += 1;
    } else {
      const lead = item?.[1] ?? '';
      const start = at;
      at += 1;
      while (at < lines.length && continues(lines[at] ?? '')) at += 1;
      const text = [item?.[2] ?? line, ...lines.slice(start + 1, at)].map((part) => part.trim()).join(' ');
      const indent = ' '.repeat(displayWidth(lead));
      const rows = paint(wrap(text, width - indent.length).join('\n'), colors).split('\n');
      const block = rows.map((row, index) => (index === 0 ? lead : indent) + row).join('\n');
      const previous = blocks.at(-1);
      // Items of a list stand without empty lines between them.
      if (item !== null && previous !== undefined && (lines[start - 1] ?? '').trim() !== '' && start > 0)
        blocks[blocks.length - 1] = `${previous}\n${block}`;
      else blocks.push(block);
    }
  }
  return `${blocks.join('\n\n')}\n`;
}

/** Whether a line belongs to the paragraph above it. */
function continues(line: string): boolean {
  return line.trim() !== '' && !/^(?:#{1,6} |`{3,}|~{3,}|\s*(?:[-*]|\d+\.) )/.test(line);
}

/** Code and strong words in color; without color code keeps its backticks. Both may reach over a line break. */
function paint(text: string, colors: ReturnType<typeof picocolors.createColors>): string {
  const over = (part: string, color: (text: string) => string): string => part.split('\n').map(color).join('\n');
  if (!colors.isColorSupported) return text.replace(/\*\*([^*]+)\*\*/g, '$1');
  return text
    .replace(/\*\*([^*]+)\*\*/g, (_, strong: string) => over(strong, colors.bold))
    .replace(/`([^`]+)`/g, (_, code: string) => over(code, colors.cyan));
}
