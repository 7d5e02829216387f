import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { HeavensError, ROLES } from '@heavens/schemas'
import { EXIT } from './exit.js'
import { VERSION } from './version.js'

const DEFAULT_DATA = 'heavens-data'

function speed(text: string): number {
  if (text === 'max') return Infinity
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a positive number, or max')
  return value
}

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new InvalidArgumentError('a port number, 0 to 65535')
  return value
}

function energyRange(text: string): [number, number] {
  const [min, max, ...rest] = text.split('-').map(Number)
  if (!(min! > 0 && max! > min!) || rest.length > 0) throw new InvalidArgumentError('two energies in keV, such as 2-10')
  return [min!, max!]
}

function positive(text: string): number {
  const value = Number(text)
  if (text === '' || !(value > 0 && value <= 1e6)) throw new InvalidArgumentError('a positive number')
  return value
}

/** `name=value` pairs, one per use of the option; the value may be missing where `bare` says so. */
function assignment(bare: boolean): (text: string, before: Record<string, number | undefined>) => Record<string, number | undefined> {
  return (text, before) => {
    const [name, value] = text.split('=') as [string, string | undefined]
    if (name === '' || (value === undefined ? !bare : value === '' || !Number.isFinite(Number(value)))) throw new InvalidArgumentError(bare ? 'NAME or NAME=VALUE' : 'NAME=VALUE')
    return { ...before, [name]: value === undefined ? undefined : Number(value) }
  }
}

function groupingRule(text: string): string | { minimumCounts: number } {
  if (['auto', 'file', 'none', 'optimal'].includes(text)) return text
  const least = Number(text)
  if (!Number.isInteger(least) || least < 1) throw new InvalidArgumentError('auto, file, none, optimal, or a number of counts')
  return { minimumCounts: least }
}

function fraction(text: string): number {
  const value = Number(text)
  if (text === '' || !(value >= 0 && value < 1)) throw new InvalidArgumentError('a fraction from 0 up to 1, such as 0.02')
  return value
}

/** The options that say what is brought in. */
function withSources(command: Command, scenario: string, replay: string): Command {
  return command
    .option('--scenario <name>', scenario)
    .option('--seed <number>', 'of the simulated sky', Number, 1)
    .option('--replay <files...>', replay)
    .option('--speed <factor>', 'data seconds per second (or max) of a replay or the simulation', speed)
    .option('--watch <folder>', 'ingest every FITS file that appears there')
    .option('--http <address>', 'take blocks of telemetry by HTTP at HOST:PORT; another host than loopback needs HEAVENS_TOKEN')
    .option('--tcp <address>', 'take CCSDS space packets at HOST:PORT')
    .option('--apid <pairs...>', 'INSTRUMENT=NUMBER: what the packets of an APID are')
    .option('--secondary <bytes>', 'length of the secondary header of packets that have one', Number, 0)
}

