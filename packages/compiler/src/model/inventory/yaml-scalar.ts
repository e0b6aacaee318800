import { OPAQUE, printFloat, textValue, type VariableValue } from './variable-value.ts';

const NULL = /^(?:~|null|Null|NULL|)$/;
const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const INTEGER =
  /^[-+]?(?:0b_*[01][01_]*|0[0-7_]+|0|[1-9][0-9_]*|0x_*[0-9a-fA-F][0-9a-fA-F_]*|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Numbers with more digits are taken for texts. */
const MOST_DIGITS = 4300;

export type YamlType = 'null' | 'boolean' | 'integer' | 'float' | 'text';

/**
 * The type of a plain scalar by YAML 1.1, as PyYAML and so Ansible see it: `yes` is a boolean and `010` is eight, but `1e3` and
 * `y` are texts.
 *
 * @see https://github.com/yaml/pyyaml/blob/6.0/lib/yaml/resolver.py
 */
export function plainType(source: string): YamlType {
  if (NULL.test(source)) return 'null';
  if (source.length > MOST_DIGITS) return 'text';
  if (BOOLEAN.test(source)) return 'boolean';
  if (INTEGER.test(source)) return 'integer';
  return FLOAT.test(source) ? 'float' : 'text';
}

/** The text that Ansible prints for a scalar of a type: `True` for `yes`, `8` for `010`. */
export function scalarValue(source: string, type: YamlType): VariableValue {
  switch (type) {
    case 'null':
      return OPAQUE.null;
    case 'boolean':
      return /^(?:yes|true|on)$/i.test(source) ? 'True' : 'False';
    case 'integer':
      return integerText(source);
    case 'float':
      return floatText(source);
    case 'text':
      return textValue(source);
  }
}

function integerText(source: string): string {
  const [sign, digits] = splitSign(source);
  let value: bigint;
  if (/^0[bx]/.test(digits)) value = BigInt(digits);
  else if (digits.includes(':')) value = digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  else value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return String(sign === '-' ? -value : value);
}

function floatText(source: string): string {
  const [sign, digits] = splitSign(source.toLowerCase());
  let value: number;
  if (digits === '.inf') value = Infinity;
  else if (digits === '.nan') value = Number.NaN;
  else value = digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return printFloat(sign === '-' ? -value : value);
}

function splitSign(source: string): ['-' | '', string] {
  const digits = source.replaceAll('_', '');
  if (digits.startsWith('-')) return ['-', digits.slice(1)];
  return ['', digits.startsWith('+') ? digits.slice(1) : digits];
}
