export { bandText, energyText, KEV } from './energy-text.js'
