import { loadText } from '../check.test-helpers.ts';
import { checkPlan } from '../check.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Proof } from './proof.ts';

/** A cloud for tests. It is imported, so that the lines of a test are those of its plan. */
const CLOUD = `
cloud zurich {
  connection local
  group controllers { hosts "ctl[1:2]" }
  group databases { hosts "db[1:3]" }
  group computes {
    hosts "cmp[1:10]"
    zone a "cmp[1:5]"
    zone b "cmp[6:10]"
    spare 40%
  }
  group gateways { hosts "gw[1:4]"  spare 1 }
  drain run "true"
  return run "true"
  install run "true"

  service mariadb {
    component server on databases { unit "mariadb" }
    keep 2 of mariadb.server
  }
  service nova {
    component api on controllers { unit "nova-api" }
    component scheduler on controllers { unit "nova-scheduler" }
    component compute on computes { unit "nova-compute" }
    keep nova.api available
    keep nova.scheduler available except 30m
  }

  mode noout {
    enter on first controllers { run "true" }
    leave on first controllers { run "true" }
  }
  window night { every tue at 22:00 for 2h zone "Europe/Zurich" }
}
`;

export interface ProvenText {
  /** \`line:column message\`. */
  readonly findings: readonly string[];
  /** \`about: closest (step)\`, with an exclamation mark in front where it does not hold. */
  readonly claims: readonly string[];
  /** Everything that belongs to the findings. */
  readonly full: readonly Finding[];
  /** What a place in the texts reads. */
  readonly read: (location: Finding['at']) => string;
}

/** Proves the plan \`night\`, whose statements are given, on a small cloud. The first statement is on line 4. */
export async function prove(statements: string, proof: Proof, cloud = CLOUD): Promise<ProvenText> {
  const text = `import "cloud.belay"\nplan night {\n  on zurich\n${statements.replace(/^\n/, '').trimEnd()}\n}\n`;
  const project = await loadText({ 'plan.belay': text, 'cloud.belay': cloud });
  const { plan, graph, train, diagnostics } = checkPlan(project, 'night');
  const unmeant = diagnostics.filter(({ code }) => /^B0[0-3]/.test(code)).map(({ code, message }) => `${code} ${message}`);
  if (plan === undefined || graph === undefined || unmeant.length > 0) throw new Error(`the test's own text is wrong: ${unmeant.join('; ')}`);
  const { claims, findings } = proof.prove({ plan, graph, ...(train === undefined ? {} : { train }) });
  return {
    full: findings,
    findings: findings.map(({ at, message }) => {
      const { line, column } = project.sources.get(at.file)?.position(at.start) ?? { line: 0, column: 0 };
      return `${line}:${column} ${message}`;
    }),
    claims: claims.map(({ about, holds, closest, step }) => `${holds ? '' : '! '}${about}: ${closest}${step === undefined ? '' : ` (${graph.steps[step]?.id ?? ''})`}`),
    read: ({ file, start, end }) => project.sources.get(file)?.text.slice(start, end) ?? '',
  };
}

/** The notes of the first finding, as the terminal shows them. */
export function notesOf({ full }: ProvenText): string {
  return (full[0]?.notes ?? []).join('\n');
}

/** The related places of the first finding, each as its text and what is said of it. */
export function placesOf({ full, read }: ProvenText): string[] {
  return (full[0]?.related ?? []).map(({ location, message }) => `${read(location)}: ${message}`);
}
