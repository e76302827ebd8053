// Lints the printed schema. A finding that stays stands in `exceptions.mjs` with its reason; one that stands there and is
// found no more is told as well, so that the list says what is true.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import graphql from '@graphql-eslint/eslint-plugin'
import { ESLint } from 'eslint'
import { exceptions } from './exceptions.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const [schema] = process.argv.slice(2)
if (!schema) throw new Error('usage: node lint.mjs SCHEMA')
const path = resolve(schema)

const eslint = new ESLint({
  cwd: dirname(path),
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.graphql'],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: path } } },
      plugins: { '@graphql-eslint': graphql },
      rules: { ...graphql.configs['flat/schema-recommended'].rules, ...graphql.configs['flat/schema-relay'].rules },
    },
  ],
})

const [{ messages }] = await eslint.lintFiles([path])
const used = new Set()
const open = messages.filter(({ ruleId, message }) => {
  const found = exceptions.find((one) => ruleId === `@graphql-eslint/${one.rule}` && one.found.test(message))
  if (found) used.add(found)
  return !found
})
for (const { line, ruleId, message } of open) console.log(`${schema}:${line} ${ruleId}: ${message.replaceAll('\n', ' ')}`)
const idle = exceptions.filter((one) => !used.has(one))
for (const one of idle) console.log(`exceptions.mjs: ${one.rule} ${one.found} is found no more`)
console.log(`${messages.length} findings, ${messages.length - open.length} with a reason to stay, ${open.length} without`)
process.exitCode = open.length || idle.length ? 1 : 0
