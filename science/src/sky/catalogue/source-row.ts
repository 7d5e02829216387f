/** What a source of the catalogue is. */
export type SourceType = 'LMXB' | 'HMXB' | 'SFXT' | 'gamma-ray binary' | 'pulsar' | 'PWN' | 'magnetar' | 'SNR' | 'blazar' | 'AGN' | 'TDE' | 'galactic centre' | 'cluster' | 'CV' | 'nova' | 'symbiotic star' | 'star' | 'ULX'

/**
 * One line of the catalogue: name, type, ICRS right ascension and declination [deg], rough brightness [Crab] and other names.
 *
 * Positions are those of the optical, radio or X-ray counterpart in common use (as SIMBAD, the McGill magnetar catalogue,
 * the ATNF pulsar catalogue and Green's catalogue of supernova remnants give them), good to 0.02° for naming what is seen;
 * they are no astrometry. Brightness is the order of magnitude in hard X-rays (20–100 keV), of a transient when it is up:
 * it decides which label is drawn first and nothing else.
 */
export type SourceRow = readonly [name: string, type: SourceType, ra: number, dec: number, flux: number, ...aliases: string[]]
