export type * from './job-service.js'
