export type * from './options.js'
