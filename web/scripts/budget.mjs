// Prints the gzip size of the console and fails when it is above the budget of docs: 650 KB with charts.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const limit = 650 * 1024
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const names = (await readdir(dist, { recursive: true })).filter(
  (name) => /\.(js|css|html|svg)$/.test(name) && !name.startsWith('docs'),
)

const sizes = []
for (const name of names) {
  sizes.push({ name, bytes: gzipSync(await readFile(dist + name)).length })
}
sizes.sort((a, b) => b.bytes - a.bytes)
const total = sizes.reduce((sum, file) => sum + file.bytes, 0)
for (const file of sizes.slice(0, 8)) {
  console.log(`${(file.bytes / 1024).toFixed(1).padStart(8)} KB gzip  ${file.name}`)
}
console.log(
  `${(total / 1024).toFixed(1).padStart(8)} KB gzip  in all (${sizes.length} files), budget ${limit / 1024} KB`,
)
if (total > limit) {
  console.error('The console is above its budget.')
  process.exit(1)
}
