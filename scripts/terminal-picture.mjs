// Draws what a program printed to a terminal as an SVG picture.
// Usage: COMMAND | node scripts/terminal-picture.mjs "belay check plan.belay" > picture.svg
import process from 'node:process';

const COLORS = {
  30: '#4c566a', 31: '#ff6e6e', 32: '#7ee787', 33: '#f2cc60', 34: '#79c0ff', 35: '#d2a8ff', 36: '#76e3ea', 37: '#e6edf3',
  90: '#8b949e', 91: '#ff7b72', 92: '#7ee787', 93: '#f2cc60', 94: '#79c0ff', 95: '#d2a8ff', 96: '#76e3ea', 97: '#ffffff',
};
const CHARACTER = 8.4;
const LINE = 19;

// Blanks would be drawn as one.
const escape = (text) => text.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Cuts a line at its color codes. */
function pieces(line, style) {
  const out = [];
  // oxlint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // oxlint-disable-next-line no-control-regex
    const codes = /^\u001b\[([0-9;]*)m$/.exec(part);
    if (codes === null) {
      if (part !== '') out.push({ text: part, ...style });
      continue;
    }
    for (const code of codes[1].split(';').map(Number)) {
      if (code === 0) Object.assign(style, { color: undefined, bold: false, dim: false });
      else if (code === 1) style.bold = true;
      else if (code === 2) style.dim = true;
      else if (code === 22) Object.assign(style, { bold: false, dim: false });
      else if (code === 39) style.color = undefined;
      else if (COLORS[code] !== undefined) style.color = COLORS[code];
    }
  }
  return out;
}

const command = process.argv[2] ?? '';
const style = { color: undefined, bold: false, dim: false };
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const lines = Buffer.concat(chunks).toString('utf8').replace(/\n+$/, '').split('\n').map((line) => pieces(line, style));
if (command !== '') lines.unshift([{ text: '$ ', dim: true }, { text: command, bold: true }]);
const columns = Math.max(60, ...lines.map((line) => line.reduce((sum, piece) => sum + [...piece.text].length, 0)));
const width = Math.ceil(columns * CHARACTER + 40);
const height = lines.length * LINE + 36;

const spans = (line) => {
  let column = 0;
  return line.map(({ text, color, bold, dim }) => {
    const x = 20 + column * CHARACTER;
    const length = [...text].length;
    column += length;
    if (text.trim() === '') return '';
    const attributes = [`x="${x.toFixed(1)}"`, `textLength="${(length * CHARACTER).toFixed(1)}"`, color ? `fill="${color}"` : '', bold ? 'font-weight="bold"' : '', dim ? 'opacity="0.6"' : ''];
    return `<tspan ${attributes.filter(Boolean).join(' ')}>${escape(text)}</tspan>`;
  }).join('');
};

process.stdout.write([
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
  `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
  '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" fill="#e6edf3" xml:space="preserve">',
  ...lines.map((line, index) => `<text y="${30 + index * LINE}">${spans(line)}</text>`),
  '</g>',
  '</svg>',
  '',
].join('\n'));
