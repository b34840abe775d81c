import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { coverage, coverageFile, fileOperations, hasContractFile, mismatches } from './coverage.mjs';
import { operations, parseRoutes, shapeOf } from './support/contract.mjs';
import { hostCommand } from './support/host.mjs';

const routes = parseRoutes(await hostCommand(['routes']));
const contract = operations();

test('every route under a name of the contract has the method and the path of the contract', () => {
  assert.deepEqual(mismatches(contract, routes), []);
});

test('no two routes have the same name, and none the same method and path', () => {
  const repeated = values => values.filter((value, index) => values.indexOf(value) !== index);
  assert.deepEqual(repeated(routes.map(route => `${route.method} ${shapeOf(route.path)}`)), []);
  assert.deepEqual(repeated(routes.map(route => route.id)), []);
});

test('a route of the contract goes under the name that the contract gives it', () => {
  const ids = new Map(contract.map(operation => [`${operation.method} ${shapeOf(operation.path)}`, operation.id]));
  const wrong = routes.filter(route => (ids.get(`${route.method} ${shapeOf(route.path)}`) ?? route.id) !== route.id);
  assert.deepEqual(wrong, []);
});

test('docs/protocol-coverage.md is up to date (npm run coverage writes it)', async () => {
  assert.equal(await readFile(coverageFile, 'utf8'), coverage(contract, routes));
});

if (hasContractFile()) {
  test('the package describes every operation of the contract file under the same name', () => {
    const packaged = new Map(contract.map(operation => [operation.id, `${operation.method} ${operation.path}`]));
    assert.deepEqual(fileOperations().filter(operation => packaged.get(operation.id) !== `${operation.method} ${operation.path}`), []);
  });
}
