/** Files that are imported as text: the shell runtime, the plugins for Ansible, and the pages of the diagnostics. */
declare module '*.sh' {
  const text: string;
  export default text;
}

declare module '*.md' {
  const text: string;
  export default text;
}

declare module '*.py' {
  const text: string;
  export default text;
}
