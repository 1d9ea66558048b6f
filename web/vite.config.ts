import react from '@vitejs/plugin-react'
import { fileURLToPath, URL } from 'node:url'
import { defineConfig } from 'vitest/config'

const station = process.env.PAYMETER_STATION ?? 'http://127.0.0.1:8080'
/** antd's table offers filters as a tree, which no list here has: that tree stays out of the bundle. */
const noTree = {
  name: 'no-tree-in-tables',
  enforce: 'pre' as const,
  resolveId(source: string, importer?: string) {
    const file = importer?.replaceAll('\\', '/') ?? ''
    const isFilter = file.endsWith('table/hooks/useFilter/FilterDropdown.js')
    return isFilter && source.endsWith('/tree') ? '\0no-tree' : null
  },
  load: (id: string) => (id === '\0no-tree' ? 'export default () => null' : null),
}

const outside = ['/api', '/healthz', '/metrics', '/openapi.json']

export default defineConfig({
  root: fileURLToPath(new URL('./console', import.meta.url)),
  resolve: { alias: { '@': fileURLToPath(new URL('./console/src', import.meta.url)) } },
  plugins: [noTree, react()],
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(outside.map((path) => [path, { target: station, ws: false }])),
  },
  build: {
    outDir: fileURLToPath(new URL('./dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules[\\/]/, priority: 10 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://127.0.0.1/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // What would hang; a slow machine under load must not fail a test.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
