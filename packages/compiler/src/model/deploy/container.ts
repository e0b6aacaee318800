import { begin, FORGET, recordOnce, UNLESS_RECORDED, word, words } from './bash.ts';
import type { ContainerDeployment, Deed, DeployCommand, Records } from './deployment.ts';

/** Writes down the id of an image; nothing where there is none. That the engine can't be asked is no answer. */
const record = (engine: 'docker' | 'podman'): string => (engine === 'docker'
  ? 'docker image ls --quiet --no-trunc "$tag" >"$record.new"'
  : `known=0
podman image exists "$tag" || known=$?
((known < 2)) || exit "$known"
{ ((known == 1)) || podman image inspect --format '{{.Id}}' "$tag"; } >"$record.new"`);

/** What is done with containers: the tag that is started leads to the image of the release. What it led to before gets a tag too, which keeps it from being pruned. */
export function containerCommands(deployment: ContainerDeployment, deed: Deed, { before, mark }: Records): DeployCommand[] {
  const { engine, image, tag, container } = deployment;
  const kept = `${tag.includes(':') ? tag.slice(0, tag.lastIndexOf(':')) : tag}:${mark}`;
  const start = begin({ tag: word(tag), kept: word(kept), record: before });
  if (deed === 'install') {
    return [{ shell: `${start}${recordOnce(record(engine))}before=$(<"$record")\n[[ -z $before ]] || ${engine} tag "$before" "$kept"\n${engine} pull ${word(image)}\n${engine} tag ${word(image)} "$tag"\n` }];
  }
  if (deed === 'take back') {
    return [{
      shell: `${start}${UNLESS_RECORDED}before=$(<"$record")
if [[ -n $before ]]; then
  ${engine} tag "$before" "$tag"
  ${engine} rmi "$kept" || true
else
  ${engine} rmi "$tag" || true
fi
${FORGET}`,
    }];
  }
  if (container === undefined) return [];
  const name = word(container);
  const run = `${engine} run --detach --name ${[name, ...(deployment.arguments.length === 0 ? [] : [words(deployment.arguments)]), word(tag)].join(' ')}`;
  // What is not there is stopped; an engine that can't be asked is no answer.
  const ifThere = (then: string): string => `known=$(${engine} container ls --all --quiet --filter ${word(`name=^${container}$`)})\n[[ -z $known ]] || ${then}\n`;
  const anew = ifThere(`{ ${engine} stop ${name} && ${engine} rm ${name}; }`) + `${run}\n`;
  switch (deed) {
    case 'stop': return [{ shell: `set -e\n${ifThere(`${engine} stop ${name}`)}` }];
    case 'reload': return [{ shell: `${engine} kill --signal HUP ${name}` }];
    case 'restart': return [{ shell: `set -e\n${anew}` }];
    // What runs already with this image is left alone, as systemd does.
    case 'start': return [{
      shell: `set -e
runs=$(${engine} container inspect --format '{{.State.Running}} {{.Image}}' ${name} 2>/dev/null || true)
wanted=$(${engine} image inspect --format '{{.Id}}' ${word(tag)})
if [[ $runs == "true $wanted" ]]; then exit 0; fi
${anew}`,
    }];
  }
}
