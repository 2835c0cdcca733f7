// From values to places on an axis, and round values between.

// A function from low..high to from..to, in even steps or even factors.
function scale(low, high, logarithmic, from, to) {
  const bent = logarithmic ? Math.log : (value) => value;
  const start = bent(low);
  const span = bent(high) - start || 1;
  return (value) => from + ((bent(value) - start) / span) * (to - from);
}

// About `count` round values from low to high.
function roundValues(low, high, logarithmic, count) {
  if (logarithmic) {
    const values = [];
    const decades = Math.log10(high / low);
    const digits = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 3 ? [1, 2, 5] : [1];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
      for (const digit of digits) {
        const value = Number((digit * 10 ** power).toPrecision(6));
        if (value >= low * 0.9999 && value <= high * 1.0001) values.push(value);
      }
    }
    if (values.length > 1) return values;
  }
  const raw = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((nice) => nice >= raw * 0.9999);
  const values = [];
  for (let index = Math.ceil(low / step - 1e-6); index * step <= high + step * 1e-6; index += 1) {
    values.push(Number((index * step).toPrecision(12)));
  }
  return values;
}

// What an axis must span to hold all values: shares stay within 0 and 1, others may have to start at zero.
function span(values, { share, zero, logarithmic }) {
  const fit = values.filter((value) => Number.isFinite(value) && (!logarithmic || value > 0));
  if (!fit.length) return logarithmic ? [0.1, 1] : [0, 1];
  let low = Math.min(...fit);
  let high = Math.max(...fit);
  if (logarithmic) return low < high ? [low / 1.08, high * 1.08] : [low / 2, high * 2];
  if (zero) low = Math.min(low, 0);
  const least = share ? 0.02 : Math.abs(high) * 0.02 || 1;
  if (high - low < least) {
    low -= zero && low === 0 ? 0 : least / 2;
    high += least / 2;
  }
  const air = (high - low) * 0.05;
  if (!(zero && low >= 0)) low -= air;
  high += air;
  return [low, high];
}
