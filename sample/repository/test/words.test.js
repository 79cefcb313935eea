import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from '../src/words.js';

test('splits sentences at everything that is not a letter or a number', () => {
  assert.deepEqual(splitWords('Over the hills, far away!'), ['Over', 'the', 'hills', 'far', 'away']);
});

test('splits identifiers where the case changes', () => {
  assert.deepEqual(splitWords('getHTTPServer-v2'), ['get', 'HTTP', 'Server', 'v', '2']);
  assert.deepEqual(splitWords('snake_case_name'), ['snake', 'case', 'name']);
});

test('knows letters beyond ASCII', () => {
  assert.deepEqual(splitWords('ÜberGröße déjàVu'), ['Über', 'Größe', 'déjà', 'Vu']);
});

test('finds no words where there are none', () => {
  assert.deepEqual(splitWords(' … '), []);
});
