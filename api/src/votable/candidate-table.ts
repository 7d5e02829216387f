import type { Candidate } from '@heavens/schemas'
import { mjdTtFromTt } from '@heavens/science/time'
import type { Table } from './table.js'

/** Candidates as rows; positions and classes where there are such. */
export function candidateTable(candidates: readonly Candidate[]): Table {
  return {
    name: 'candidates', description: 'What is new on the sky, newest first',
    columns: [
      { name: 'id', datatype: 'char', ucd: 'meta.id;meta.main', description: 'name of the candidate' },
      { name: 'instrument', datatype: 'char', ucd: 'meta.id;instr', description: 'who saw it' },
      { name: 'run', datatype: 'char', description: 'run of the instrument' },
      { name: 'state', datatype: 'char', ucd: 'meta.code', description: 'open, closed or retracted' },
      { name: 'revision', datatype: 'int', ucd: 'meta.version', description: 'rises with each change' },
      { name: 'trigger', datatype: 'char', description: 'rate or image' },
      { name: 't_start', datatype: 'double', unit: 'd', ucd: 'time.start', system: 'mjd-tt', description: 'start of the first significant interval, MJD in TT' },
      { name: 't_stop', datatype: 'double', unit: 'd', ucd: 'time.end', system: 'mjd-tt', description: 'end, MJD in TT' },
      { name: 'timescale', datatype: 'double', unit: 's', ucd: 'time.duration', description: 'length of the most significant interval' },
      { name: 'significance', datatype: 'double', ucd: 'stat.snr', description: 'largest, in standard deviations' },
      { name: 'band', datatype: 'char', description: 'energy band of the trigger' },
      { name: 'counts', datatype: 'double', unit: 'ct', ucd: 'phot.count', description: 'in the most significant interval' },
      { name: 'background', datatype: 'double', unit: 'ct', ucd: 'phot.count;instr.background', description: 'expected in that interval' },
      { name: 'ra', datatype: 'double', unit: 'deg', ucd: 'pos.eq.ra;meta.main', system: 'icrs', description: 'right ascension' },
      { name: 'dec', datatype: 'double', unit: 'deg', ucd: 'pos.eq.dec;meta.main', system: 'icrs', description: 'declination' },
      { name: 'radius', datatype: 'double', unit: 'deg', ucd: 'stat.error;pos.eq', description: 'error radius' },
      { name: 'class', datatype: 'char', ucd: 'src.class', description: 'what it is thought to be' },
      { name: 'class_probability', datatype: 'double', ucd: 'stat.probability', description: 'how sure that is, 0 to 1' },
      { name: 'known_source', datatype: 'unicodeChar', description: 'a known source at its place' },
      { name: 'far', datatype: 'double', unit: 'Hz', description: 'false-alarm rate' },
      { name: 'simulated', datatype: 'boolean', ucd: 'meta.code', description: 'whether its telemetry is simulated' },
    ],
    rows: candidates.map((c) => [
      c.id, c.instrument, c.run, c.state, c.revision, c.trigger, mjdTtFromTt(c.start), mjdTtFromTt(c.stop), c.timescale, c.significance, c.band, c.counts, c.background,
      c.ra, c.dec, c.radius, c.class, c.classProbability, c.knownSource, c.far, c.simulated,
    ]),
  }
}
