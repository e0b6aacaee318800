import { begin, FORGET, recordOnce, UNLESS_RECORDED, word } from './bash.ts';
import type { Cluster, Deed, DeployCommand, KubernetesDeployment, Records } from './deployment.ts';

/** Nodes with this label do not exist: pods of a daemon set that select them run nowhere. */
const NOWHERE = 'belay.stopped';

/** kubectl with the place that it works on. */
function kubectl({ namespace, context }: Cluster): string {
  return `kubectl ${context === undefined ? '' : `--context ${word(context)} `}--namespace ${word(namespace)}`;
}

/** What is done with workloads of Kubernetes: their image is set, and their rollout waited for. */
export function kubernetesCommands(deployment: KubernetesDeployment, deed: Deed, records: Records): DeployCommand[] {
  const { workloads, container, image, cluster } = deployment;
  const call = kubectl(cluster);
  const start = begin({ record: records.before });
  const rollout = (workload: string): string => `${call} rollout status ${word(workload)} --timeout=${cluster.timeout}s\n`;
  if (deed === 'install') {
    const path = word(`jsonpath={.spec.template.spec.containers[?(@.name=="${container}")].image}`);
    const found = workloads.map((workload) => `image=$(${call} get ${word(workload)} --output ${path})
if [[ -z $image ]]; then
  printf '%s has no container %s.\\n' ${word(workload)} ${word(container)} >&2
  exit 1
fi
printf '%s %s\\n' ${word(workload)} "$image"`).join('\n');
    const set = workloads.map((workload) => `${call} set image ${word(workload)} ${word(`${container}=${image}`)}\n`).join('');
    return [{ shell: `${start}${recordOnce(`{\n${found.replaceAll(/^(?=.)/gm, '  ')}\n} >"$record.new"`)}${set}${workloads.map(rollout).join('')}` }];
  }
  if (deed === 'take back') {
    return [{
      shell: `${start}${UNLESS_RECORDED}while read -r workload image; do
  ${call} set image "$workload" ${word(container)}="$image" </dev/null
done <"$record"
${workloads.map(rollout).join('')}${FORGET}`,
    }];
  }
  return workloadCommands(workloads, cluster, deed, records);
}

/** How workloads are stopped, started and restarted. Kubernetes has no reload: new pods read their configuration again. */
export function workloadCommands(workloads: readonly string[], cluster: Cluster, deed: Deed, { replicas }: Records): DeployCommand[] {
  const call = kubectl(cluster);
  if (workloads.length === 0) return [];
  const each = (make: (workload: string, record: string) => string): DeployCommand[] => [{
    shell: `${begin({ records: replicas })}${workloads.map((workload) => make(word(workload), `record=$records.${word(workload.replace('/', '.'))}\n`)).join('')}`,
  }];
  const status = (workload: string): string => `${call} rollout status ${workload} --timeout=${cluster.timeout}s\n`;
  const isDaemon = (workload: string): boolean => workload.startsWith('daemonset/');
  const select = (workload: string, value: string): string => `${call} patch ${workload} --type merge --patch '{"spec":{"template":{"spec":{"nodeSelector":{"${NOWHERE}":${value}}}}}}'\n`;
  switch (deed) {
    case 'stop': return each((workload, record) => (isDaemon(workload) ? select(workload, '"true"') : `${record}replicas=$(${call} get ${workload} --output 'jsonpath={.spec.replicas}')
if [[ $replicas == [1-9]* ]]; then
  mkdir -p -- "\${record%/*}"
  printf '%s\\n' "$replicas" >"$record.new"
  sync -d -- "$record.new"
  mv -fT -- "$record.new" "$record"
fi
${call} scale ${workload} --replicas=0
`) + gone(call, workload, cluster.timeout));
    case 'start': return each((workload, record) => (isDaemon(workload) ? select(workload, 'null') : `${record}replicas=$(${call} get ${workload} --output 'jsonpath={.spec.replicas}')
if [[ $replicas != [1-9]* ]]; then
  if [[ ! -e $record ]]; then
    printf '%s has no replicas, and how many it had is not known: scale it by hand.\\n' ${workload} >&2
    exit 1
  fi
  ${call} scale ${workload} --replicas="$(<"$record")"
fi
`) + status(workload));
    case 'restart':
    case 'reload': return [{ shell: `set -e\n${workloads.map((workload) => `${call} rollout restart ${word(workload)}\n`).join('')}${workloads.map((workload) => status(word(workload))).join('')}` }];
    default: return [];
  }
}

/** Waits until the pods of a workload are gone: a rollout counts those that are being ended as gone already. */
function gone(call: string, workload: string, timeout: number): string {
  return `selector=$(${call} get ${workload} --output 'go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}')
SECONDS=0
while [[ -n $selector ]]; do
  pods=$(${call} get pods --selector "\${selector%,}" --output name)
  [[ -n $pods ]] || break
  if ((SECONDS >= ${timeout})); then
    printf 'Pods of %s are still there after ${timeout} seconds.\\n' ${workload} >&2
    exit 1
  fi
  sleep 1
done
`;
}
