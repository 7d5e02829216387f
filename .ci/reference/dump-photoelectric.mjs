// Cross-sections [cm²] at energies [keV] given on stdin as JSON, for the absorption that Sherpa lacks without XSPEC.
import { text } from 'node:stream/consumers'
import { WILMS, crossSection } from '@heavens/science/spectra'

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map((energy) => crossSection(energy, WILMS))))
