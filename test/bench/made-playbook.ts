/** A task as it stands in playbooks, 8 lines; `@` stands for its number. */
const TASK = `    - name: Restart service @
      ansible.builtin.service:
        name: "svc@-api"
        state: restarted
      register: restarted_@
      retries: 3
      delay: 30
      tags: [round_@]
`;

const PLAY = `- name: Upgrade service @
  hosts: controllers
  become: true
  serial: 1
  tasks:
`;

/** A playbook of about so many lines: plays of twelve tasks. */
export function madePlaybook(lines: number): string {
  const tasks = Math.max(1, Math.floor(lines / 8.5));
  const parts = Array.from({ length: tasks }, (_, index) => (index % 12 === 0 ? PLAY + TASK : TASK).replaceAll('@', String(index + 1)));
  return `---\n${parts.join('')}`;
}
