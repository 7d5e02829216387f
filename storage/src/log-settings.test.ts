import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readLogSettings } from './log-settings.js'

const folder = mkdtempSync(join(tmpdir(), 'heavens-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
const certificate = join(folder, 'ca.pem')
writeFileSync(certificate, '-----BEGIN CERTIFICATE-----\n')
const text = join(folder, 'text.txt')
writeFileSync(text, 'no certificate')

const kafka = { HEAVENS_LOG: 'kafka', HEAVENS_KAFKA_BROKERS: 'a:9092, b.example:9093,' }
const sasl = { HEAVENS_KAFKA_SASL_MECHANISM: 'scram-sha-512', HEAVENS_KAFKA_SASL_USERNAME: 'user', HEAVENS_KAFKA_SASL_PASSWORD: 'hunter2' }

it('is embedded unless told otherwise, and takes an empty variable for none', () => {
  expect(readLogSettings({})).toEqual({ kind: 'embedded' })
  expect(readLogSettings({ HEAVENS_LOG: '', HEAVENS_KAFKA_BROKERS: 'a:1' })).toEqual({ kind: 'embedded' })
})

it('reads everything about Kafka', () => {
  expect(readLogSettings(kafka)).toEqual({ kind: 'kafka', brokers: ['a:9092', 'b.example:9093'] })
  expect(readLogSettings({ ...kafka, ...sasl, HEAVENS_KAFKA_TLS_CA: certificate, HEAVENS_KAFKA_PREFIX: 'night.', HEAVENS_KAFKA_COMPRESSION: 'gzip', HEAVENS_KAFKA_REPLICATION: '3', HEAVENS_KAFKA_RETENTION_DAYS: '2' })).toEqual({
    kind: 'kafka', brokers: ['a:9092', 'b.example:9093'], sasl: { mechanism: 'scram-sha-512', username: 'user', password: 'hunter2' },
    tls: { ca: '-----BEGIN CERTIFICATE-----\n' }, prefix: 'night.', compression: 'gzip', replication: 3, retention: { telemetrySeconds: 172_800 },
  })
  expect(readLogSettings({ ...kafka, HEAVENS_KAFKA_RETENTION_DAYS: 'none' })).toMatchObject({ retention: { telemetrySeconds: Infinity } })
  expect(readLogSettings({ ...kafka, HEAVENS_KAFKA_TLS: 'true' })).toMatchObject({ tls: true })
  expect(readLogSettings({ ...kafka, HEAVENS_KAFKA_BROKERS: '[::1]:9092' })).toMatchObject({ brokers: ['[::1]:9092'] })
})

it.each([
  ['HEAVENS_LOG', { HEAVENS_LOG: 'rabbit' }],
  ['HEAVENS_KAFKA_BROKERS', { HEAVENS_LOG: 'kafka' }],
  ['HEAVENS_KAFKA_BROKERS', { ...kafka, HEAVENS_KAFKA_BROKERS: ',' }],
  ['HEAVENS_KAFKA_BROKERS', { ...kafka, HEAVENS_KAFKA_BROKERS: 'a' }],
  ['HEAVENS_KAFKA_BROKERS', { ...kafka, HEAVENS_KAFKA_BROKERS: 'a:0' }],
  ['HEAVENS_KAFKA_BROKERS', { ...kafka, HEAVENS_KAFKA_BROKERS: 'kafka://a:9092' }],
  ['HEAVENS_KAFKA_SASL_PASSWORD', { ...kafka, ...sasl, HEAVENS_KAFKA_SASL_PASSWORD: '' }],
  ['HEAVENS_KAFKA_SASL_MECHANISM', { ...kafka, ...sasl, HEAVENS_KAFKA_SASL_MECHANISM: 'kerberos' }],
  ['HEAVENS_KAFKA_TLS', { ...kafka, HEAVENS_KAFKA_TLS: 'yes' }],
  ['HEAVENS_KAFKA_TLS', { ...kafka, HEAVENS_KAFKA_TLS: 'false', HEAVENS_KAFKA_TLS_CA: certificate }],
  ['HEAVENS_KAFKA_TLS_CA', { ...kafka, HEAVENS_KAFKA_TLS_CA: join(folder, 'absent') }],
  ['HEAVENS_KAFKA_TLS_CA', { ...kafka, HEAVENS_KAFKA_TLS_CA: text }],
  ['HEAVENS_KAFKA_TLS_KEY', { ...kafka, HEAVENS_KAFKA_TLS_CERT: certificate }],
  ['HEAVENS_KAFKA_PREFIX', { ...kafka, HEAVENS_KAFKA_PREFIX: 'a b' }],
  ['HEAVENS_KAFKA_REPLICATION', { ...kafka, HEAVENS_KAFKA_REPLICATION: '0' }],
  ['HEAVENS_KAFKA_RETENTION_DAYS', { ...kafka, HEAVENS_KAFKA_RETENTION_DAYS: 'week' }],
])('names %s when it is wrong, and no secret', (name, environment) => {
  let message = ''
  try {
    readLogSettings(environment)
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-setting', fields: { name } })
    message = (error as Error).message
  }
  expect(message).toContain(name)
  expect(message).not.toContain('hunter2')
})
