import { readFileSync } from 'node:fs';
import * as schemas from 'discord-api-spec/zod';
import ts from 'typescript';
import * as z from 'zod/mini';

const typesFile = new URL('./discord-api-spec.ts', import.meta.resolve('discord-api-spec'));

z.config(z.locales.en());

// What the published schemas get wrong (the prose documentation wins over them):
// inner error codes are strings ("BASE_TYPE_REQUIRED"), a rate limit answer need not have a code, and a reference of type 1 is a forward.
const innerErrors = z.object({ _errors: z.array(z.object({ code: z.string(), message: z.string() })) });
const errorDetails = z.union([z.record(z.string(), z.lazy(() => errorDetails)), innerErrors]);
export const errorSchema = z.object({ code: z.int(), message: z.string().check(z.minLength(1)), errors: z.optional(errorDetails) });
export const rateLimitSchema = z.object({ code: z.optional(z.int()), message: z.string(), retry_after: z.number(), global: z.boolean() });

/** Type node of the published TypeScript description -> zod schema, by the schemas of the same package. */
function schemaOf(node) {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword: return z.string();
    case ts.SyntaxKind.NumberKeyword: return z.number();
    case ts.SyntaxKind.BooleanKeyword: return z.boolean();
    case ts.SyntaxKind.UnknownKeyword:
    case ts.SyntaxKind.AnyKeyword: return z.unknown();
    case ts.SyntaxKind.NullKeyword: return z.null();
    case ts.SyntaxKind.UndefinedKeyword: return z.undefined();
    case ts.SyntaxKind.ParenthesizedType: return schemaOf(node.type);
    case ts.SyntaxKind.ArrayType: return z.array(schemaOf(node.elementType));
    case ts.SyntaxKind.UnionType: return z.union(node.types.map(schemaOf));
    case ts.SyntaxKind.LiteralType: return node.literal.kind === ts.SyntaxKind.NullKeyword ? z.null() : z.literal(JSON.parse(node.literal.getText()));
    case ts.SyntaxKind.TypeLiteral: {
      const fields = {};
      for (const member of node.members) {
        if (ts.isIndexSignatureDeclaration(member)) return z.record(z.string(), schemaOf(member.type));
        const schema = schemaOf(member.type);
        fields[member.name.text] = member.questionToken ? z.optional(schema) : schema;
      }
      return z.object(fields);
    }
    case ts.SyntaxKind.TypeReference: {
      const name = node.typeName.getText();
      if (name === 'Array') return z.array(schemaOf(node.typeArguments[0]));
      if (name === 'Record') return z.record(schemaOf(node.typeArguments[0]), schemaOf(node.typeArguments[1]));
      const schema = schemas[`${name}Schema`];
      if (!schema) throw new Error(`The package has no schema for ${name}`);
      return schema;
    }
    default: throw new Error(`A type of this kind was not expected in a response: ${node.getText()}`);
  }
}

/** Every operation of the published contract: { id, method, path, answers: Map(status -> zod schema or null for an empty body) }. */
export function operations() {
  const source = ts.createSourceFile('discord-api-spec.ts', readFileSync(typesFile, 'utf8'), ts.ScriptTarget.Latest, true);
  const paths = source.statements.find(statement => ts.isInterfaceDeclaration(statement) && statement.name.text === 'Paths');
  const found = [];
  for (const path of paths.members) {
    for (const method of path.type.members) {
      const responses = method.type.members.find(member => member.name.text === 'responses').type.members;
      const answers = new Map();
      let id = null;
      for (const response of responses) {
        if (!/^2\d\d$/.test(response.name.text)) continue;
        id ??= /response for (\w+)/.exec(response.getFullText())[1];
        answers.set(Number(response.name.text), response.name.text === '204' ? null : schemaOf(response.type));
      }
      found.push({ id, method: method.name.text.toUpperCase(), path: path.name.text, answers });
    }
  }
  return found;
}

/** What is wrong with a success answer of an operation, in words; an empty list when nothing is. */
export function faults(operation, status, body) {
  if (!operation.answers.has(status)) return [`answers ${status}, the contract knows ${[...operation.answers.keys()].join(', ')}`];
  const schema = operation.answers.get(status);
  if (schema === null) return body === null ? [] : ['has a body where there is none'];
  return issuesOf(schema, body);
}

// The schemas take a date only with "Z"; the contract (RFC 3339) and the real service write the offset "+00:00".
const zulu = value => (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/.test(value) ? value.replace('+00:00', 'Z') : value);

const known = (key, value) => (key === 'message_reference' && value?.type === 1 ? { ...value, type: 0 } : zulu(value));

export function issuesOf(schema, body) {
  const result = z.safeParse(schema, body === undefined ? undefined : JSON.parse(JSON.stringify(body), known));
  return result.success ? [] : result.error.issues.flatMap(issue => flatten(issue, issue.path));
}

// In a union the branch that fits at its root, has the same "type" and the fewest faults is the one that was meant.
function flatten(issue, path) {
  if (issue.code === 'invalid_union' && issue.errors?.length > 0) {
    const branches = issue.errors.map(branch => branch.flatMap(inner => flatten(inner, [...path, ...inner.path])));
    const root = path.join('.') || '(body)';
    const kind = `${[...path, 'type'].join('.')}: `;
    const cost = branch => branch.length + (branch.some(fault => fault.startsWith(`${root}: `)) ? 1_000 : 0) + (branch.some(fault => fault.startsWith(kind)) ? 100 : 0);
    return branches.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best));
  }
  return [`${path.join('.') || '(body)'}: ${issue.message ?? issue.code}`];
}

/** Path without the names of its parameters, to compare routes by. */
export const shapeOf = path => path.replace(/^\/api(\/v\d+)?(?=\/)/, '').replace(/\{[^}]+\}/g, '{}').replace(/\/$/, '');

/** The host's route list: lines of `operation_id METHOD /path`. */
export function parseRoutes(text) {
  return text.split('\n').map(line => line.trim()).filter(Boolean).map(line => {
    const match = /^(\S+) ([A-Z]+) (\/\S*)$/.exec(line);
    if (!match) throw new Error(`Not a line of the route list: "${line}"`);
    return { id: match[1], method: match[2], path: match[3] };
  });
}
