import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayDispatchEvents } from 'discord-api-types/v10';

const nodeModules = fileURLToPath(new URL('../node_modules', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const SAMPLES = 8;

// JSON has no enums: their members are written as values here, and sums of flags are plain numbers.
// The changes of an audit log entry may name any field of what was changed, by the documentation; the types list some of them.
// Presences within a guild are partial by the documentation: the types want a guild_id in each, which says nothing new there.
const PRELUDE = `import type { GatewayDispatchEvents as Name, GatewayDispatchPayload } from 'discord-api-types/v10';

type Wire<T> =
  T extends string ? \`\${T}\`
  : T extends number | boolean | bigint | null | undefined ? T
  : T extends readonly (infer Item)[] ? readonly Wire<Item>[]
  : { readonly [Key in keyof T]: Key extends 'changes' ? readonly { readonly key: string; readonly new_value?: unknown; readonly old_value?: unknown }[] : Key extends 'presences' ? readonly Partial<Wire<T[Key] extends readonly (infer Item)[] | undefined ? Item : never>>[] : Key extends \`\${string}flags\` | 'flags' | 'accent_color' | 'color' ? (T[Key] extends number ? number : Exclude<T[Key], number> | number) : Wire<T[Key]> };
type Named<Payload, Event> = Payload extends { t: infer Own } ? (Event extends Own ? Payload : never) : never;
type Dispatch<Event extends Name> = Wire<Named<GatewayDispatchPayload, Event>>['d'];
declare function literal<const Value>(value: Value): Value;

`;

/** The shape of a value: its keys and kinds, so that samples of one shape are checked once. */
function shape(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${[...new Set(value.map(shape))].sort().join('|')}]`;
  if (typeof value === 'object') return `{${Object.keys(value).sort().map(key => `${key}:${shape(value[key])}`).join(',')}}`;
  return typeof value;
}

/** Picks dispatches of different shapes, a few for every event. */
export function samplesOf(dispatches) {
  const seen = new Map();
  for (const dispatch of dispatches) {
    const shapes = seen.get(dispatch.t) ?? new Map();
    seen.set(dispatch.t, shapes);
    const key = shape(dispatch.d);
    if (!shapes.has(key) && shapes.size < SAMPLES) shapes.set(key, dispatch.d);
  }
  return new Map([...seen].map(([name, shapes]) => [name, [...shapes.values()]]));
}

/**
 * Lets the TypeScript compiler compare captured gateway payloads with the published types.
 * Returns the faults of each event: Map(event name -> [message]).
 */
export async function compilePayloads(samples) {
  const members = new Map(Object.entries(GatewayDispatchEvents).map(([member, name]) => [name, member]));
  const faults = new Map();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'discord-payloads-'));
  try {
    await symlink(nodeModules, path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true, types: [], exactOptionalPropertyTypes: true, noErrorTruncation: false },
      include: ['*.ts'],
    }));
    const files = new Map();
    for (const [name, values] of samples) {
      faults.set(name, []);
      const member = members.get(name);
      if (!member) {
        faults.get(name).push('the published list of dispatches has no such event');
        continue;
      }
      const file = `${name}.ts`;
      files.set(file, name);
      const checks = values.map((value, index) => `const sample${index} = literal(${JSON.stringify(value, null, 1)});\nsample${index} satisfies Dispatch<Name.${member}>;\n`);
      await writeFile(path.join(folder, file), PRELUDE + checks.join('\n') + 'export {};\n');
    }
    const output = await new Promise((resolve, reject) => {
      execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        if (error && !stdout) reject(new Error(`The compiler failed: ${stderr || error.message}`));
        else resolve(stdout);
      });
    });
    let current = null;
    for (const line of output.split('\n')) {
      const match = /^(\S+\.ts)\((\d+),\d+\): error (TS\d+: .*)$/.exec(line);
      if (match) {
        const name = files.get(path.basename(match[1]));
        if (!name) throw new Error(`The compiler complains outside of the samples: ${line}`);
        current = faults.get(name);
        current.push(match[3]);
      } else if (line.startsWith(' ') && current) {
        current.push(`${current.pop()}\n${line}`);
      } else if (line.trim()) {
        throw new Error(`The compiler could not run: ${line}`);
      }
    }
    // The first line repeats the whole type; what is wrong stands below it.
    for (const [name, messages] of faults) faults.set(name, messages.map(message => message.split('\n').slice(message.includes('\n') ? 1 : 0).map(line => line.trim().slice(0, 400)).join(' / ')));
    return faults;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
