export { bandText, energyText } from './energy-text.js'
