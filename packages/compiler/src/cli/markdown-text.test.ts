import { expect, test } from 'vitest';
import { markdownToText } from './markdown-text.ts';

const PAGE = `# Unknown name

A name is used that **nothing**
declares, as \`needs keystnoe\`.

## Wrong

\`\`\`belay
cloud zurich {
\tneeds keystnoe
}
\`\`\`

- the first item, which is long enough to be
  broken
- the second
1. a number

The end.
`;

test('as plain text', () => {
  expect(markdownToText(PAGE, { color: false, width: 40 })).toBe(`\
Unknown name

A name is used that nothing
declares, as \`needs keystnoe\`.

Wrong

    cloud zurich {
        needs keystnoe
    }

- the first item, which is long enough
  to be broken
- the second
1. a number

The end.
`);
});

test('in color', () => {
  expect(markdownToText('# A `b`\n\n**c** `d`\n\n```\ne\n```\n', { color: true, width: 40 })).toBe(
    '\u001b[1mA `b`\u001b[22m\n\n\u001b[1mc\u001b[22m \u001b[36md\u001b[39m\n\n    \u001b[36me\u001b[39m\n',
  );
});

test('an open fence, and control characters', () => {
  expect(markdownToText('a\u001b[2J\n```\nb\u001b[2J', { color: false, width: 40 })).toBe('a␛[2J\n\n    b␛[2J\n');
});
