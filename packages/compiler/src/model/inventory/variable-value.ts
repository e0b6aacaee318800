/**
 * Why a variable has no value that Belay could use: it is a list or a mapping, null, encrypted by Ansible Vault, a Jinja template
 * (only Ansible can evaluate it), or of a tag that only a program knows.
 */
export type OpaqueReason = 'structure' | 'null' | 'vault' | 'template' | 'tag';

/** The value of an inventory variable: the text that `{{ name }}` would print in Ansible, or why there is none. */
export type VariableValue = string | { readonly opaque: OpaqueReason };

export const OPAQUE: Readonly<Record<OpaqueReason, VariableValue>> = Object.freeze({
  structure: Object.freeze({ opaque: 'structure' }),
  null: Object.freeze({ opaque: 'null' }),
  vault: Object.freeze({ opaque: 'vault' }),
  template: Object.freeze({ opaque: 'template' }),
  tag: Object.freeze({ opaque: 'tag' }),
});

/** A text as the value of a variable: Ansible takes braces in it for a template. */
export function textValue(text: string): VariableValue {
  return text.includes('{{') || text.includes('{%') ? OPAQUE.template : text;
}

/** How Python prints a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const sign = digits.startsWith('-') ? '-' : '';
  const all = digits.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${all.slice(exponent + 1) || '0'}`;
}
