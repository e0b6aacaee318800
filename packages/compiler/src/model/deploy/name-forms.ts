import { hostPath } from '../resources.ts';

/** What a name in a deployment may look like, and how a message says so. */
export interface NameForm {
  readonly fits: (name: string) => boolean;
  /** Follows “Expected”. */
  readonly expected: string;
}

const form = (pattern: RegExp, longest: number, expected: string): NameForm => ({ fits: (name) => name.length <= longest && pattern.test(name), expected });

/**
 * The forms of names, as those who give them define them: Debian Policy 5.6.1 and 5.6.12, names and versions of RPM, systemd.unit(5), the references
 * of OCI images, RFC 1123 for Kubernetes, and the names of Helm's releases. None can be taken for an option.
 */
export const NAME_FORMS = {
  debianPackage: form(/^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?$/, 200, 'the name of a Debian package, such as `nova-api`'),
  rpmPackage: form(/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/, 200, 'the name of an RPM package, such as `openstack-nova-api`'),
  version: form(/^[A-Za-z0-9][A-Za-z0-9.+~:^*_-]*$/, 128, 'a version, such as `2:21.2.4-0ubuntu1`'),
  unit: form(/^[A-Za-z0-9_][A-Za-z0-9:_.\\@-]*$/, 255, 'the name of a systemd unit, such as `nova-api`'),
  path: { fits: (name: string) => name.length <= 1024 && hostPath(name) === name, expected: 'an absolute path, without `.` and `..`, `//`, and `/` at its end' },
  image: form(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/, 512, 'an image, such as `registry.zrh/nova-api:train`',
  ),
  tag: form(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 400, 'a name with a tag, such as `nova-api:live`'),
  container: form(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 128, 'the name of a container, such as `nova-api`'),
  clusterName: form(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 63, 'a name of Kubernetes, such as `nova-api`: small letters, digits and `-`'),
  workload: form(/^(?:deployment|statefulset|daemonset)\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 253, '`deployment/NAME`, `statefulset/NAME` or `daemonset/NAME`'),
  context: form(/^[A-Za-z0-9_][A-Za-z0-9_.:/@-]*$/, 253, 'the name of a context, such as `zurich`'),
  helmRelease: form(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 53, 'the name of a release of Helm, such as `nova`'),
  chart: form(/^[A-Za-z0-9./][A-Za-z0-9._~:/@-]*$/, 1024, 'a chart, such as `openstack-helm/nova` or `oci://registry.zrh/charts/nova`'),
  // What no shell word can hold.
  argument: { fits: (name: string) => name.length <= 4096 && !name.includes('\0'), expected: 'a text without NUL' },
} as const satisfies Readonly<Record<string, NameForm>>;
