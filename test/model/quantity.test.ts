import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, parseDuration, parseQuantity, parseSpan } from '../../lib/model/quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['100Mi', 104857600],
    ['1Gi', 1073741824],
    ['500M', 500_000_000],
    ['1e9', 1e9],
    ['1E3', 1000],
    ['2E', 2e18],
    ['250m', 0.25],
    ['.5', 0.5],
    ['-5', -5],
    ['0', 0],
    ['1Ki', 1024],
    ['5.', 5],
  ])('reads %s as the API server does', (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 6);
  });

  it.each(['', 'Mi', '10MB', '10 Mi', '1e', '10%', '0x10', '1KI', 'NaN', '1,5', '--5', 'Infinity'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['300ms', 300],
    ['-2m', -120_000],
    ['1m0.5s', 60_500],
  ])('reads %s as Go does', (text, value) => {
    expect(parseDuration(text)).toBe(value);
  });

  it.each(['', '10', '5 s', 's', '1d', '1h30', 'h1', '1.5.5s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatting', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [448 * 1024 * 1024, '448 MiB'],
    [-2048, '-2 KiB'],
    [99.4 * 2 ** 30, '99.4 GiB'],
  ])('%d bytes is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [8000, '8s'],
    [8400, '8.4s'],
    [34_000, '34s'],
    [3_600_000, '1h'],
    [5_400_000, '1h30m'],
    [90_061_000, '1d1h'],
    [-34_000, '-34s'],
  ])('%d ms is %s', (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });
});

describe('parseSpan', () => {
  it.each([
    ['30d', 30 * 86_400_000],
    ['1w2d', 9 * 86_400_000],
    ['1d12h', 129_600_000],
    ['0.5d', 43_200_000],
    ['90s', 90_000],
    [' 2h ', 7_200_000],
  ])('%j', (text, value) => expect(parseSpan(text)).toBe(value));

  it.each(['', 'd', '30', '-1h', '1h2d', '1x', 'soon'])('refuses %j', (text) => expect(parseSpan(text)).toBeUndefined());
});
