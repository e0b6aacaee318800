/** What the compiler can write: the values of its `--to`. */
export type Target = 'shell' | 'ansible' | 'json';

/** What each is called, and what is written. */
export const TARGETS: Readonly<Record<Target, { readonly label: string; readonly detail: string }>> = {
  shell: { label: 'Shell', detail: 'PLAN.sh: one program that runs, resumes and rolls back' },
  ansible: { label: 'Ansible', detail: 'PLAN.ansible/: a project that does the same' },
  json: { label: 'JSON', detail: 'PLAN.plan.json: the plan for other programs' },
};
