export type * from './options.js'
export { type Api, createApi } from './server.js'
