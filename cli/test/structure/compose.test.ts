import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROLES } from '@heavens/schemas'
import { ARCHIVE_VARIABLES, CURVE_VARIABLES, LOG_VARIABLES, readStoreSettings } from '@heavens/storage'
import { readRoleSettings, ROLE_VARIABLES } from '../../src/role-settings.js'
import { readProject } from './project.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const text = readFileSync(`${root}docker-compose.yml`, 'utf8')

interface Service {
  command?: string[]
  entrypoint?: string[]
  environment?: Record<string, string | number>
  healthcheck?: { test: string[] }
  ports?: string[]
  volumes?: string[]
  profiles?: string[]
}
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> }
const services = Object.entries(compose.services)
const validated = [LOG_VARIABLES, CURVE_VARIABLES, ARCHIVE_VARIABLES, ROLE_VARIABLES].flatMap((schema) => Object.keys(schema.shape))

/** What `${NAME:-default}` and `${NAME:?what to do}` become when every secret is set. */
const substituted = (value: string | number): string => String(value).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, _name, how: string | undefined, rest: string) => (how === '-' ? rest : 'a-long-random-text'))

describe('docker-compose.yml', () => {
  it('has a service for each role, which runs it', () => {
    for (const role of ROLES) {
      const service = compose.services[role]
      expect([...(service?.entrypoint ?? []), ...(service?.command ?? [])].join(' '), role).toMatch(new RegExp(`(^|js )${role}( |$)`))
    }
  })

  it.each(ROLES)('gives %s variables that the program validates, and all of them are right', (role) => {
    const environment = Object.fromEntries(Object.entries(compose.services[role]!.environment ?? {}).map(([name, value]) => [name, substituted(value)]))
    expect(Object.keys(environment).filter((name) => !validated.includes(name))).toEqual([])
    expect(readStoreSettings(environment)).toMatchObject({ log: { kind: 'kafka' }, curves: { kind: 'influxdb' }, archive: { kind: 's3' } })
    expect(readRoleSettings(environment).HEAVENS_DATA_DIR).toBe('/data')
  })

  it('names every variable that it takes from outside among those of the program or its own', () => {
    const own = ['HEAVENS_SCENARIO']
    const taken = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!)
    expect(taken.filter((name) => !validated.includes(name) && !own.includes(name))).toEqual([])
  })

  it('watches the health of every service, keeps what must last in named volumes, and opens no port to other machines', () => {
    for (const [name, service] of services) {
      expect(service.healthcheck?.test.length, name).toBeGreaterThan(1)
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/)
      for (const volume of service.volumes ?? []) if (!volume.startsWith('./')) expect(Object.keys(compose.volumes), name).toContain(volume.split(':')[0])
    }
  })

  it('has no secret that works without being set', () => {
    const secret = /(TOKEN|SECRET_KEY|PASSWORD)$/
    const secrets = services.flatMap(([name, service]) => Object.entries(service.environment ?? {}).filter(([variable]) => secret.test(variable)).map(([variable, value]) => ({ name: `${name} ${variable}`, value: String(value) })))
    expect(secrets.length).toBeGreaterThan(4)
    expect(secrets.filter(({ value }) => !/^\$\{\w+:\?/.test(value)).map(({ name }) => name)).toEqual([])
  })
})

describe('docs/operations.md', () => {
  const page = readFileSync(`${root}docs/operations.md`, 'utf8')
  it('tells every variable that the program validates', () => {
    // Members of a family stand as `…_NAME` behind the first.
    expect(validated.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`\`…_${name.split('_').at(-1)}\``) && !page.includes(`\`…_${name.split('_').slice(-2).join('_')}\``))).toEqual([])
  })
})

describe('the Grafana dashboard', () => {
  it('asks only for metrics that some role gives', () => {
    const dashboard = readFileSync(`${root}ops/grafana/dashboards/heavens.json`, 'utf8')
    const code = readProject().filter((file) => /^(api|cli)\/src\//.test(file.path)).map((file) => file.text).join('\n')
    // A histogram is asked for by its parts.
    const asked = [...new Set([...dashboard.matchAll(/heavens_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, '')))]
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((name) => !code.includes(name))).toEqual([])
  })
})

describe('docs/metrics.md', () => {
  it('lists exactly the metrics that the code names', () => {
    const names = (text: string): string[] => [...new Set([...text.matchAll(/heavens_[a-z]+(?:_[a-z]+)+|heavens_candidates/g)].map(([name]) => name))].sort()
    const code = readProject().filter((file) => ['api/src/metrics.ts', 'cli/src/roles/health-server.ts', 'cli/src/commands/role.ts'].includes(file.path)).map((file) => file.text).join('\n')
    expect(names(readFileSync(`${root}docs/metrics.md`, 'utf8'))).toEqual(names(code))
  })
})
