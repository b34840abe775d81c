import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the client and passes everything else to a host that is already running.
const host = 'http://127.0.0.1:5000';

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    // Nothing is inlined as a data: URI: the host's content policy allows scripts and styles from its own address only.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': host,
      '/instance.json': host,
      '/gateway': { target: host, ws: true },
    },
  },
  test: { include: ['test/**/*.test.{ts,tsx}'] },
});
