/** Files that are imported as text: the shell runtime and the pages of the diagnostics. */
declare module '*.sh' {
  const text: string;
  export default text;
}

declare module '*.md' {
  const text: string;
  export default text;
}
