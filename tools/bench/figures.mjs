// From the samples of several rounds to figures, and from figures to verdicts. Pure.
//
// A sample is what one run of one variant (a server, or a setting of ours) gave: numbers by name.

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

// Half of what lies between the lowest and the highest value, as a share of the median; NaN for less than two.
export function spread(values) {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return NaN;
  return (Math.max(...finite) - Math.min(...finite)) / 2 / Math.abs(median(finite));
}

// Returns get(variant, key): the median over the rounds, or NaN where nothing was measured.
export function medians(samples) {
  return (variant, key) => median((samples[variant] ?? []).map((sample) => sample[key]));
}

// A figure is a line of a row's table: {label, key} shows the medians of a key for all variants. With `measure`, a
// function of get, it has one result in `unit`; with `limit`, {max} or {min}, the result is held against a target.
export function ratio(label, key, of, against, limit, name = against) {
  return { label, key, unit: `× ${name}`, measure: (get) => get(of, key) / get(against, key), limit };
}

export function absolute(label, key, of, unit, limit) {
  return { label, key, unit, measure: (get) => get(of, key), limit };
}

// 'met', 'not met', or '' where there is no target or no measurement.
export function verdict(value, limit) {
  if (!limit || !Number.isFinite(value)) return '';
  return value <= (limit.max ?? Infinity) && value >= (limit.min ?? -Infinity) ? 'met' : 'not met';
}

export function formatNumber(value) {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4);
}

export function formatLimit(limit, unit) {
  if (!limit) return '';
  const bound = limit.text ?? formatNumber(limit.max ?? limit.min);
  return `${limit.max !== undefined ? '≤' : '≥'} ${bound} ${unit}`;
}

export function formatResult(value, unit) {
  return Number.isFinite(value) ? `${formatNumber(value)} ${unit}` : 'not measured';
}
