import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { cairnApp } from './app.ts';

// `npm run synth`: writes the CloudFormation of every stack, offline, and says where.
const app = cairnApp({ outdir: process.argv[2] ?? fileURLToPath(new URL('../../cdk.out', import.meta.url)) });
const assembly = app.synth();
for (const each of app.node.children) {
  if (Stack.isStack(each)) console.log(`${assembly.directory}/${each.templateFile}`);
}
