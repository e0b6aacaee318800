/** Headings of a page, and links to them as GitHub and VS Code make them. */
export class Headings {
  readonly #used = new Map<string, number>();

  /** The anchor of the next heading with this text: call it once for each heading of the page, in order. */
  anchor(heading: string): string {
    const slug = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const count = this.#used.get(slug) ?? 0;
    this.#used.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  }
}

/** The texts of the headings of a page, in order; lines inside of code blocks are none. */
export function headingsOf(markdown: string): string[] {
  return [...markdown.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
}

/** Words as in a sentence: `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
