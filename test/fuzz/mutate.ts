import fc from 'fast-check';

/** Changes a text. */
type Mutation = (text: string) => string;

/** What is put in: signs of the language, quotes, markers, control characters, and halves of characters. */
const INSERTED = [
  '{', '}', '(', ')', '[', ']', '"', '"""', '\\', ',', ':', '=', '->', '#', '$', '${', '${raw x}', ';', "'", '.', '*', '-', '%', ' ', '\t', '\n', '\r', '\r\n',
  '\n<<<<<<< HEAD\n', '\n=======\n', '\n||||||| base\n', '\n>>>>>>> branch\n', '\n}\n', '\n{\n', '\u0000', '\u0007', '\u001b[2J', '\u200b', '\u202e', '\u2028',
  '\ufeff', '\ufffd', '\ud800', '\udc00', '😀', '\u00a0', 'é', 'x', '0', '99999999999999999999', '10%', '5m', '22:00', '__proto__', 'constructor', 'toString',
  ' on ', ' run "x" ', ' undo ', ' step s { ', ' plan p {', ' use a', '\nwait until ', '/'.repeat(300), '['.repeat(40), '{'.repeat(80),
] as const;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (text: string, where: number): number => Math.floor(text.length * where);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // Something is put in.
  fc.tuple(place, fc.constantFrom(...INSERTED)).map(([where, inserted]): Mutation => (text) => text.slice(0, at(text, where)) + inserted + text.slice(at(text, where))),
  fc.tuple(place, fc.string({ unit: 'binary', maxLength: 8 })).map(([where, inserted]): Mutation => (text) => text.slice(0, at(text, where)) + inserted + text.slice(at(text, where))),
  // Some characters are left out; the rest of the file is.
  fc.tuple(place, fc.nat(12)).map(([where, length]): Mutation => (text) => text.slice(0, at(text, where)) + text.slice(at(text, where) + length)),
  place.map((where): Mutation => (text) => text.slice(0, at(text, where))),
  // A piece of the text is there again, somewhere else.
  fc.tuple(place, place, fc.nat(80)).map(([from, to, length]): Mutation => (text) => text.slice(0, at(text, to)) + text.slice(at(text, from), at(text, from) + length) + text.slice(at(text, to))),
  // Two lines change places; a line is left out; a line is there twice; a line is indented anew.
  fc.tuple(place, place).map(([one, other]) => onLines((lines, index) => [lines[index(one)], lines[index(other)]] = [lines[index(other)] ?? '', lines[index(one)] ?? ''])),
  place.map((where) => onLines((lines, index) => lines.splice(index(where), 1))),
  place.map((where) => onLines((lines, index) => lines.splice(index(where), 0, lines[index(where)] ?? ''))),
  fc.tuple(place, fc.nat(9)).map(([where, indent]) => onLines((lines, index) => (lines[index(where)] = ' '.repeat(indent) + (lines[index(where)] ?? '').trimStart()))),
  // A byte of the file is another one.
  fc.tuple(place, fc.nat(255)).map(([where, byte]): Mutation => (text) => {
    const bytes = new TextEncoder().encode(text);
    bytes[Math.floor(bytes.length * where)] = byte;
    return new TextDecoder().decode(bytes);
  }),
);

function onLines(change: (lines: string[], index: (where: number) => number) => unknown): Mutation {
  return (text) => {
    const lines = text.split('\n');
    change(lines, (where) => Math.floor(lines.length * where));
    return lines.join('\n');
  };
}

/** One to four changes of a text, one after the other. */
export const mutations: fc.Arbitrary<Mutation> = fc.array(mutation, { minLength: 1, maxLength: 4 })
  .map((all): Mutation => (text) => all.reduce((changed, mutate) => mutate(changed), text));
