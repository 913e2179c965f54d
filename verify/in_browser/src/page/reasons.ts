// What is wrong, in Chinese. The verdict itself gives the English sentence.

const REASONS: readonly (readonly [RegExp, string])[] = [];

export function inChinese(reason: string): string {
  for (const [pattern, text] of REASONS) if (pattern.test(reason)) return reason.replace(pattern, text);
  return reason;
}
