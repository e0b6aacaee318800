import { begin, FORGET, recordOnce, UNLESS_RECORDED, word } from './bash.ts';
import type { Deed, DeployCommand, HelmDeployment, Records } from './deployment.ts';
import { workloadCommands } from './kubernetes.ts';

/** What is done with a release of Helm: it is upgraded to the version of the chart, and rolled back to the revision that was deployed before. */
export function helmCommands({ release, chart, version, values, workloads, cluster }: HelmDeployment, deed: Deed, records: Records): DeployCommand[] {
  const { namespace, context, timeout } = cluster;
  const where = `--namespace ${word(namespace)}${context === undefined ? '' : ` --kube-context ${word(context)}`}`;
  const wait = `--wait --timeout ${timeout}s`;
  const start = begin({ record: records.before });
  if (deed === 'install') {
    const files = values.length === 0 ? '--reuse-values' : values.map((file) => `--values ${word(file)}`).join(' ');
    // Of a list in JSON, without a parser for it: texts in it have their quotes escaped, so only fields look like fields.
    const revision = `revision=$(helm history ${word(release)} ${where} --output json | tr '}' '\\n' | sed -n 's/.*"revision":\\([0-9]*\\).*"status":"deployed".*/\\1/p' | tail -n 1)
if [[ -z $revision ]]; then
  printf 'Helm has deployed no revision of %s: bring it to that state first.\\n' ${word(release)} >&2
  exit 1
fi
printf '%s\\n' "$revision" >"$record.new"`;
    return [{ shell: `${start}${recordOnce(revision)}helm upgrade ${word(release)} ${word(chart)} --version ${word(version)} ${where} ${files} ${wait}\n` }];
  }
  if (deed === 'take back') {
    return [{ shell: `${start}${UNLESS_RECORDED}helm rollback ${word(release)} "$(<"$record")" ${where} ${wait}\n${FORGET}` }];
  }
  return workloadCommands(workloads, cluster, deed, records);
}
