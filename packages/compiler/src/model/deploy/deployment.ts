/** How a component is deployed, with every name filled in and checked. Timeouts are whole seconds. */
export type Deployment = PackageDeployment | VenvDeployment | ContainerDeployment | KubernetesDeployment | HelmDeployment;

export type Kind = Deployment['kind'];

export interface PackageDeployment {
  readonly kind: 'packages';
  readonly manager: 'apt' | 'dnf';
  readonly names: readonly string[];
  readonly version: string;
  readonly hold: boolean;
  readonly units: readonly string[];
}

export interface VenvDeployment {
  readonly kind: 'venv';
  /** Absolute path of the symbolic link. */
  readonly link: string;
  /** Absolute path of the environment of the release. */
  readonly environment: string;
  readonly units: readonly string[];
}

export interface ContainerDeployment {
  readonly kind: 'container';
  readonly engine: 'docker' | 'podman';
  readonly image: string;
  /** The local name of the image that is started. */
  readonly tag: string;
  /** Where no unit starts it. */
  readonly container?: string;
  readonly arguments: readonly string[];
  readonly units: readonly string[];
}

export interface KubernetesDeployment {
  readonly kind: 'kubernetes';
  /** `deployment/NAME`, `statefulset/NAME` or `daemonset/NAME`. */
  readonly workloads: readonly string[];
  readonly container: string;
  readonly image: string;
  readonly cluster: Cluster;
}

export interface HelmDeployment {
  readonly kind: 'helm';
  readonly release: string;
  readonly chart: string;
  readonly version: string;
  /** Absolute paths on the host. */
  readonly values: readonly string[];
  readonly workloads: readonly string[];
  readonly cluster: Cluster;
}

export interface Cluster {
  readonly namespace: string;
  readonly context?: string;
  /** Seconds that a rollout may take. */
  readonly timeout: number;
}

/** What is done with a deployment: a verb, or `take back` for the way back of `install`. */
export type Deed = 'install' | 'take back' | 'stop' | 'start' | 'restart' | 'reload';

/** One command of it. */
export interface DeployCommand {
  /** bash text. */
  readonly shell: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it is about, where it is a part of the whole. */
  readonly about?: string;
}

/** Where a deed writes down what was there before: bash words, quoted already. */
export interface Records {
  /** What an installation replaced. One file for each release that is installed. */
  readonly before: string;
  /** How many replicas there were before a stop. */
  readonly replicas: string;
  /** Marks what this plan keeps in a shared place, such as a tag of an image. */
  readonly mark: string;
}
