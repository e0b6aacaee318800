import { declare } from './declare.ts';

/** How components are deployed: what `install`, `stop`, `start`, `restart` and `reload` do where nothing else is said. */
export const DEPLOYMENTS = [
  ...declare('Deployment', [
    {
      id: 'command.deploy', keyword: 'deploy', signature: '<how:packages|venv|container|kubernetes|helm>', in: ['cloud', 'service', 'component'], body: 'deploy', once: true,
      doc: 'How these components are deployed. `install`, `stop`, `start`, `restart` and `reload` follow from it, and so do their ways back: what was installed before is written down on the host first. Texts in the block find `${component}`, `${service}`, `${unit}`, `${package}`, `${release}` and `${version}`. A command of its own, such as `install run "…"`, goes before it.',
      example: 'deploy venv {\n  link "/opt/nova/current"\n  environment "/opt/nova/${version}"\n}',
    },
    {
      id: 'deploy.version', keyword: 'version', signature: '<version:text> for <release:release>', in: ['deploy'],
      doc: 'The version that a release has: of packages, of images, of charts. Texts in the block find it as `${version}`; where none is named it is the release’s name.',
      example: 'version "2:21.2.4-0ubuntu1" for train',
    },
    {
      id: 'deploy.names', keyword: 'names', signature: '<packages:text,...>', in: ['deploy'], once: true,
      doc: 'The packages that are installed together, for `deploy packages`. Default: the component’s `package`.',
      example: 'names "nova-api", "python3-nova"',
    },
    {
      id: 'deploy.manager', keyword: 'manager', signature: '<manager:apt|dnf>', in: ['deploy'], once: true,
      doc: 'What installs packages, for `deploy packages`: `apt` (Debian, Ubuntu), which is the default, or `dnf` (RPM).',
      example: 'manager dnf',
    },
    {
      id: 'deploy.hold', keyword: 'hold', in: ['deploy'], once: true,
      doc: 'Holds the packages at what was installed, for `deploy packages`, so that nothing else upgrades them: `apt-mark hold`, or `dnf versionlock`. The way back leaves a hold only where one was.',
      example: 'hold',
    },
    {
      id: 'deploy.units', keyword: 'units', signature: '<units:text,...>', in: ['deploy'], once: true,
      doc: 'The systemd units that run what is deployed, for `packages`, `venv` and `container`. Default: the component’s `unit`.',
      example: 'units "nova-scheduler", "nova-conductor"',
    },
    {
      id: 'deploy.link', keyword: 'link', signature: '<path:text>', in: ['deploy'], once: true,
      doc: 'The symbolic link that the units go through, for `deploy venv`. It is switched in one move.',
      example: 'link "/opt/nova/current"',
    },
    {
      id: 'deploy.environment', keyword: 'environment', signature: '<path:text>', in: ['deploy'], once: true,
      doc: 'The folder of a release’s virtual environment, for `deploy venv`. It has to be there before `install`.',
      example: 'environment "/opt/nova/${version}"',
    },
    {
      id: 'deploy.image', keyword: 'image', signature: '<image:text>', in: ['deploy'], once: true,
      doc: 'The image of a release, for `container` and `kubernetes`.',
      example: 'image "registry.zrh/nova-api:${version}"',
    },
    {
      id: 'deploy.tag', keyword: 'tag', signature: '<tag:text>', in: ['deploy'], once: true,
      doc: 'The local name of the image that is started, for `deploy container`. `install` points it at the image of the release.',
      example: 'tag "nova-api:live"',
    },
    {
      id: 'deploy.engine', keyword: 'engine', signature: '<engine:docker|podman>', in: ['deploy'], once: true,
      doc: 'What runs containers, for `deploy container`: `docker`, which is the default, or `podman`.',
      example: 'engine podman',
    },
    {
      id: 'deploy.container', keyword: 'container', signature: '<name:text>', in: ['deploy'], once: true,
      doc: 'For `deploy container` without a unit: the name of the container, which is then started anew from the `tag`. For `deploy kubernetes`: the container of the pod whose image is set.',
      example: 'container "nova-api"',
    },
    {
      id: 'deploy.arguments', keyword: 'arguments', signature: '<arguments:text,...>', in: ['deploy'], once: true,
      doc: 'What `docker run` or `podman run` is given before the image, word by word, for `deploy container` without a unit.',
      example: 'arguments "--network", "host", "--volume", "/etc/nova:/etc/nova:ro"',
    },
    {
      id: 'deploy.workload', keyword: 'workload', signature: '<workloads:text,...>', in: ['deploy'], once: true,
      doc: 'What runs the pods, for `kubernetes` and `helm`: `deployment/NAME`, `statefulset/NAME` or `daemonset/NAME`.',
      example: 'workload "deployment/nova-api"',
    },
    {
      id: 'deploy.namespace', keyword: 'namespace', signature: '<namespace:text>', in: ['deploy'], once: true,
      doc: 'The namespace, for `kubernetes` and `helm`.',
      example: 'namespace "openstack"',
    },
    {
      id: 'deploy.context', keyword: 'context', signature: '<context:text>', in: ['deploy'], once: true,
      doc: 'The context of the kubeconfig, for `kubernetes` and `helm`. Default: the current one.',
      example: 'context "zurich"',
    },
    {
      id: 'deploy.release', keyword: 'release', signature: '<name:text>', in: ['deploy'], once: true,
      doc: 'The release of Helm, for `deploy helm`.',
      example: 'release "nova"',
    },
    {
      id: 'deploy.chart', keyword: 'chart', signature: '<chart:text>', in: ['deploy'], once: true,
      doc: 'The chart, for `deploy helm`; the version of the release is installed.',
      example: 'chart "openstack-helm/nova"',
    },
    {
      id: 'deploy.values', keyword: 'values', signature: '<files:text,...>', in: ['deploy'], once: true,
      doc: 'Files of values on the host, for `deploy helm`. Without them the values of the release are kept.',
      example: 'values "/etc/helm/nova.yaml"',
    },
    {
      id: 'deploy.timeout', keyword: 'timeout', signature: '<limit:duration>', in: ['deploy'], once: true,
      doc: 'How long a rollout may take, for `kubernetes` and `helm`. Default: `10m`.',
      example: 'timeout 15m',
    },
  ]),
];
