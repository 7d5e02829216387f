import { describe, expect, it } from 'vitest'
import { type Stage, cameraText, dragged, framePoint, held, magnification, picturePoint, showing, wholeOf, zoomedAt } from './image-camera.js'

const picture = { width: 120, height: 60 }
const stage = (camera = wholeOf(picture)): Stage => ({ picture, camera, width: 600, height: 300 })

describe('the camera of an image', () => {
  it('shows all of the picture at first, first row at the foot', () => {
    expect(magnification(stage())).toBe(5)
    expect(framePoint(stage(), [0.5, 0.5])).toEqual([0, 300])
    expect(framePoint(stage(), [120.5, 60.5])).toEqual([600, 0])
    expect(cameraText(wholeOf(picture))).toBeNull()
  })
  it('goes there and back', () => {
    const near = stage({ x: 30, y: 20, zoom: 7 })
    const [x, y] = picturePoint(near, framePoint(near, [33.25, 18]))
    expect(x).toBeCloseTo(33.25, 9)
    expect(y).toBeCloseTo(18, 9)
  })
  it('comes nearer around what is under the pointer', () => {
    const before = picturePoint(stage(), [450, 100])
    const camera = zoomedAt(stage(), [450, 100], 3)
    expect(camera.zoom).toBe(3)
    const after = picturePoint(stage(camera), [450, 100])
    expect(after[0]).toBeCloseTo(before[0], 9)
    expect(after[1]).toBeCloseTo(before[1], 9)
  })
  it('follows the pointer that draws it', () => {
    const near = stage({ x: 60, y: 30, zoom: 4 })
    const camera = dragged(near, [300, 150], [340, 130])
    const [x, y] = framePoint(stage(camera), picturePoint(near, [300, 150]))
    expect([x, y].map((v) => Number(v.toFixed(6)))).toEqual([340, 130])
  })
  it('never shows what is beside the picture, nor less than all of it, nor pixels larger than 64 px', () => {
    expect(held(stage({ x: -500, y: 900, zoom: 2 }))).toEqual({ x: 30.5, y: 45.5, zoom: 2 })
    expect(held(stage({ x: 1, y: 1, zoom: 0.1 }))).toEqual(wholeOf(picture))
    expect(magnification(stage(held(stage({ x: 60, y: 30, zoom: 1e9 }))))).toBeCloseTo(64, 9)
  })
  it('moves after a cross that leaves the frame, and not before', () => {
    const near = stage({ x: 60, y: 30, zoom: 4 })
    expect(showing(near, [61, 31])).toEqual(near.camera)
    const camera = showing(near, [110, 30])
    expect(camera.x).toBeGreaterThan(60)
    expect(framePoint(stage(camera), [110, 30])[0]).toBeLessThan(600)
  })
})
