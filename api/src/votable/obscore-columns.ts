import type { Column } from './table.js'

const column = (name: string, datatype: Column['datatype'], description: string, utype: string, ucd: string, more: Partial<Column> = {}): Column => ({ name, datatype, description, utype: `obscore:${utype}`, ucd, ...more })

/** The mandatory columns of ObsCore 1.1 (its table 5) in their order, and obs_title, dataproduct_subtype. */
export const OBSCORE: readonly Column[] = [
  column('dataproduct_type', 'char', 'timeseries, spectrum, image or event', 'ObsDataset.dataProductType', 'meta.code.class'),
  column('dataproduct_subtype', 'char', 'kind of the file', 'ObsDataset.dataProductSubtype', 'meta.code.class'),
  column('calib_level', 'int', 'level of calibration, 0 to 4', 'ObsDataset.calibLevel', 'meta.code;obs.calib'),
  column('target_name', 'unicodeChar', 'name of the target, else its position', 'Target.name', 'meta.id;src'),
  column('obs_id', 'char', 'the analysis', 'DataID.observationID', 'meta.id'),
  column('obs_title', 'unicodeChar', 'label of the analysis', 'DataID.title', 'meta.title;obs'),
  column('obs_collection', 'char', 'collection', 'DataID.collection', 'meta.id'),
  column('obs_publisher_did', 'char', 'name of the file', 'Curation.publisherDID', 'meta.ref.ivoid'),
  column('access_url', 'char', 'where the file is', 'Access.reference', 'meta.ref.url'),
  column('access_format', 'char', 'its media type', 'Access.format', 'meta.code.mime'),
  column('access_estsize', 'long', 'its size', 'Access.size', 'phys.size;meta.file', { unit: 'kbyte' }),
  column('s_ra', 'double', 'right ascension of the target', 'Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C1', 'pos.eq.ra', { unit: 'deg', system: 'icrs' }),
  column('s_dec', 'double', 'declination of the target', 'Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C2', 'pos.eq.dec', { unit: 'deg', system: 'icrs' }),
  column('s_fov', 'double', 'diameter of what it covers', 'Char.SpatialAxis.Coverage.Bounds.Extent.diameter', 'phys.angSize;instr.fov', { unit: 'deg' }),
  column('s_region', 'char', 'what it covers, STC-S', 'Char.SpatialAxis.Coverage.Support.Area', 'pos.outline;obs.field', { xtype: 'adql:REGION' }),
  column('s_resolution', 'double', 'radius of the point-spread function', 'Char.SpatialAxis.Resolution.Refval.value', 'pos.angResolution', { unit: 'arcsec' }),
  column('s_xel1', 'long', 'pixels along the first axis', 'Char.SpatialAxis.numBins1', 'meta.number'),
  column('s_xel2', 'long', 'pixels along the second axis', 'Char.SpatialAxis.numBins2', 'meta.number'),
  column('t_min', 'double', 'start, MJD in TT', 'Char.TimeAxis.Coverage.Bounds.Limits.StartTime', 'time.start;obs.exposure', { unit: 'd', system: 'mjd-tt' }),
  column('t_max', 'double', 'stop, MJD in TT', 'Char.TimeAxis.Coverage.Bounds.Limits.StopTime', 'time.end;obs.exposure', { unit: 'd', system: 'mjd-tt' }),
  column('t_exptime', 'double', 'length of the intervals asked for; the live time is in the file', 'Char.TimeAxis.Coverage.Support.Extent', 'time.duration;obs.exposure', { unit: 's' }),
  column('t_resolution', 'double', 'width of the bins of a light curve', 'Char.TimeAxis.Resolution.Refval.value', 'time.resolution', { unit: 's' }),
  column('t_xel', 'long', 'number of times', 'Char.TimeAxis.numBins', 'meta.number'),
  column('em_min', 'double', 'shortest wavelength, of the highest energy', 'Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit', 'em.wl;stat.min', { unit: 'm' }),
  column('em_max', 'double', 'longest wavelength, of the lowest energy', 'Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit', 'em.wl;stat.max', { unit: 'm' }),
  column('em_res_power', 'double', 'resolving power', 'Char.SpectralAxis.Resolution.ResolPower.refVal', 'spect.resolution'),
  column('em_xel', 'long', 'number of energies', 'Char.SpectralAxis.numBins', 'meta.number'),
  column('o_ucd', 'char', 'what was measured', 'Char.ObservableAxis.ucd', 'meta.ucd'),
  column('pol_states', 'char', 'polarisation', 'Char.PolarizationAxis.stateList', 'meta.code;phys.polarization'),
  column('pol_xel', 'long', 'number of polarisations', 'Char.PolarizationAxis.numBins', 'meta.number'),
  column('facility_name', 'unicodeChar', 'mission', 'Provenance.ObsConfig.Facility.name', 'meta.id;instr.tel'),
  column('instrument_name', 'unicodeChar', 'instrument', 'Provenance.ObsConfig.Instrument.name', 'meta.id;instr'),
]
