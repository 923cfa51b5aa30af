import { serve } from '@hono/node-server';
import { Hono } from 'hono';

// What a bare Hono answers with: the most that a service on the same machine could do. A process of its own,
// started with the port as its argument.
const app = new Hono();
app.get('*', (c) => c.json({ hello: 'world' }));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' });
