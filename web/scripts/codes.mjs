// Writes the station's error texts (src/paymeter/base/error_codes.def) as a module of the console.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../src/paymeter/base/error_codes.def', import.meta.url))
const target = fileURLToPath(new URL('../console/src/i18n/codes.ts', import.meta.url))
const text = await readFile(source, 'utf8')
const lines = [
  ...text.matchAll(/^PAYMETER_ERROR\((\w+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)/gm),
].map(([, code, zh, en]) => `  ${code}: ["${zh}", "${en}"],`)
await writeFile(
  target,
  `/** Written by scripts/codes.mjs from the station's error_codes.def: code, Chinese, English. */
export const codes: Readonly<Record<string, readonly [zh: string, en: string]>> = {
${lines.join('\n')}
}
`,
)
if (lines.length === 0) throw new Error('no error codes found')
