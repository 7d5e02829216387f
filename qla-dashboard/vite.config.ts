import { defineConfig } from 'vite'

/** The bundle is served by the api from its own origin; while developing, /api and /live are passed on to a running system. */
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // zod's schemas are built when their module is loaded: without this the whole of zod would come with every type import.
    rollupOptions: { treeshake: { moduleSideEffects: (id: string) => !/[\\/](schemas|science)[\\/]dist[\\/]/.test(id) } },
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8700', '/live': { target: 'ws://127.0.0.1:8700', ws: true } } },
})
