import { expect, test } from 'vitest';
import { capabilitiesOf } from './feature.ts';
import { FEATURES } from './index.ts';

test('each method is answered once', () => {
  const methods = FEATURES.map(({ method }) => method);
  expect(methods.filter((method, index) => methods.indexOf(method) !== index)).toEqual([]);
});

test.each(FEATURES)('$method says how it is answered, and announces it', (feature) => {
  expect(feature.summary).toMatch(/^[A-Z`“].*[.]$/);
  expect(Object.keys(feature.capabilities({}))).not.toEqual([]);
});

test('capabilities of several features that share one are put together', () => {
  const parts = [{ workspace: { symbols: 1 }, a: 1 }, { workspace: { files: { rename: 2 } } }, { workspace: { files: { create: 3 } } }];
  const features = parts.map((part) => ({ method: '', summary: '', capabilities: () => part as object, listen: () => undefined }));
  expect(capabilitiesOf(features, {})).toEqual({ workspace: { symbols: 1, files: { rename: 2, create: 3 } }, a: 1 });
});
