import type { Train } from '../model/model.ts';

/**
 * The series of OpenStack, the oldest first. Since 2023.1 every other one is a SLURP ("skip level upgrade release process") series:
 * from one of those the next may be reached directly. Source: openstack/releases, data/series_status.yaml (2026-08).
 */
export const OPENSTACK_TRAIN: Train = {
  name: 'openstack',
  releases: [
    { name: 'austin', slurp: false }, { name: 'bexar', slurp: false }, { name: 'cactus', slurp: false },
    { name: 'diablo', slurp: false }, { name: 'essex', slurp: false }, { name: 'folsom', slurp: false },
    { name: 'grizzly', slurp: false }, { name: 'havana', slurp: false }, { name: 'icehouse', slurp: false },
    { name: 'juno', slurp: false }, { name: 'kilo', slurp: false }, { name: 'liberty', slurp: false },
    { name: 'mitaka', slurp: false }, { name: 'newton', slurp: false }, { name: 'ocata', slurp: false },
    { name: 'pike', slurp: false }, { name: 'queens', slurp: false }, { name: 'rocky', slurp: false },
    { name: 'stein', slurp: false }, { name: 'train', slurp: false }, { name: 'ussuri', slurp: false },
    { name: 'victoria', slurp: false }, { name: 'wallaby', slurp: false }, { name: 'xena', slurp: false },
    { name: 'yoga', slurp: false }, { name: 'zed', slurp: false }, { name: '2023.1', slurp: true },
    { name: '2023.2', slurp: false }, { name: '2024.1', slurp: true }, { name: '2024.2', slurp: false },
    { name: '2025.1', slurp: true }, { name: '2025.2', slurp: false }, { name: '2026.1', slurp: true },
    { name: '2026.2', slurp: false }, { name: '2027.1', slurp: true },
  ],
};