function program(): Command {
  const heavens = new Command('heavens')
    .description('The X-ray and gamma-ray sky as it is now, and a full analysis of any part of it.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })

  const up = heavens
    .command('up')
    .description('everything in one process: ingest, processors, api and dashboard (the simulated mission, unless files are replayed or the folder holds measured telemetry)')
    .addOption(new Option('--port <number>', 'where to listen').env('HEAVENS_PORT').argParser(port).default(8700))
    .addOption(new Option('--host <address>', 'where to listen; another than loopback needs HEAVENS_TOKEN').env('HEAVENS_HOST').default('127.0.0.1'))
    .addOption(new Option('--data <folder>', 'where all data are kept').env('HEAVENS_DATA_DIR').default(DEFAULT_DATA))
  withSources(up, 'fly the simulated mission: bursts, quiet, ngc4845', 'show these files arriving instead of the simulated mission')
    .action(async (options: unknown) => run(async () => (await import('./commands/up.js')).up(options as never)))

  heavens
    .command('replay')
    .description('run files through the same path as live telemetry, to the end, and print a summary')
    .argument('<files...>')
    .option('--speed <factor>', 'data seconds per second, or max', speed, Infinity)
    .option('--data <folder>', 'where all data are kept (default: a temporary folder)')
    .option('--json', 'print the summary as JSON, and nothing else', false)
    .action(async (files: string[], options: unknown) => run(async () => (await import('./commands/replay.js')).replay(files, options as never)))

  const does = { ingest: 'bring telemetry onto the log', process: 'curves, images and candidates from the log', work: 'run analyses', api: 'REST, WebSocket and dashboard' }
  for (const name of ROLES) {
    const command = heavens
      .command(name)
      .description(`one role as a process of its own, on the stores that HEAVENS_* variables name: ${does[name]}`)
      .option('--data <folder>', 'where embedded stores are (default: HEAVENS_DATA_DIR, or heavens-data)')
    if (name === 'ingest') {
      command
        .argument('[files...]', 'bring these files in, once, and end: past missions and missed data')
        .option('--json', 'with files: print the summary as JSON, and nothing else', false)
      withSources(command, 'fly the simulated mission: bursts, quiet, ngc4845', 'bring these files in')
    }
    const asRole = async (options: unknown): Promise<number> => (await import('./commands/role.js')).role(name, options as never)
    if (name === 'ingest') command.action(async (files: string[], options: unknown) => run(async () => (files.length === 0 ? asRole(options) : (await import('./commands/bring-in.js')).bringIn(files, options as never))))
    else command.action(async (options: unknown) => run(() => asRole(options)))
  }

  heavens
    .command('archive')
    .description('what the event archive holds (list), whether every slice reads back as it was written (verify); drop from the log what is verified and no longer needed (trim); write its events as FITS (export)')
    .addArgument(new Argument('<action>').choices(['list', 'verify', 'trim', 'export']))
    .option('--data <folder>', 'where embedded stores are (default: HEAVENS_DATA_DIR, or heavens-data)')
    .option('--instrument <id>', 'this instrument only')
    .option('--run <run>', 'this run only')
    .option('--out <folder>', 'export: where the event lists go')
    .option('--start <time>', 'export: from this time on, ISO 8601 UTC')
    .option('--stop <time>', 'export: before this time, ISO 8601 UTC')
    .option('--dry-run', 'trim: only say what would be dropped', false)
    .option('--json', 'print JSON, and nothing else', false)
    .action(async (action: string, options: unknown) => run(async () => (await import('./commands/archive.js')).archive(action as never, options as never)))

  heavens
    .command('status')
    .description('every role that runs as a process of its own: state, lag, last progress')
    .option('--data <folder>', 'where embedded stores are (default: HEAVENS_DATA_DIR, or heavens-data)')
    .option('--json', 'print JSON, and nothing else', false)
    .action(async (options: unknown) => run(async () => (await import('./commands/status.js')).status(options as never)))

  heavens
    .command('services')
    .description('all roles as processes of their own, against the servers that HEAVENS_* variables name, or the ones that scripts start here')
    .option('--data <folder>', 'where embedded stores are', DEFAULT_DATA)
    .option('--scripts <folder>', 'scripts that start servers: kafka, influxdb, s3', '../shared/services')
    .option('--scenario <name>', 'fly the simulated mission: bursts, quiet, ngc4845', 'bursts')
    .option('--seed <number>', 'of the simulated sky', Number, 1)
    .option('--replay <files...>', 'bring these files in instead')
    .option('--speed <factor>', 'data seconds per second, or max', speed)
    .action(async (options: unknown) => run(async () => (await import('./commands/services.js')).services(options as never)))

  const deadletter = heavens.command('deadletter').description('what came in and could not be used: list, show, retry')
  const letterOption = (command: Command): Command => command.option('--data <folder>', 'where embedded stores are (default: HEAVENS_DATA_DIR, or heavens-data)').option('--json', 'print JSON, and nothing else', false)
  letterOption(deadletter.command('list').description('all that are held'))
    .action(async (options: unknown) => run(async () => (await import('./commands/deadletter.js')).listDeadLetters(options as never)))
  letterOption(deadletter.command('show').description('one with its bytes').argument('<offset>', 'as listed', Number))
    .action(async (offset: number, options: unknown) => run(async () => (await import('./commands/deadletter.js')).showDeadLetter(offset, options as never)))
  letterOption(deadletter.command('retry').description('bring one (or all that were not accepted yet) in again, by the way it came').argument('<offset>', 'as listed, or all'))
    .action(async (offset: string, options: unknown) => run(async () => (await import('./commands/deadletter.js')).retryDeadLetters(offset, options as never)))

  heavens
    .command('digest')
    .description('one sha256 for the curves, images and candidates of each stream: equal digests mean equal results')
    .option('--data <folder>', 'where all data are kept (default: HEAVENS_DATA_DIR, or heavens-data)')
    .option('--instrument <id>', 'this instrument only')
    .option('--json', 'print JSON, and nothing else', false)
    .action(async (options: unknown) => run(async () => (await import('./commands/digest.js')).digest(options as never)))

  for (const name of ['analyse', 'quote'] as const) {
    const command = heavens
      .command(name)
      .description(name === 'analyse' ? 'run an analysis request and write its products' : 'say what a request would take and give')
      .requiredOption('--request <file>', 'the request, JSON; - for standard input')
      .option('--gti <file>', "good time (FITS, or a list of starts and stops) in place of the request's time")
      .option('--json', name === 'analyse' ? 'print the products as JSON, and nothing else' : 'print JSON on a terminal too', false)
      .option('--data <folder>', 'where all data are kept (default: HEAVENS_DATA_DIR, or heavens-data)')
    if (name === 'analyse') command.requiredOption('--out <folder>', 'where the products go')
    command.action(async (options: unknown) => run(async () => (await import('./commands/analyse.js'))[name](options as never)))
  }

  heavens
    .command('fit')
    .description('fit a spectral model to an OGIP spectrum, or to several together with a free constant before each but the first')
    .argument('<pha...>', 'the spectrum ({n} after the name chooses one of several in a file); of several, each finds its response and background by its header or beside it')
    .option('--response <rmf>', 'response matrix; {n} after the name chooses one of several')
    .option('--arf <arf>', 'effective area; none for none')
    .option('--background <pha>', 'background spectrum; none for none')
    .requiredOption('--model <expression>', "such as 'tbabs*(powerlaw+bbody)'")
    .requiredOption('--energy <min-max>', 'keV', energyRange)
    .addOption(new Option('--statistic <name>', 'what is minimised').choices(['chi2', 'cash', 'wstat']).default('chi2'))
    .option('--systematics <fraction>', 'of the net counts, added in quadrature (chi2)', fraction, 0)
    .option('--grouping <rule>', 'auto, file, none, optimal (Kaastra & Bleeker), or the least counts of a bin', groupingRule)
    .option('--set <name=value>', 'where a parameter starts (repeatable)', assignment(false), {})
    .option('--freeze <name[=value]>', 'a parameter that stays (repeatable)', assignment(true), {})
    .option('--flux <min-max>', 'keV between which the flux is given; absent: the energies of the fit', energyRange)
    .option('--redshift <z>', 'gives the luminosity too, at the energies of the source', positive)
    .option('--distance <mpc>', 'Mpc; gives the luminosity too; absent: that of the redshift', positive)
    .option('--json', 'print the result as JSON, and nothing else', false)
    .action(async (pha: string[], options: unknown) => run(async () => (await import('./commands/fit.js')).fit(pha, options as never)))
  return heavens
}

/** Run a command; its errors become a sentence and an exit code. */
async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    if (!(error instanceof HeavensError)) throw error
    console.error(`heavens: ${error.message}${error.path ? ` (at ${error.path})` : ''} [${error.code}]`)
    process.exitCode = error.code === 'bad-usage' ? EXIT.usage : error.status < 500 ? EXIT.refused : EXIT.failed
  }
}

try {
  await program().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
}
