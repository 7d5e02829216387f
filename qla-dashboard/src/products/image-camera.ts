/** What of a picture is looked at: the FITS pixel in the middle of the frame, and how much nearer than the whole picture. */
export interface Camera {
  x: number
  y: number
  /** 1: all of the picture is in the frame */
  zoom: number
}

/** A frame [CSS px] with a picture in it. */
export interface Stage {
  camera: Camera
  /** pixels of the picture */
  picture: { readonly width: number; readonly height: number }
  width: number
  height: number
}

type Point = readonly [x: number, y: number]

/** A pixel of the picture may be as large as this [CSS px]. */
const LARGEST_PIXEL = 64

export const wholeOf = (picture: Stage['picture']): Camera => ({ x: (picture.width + 1) / 2, y: (picture.height + 1) / 2, zoom: 1 })

/** CSS px of one pixel of the picture. */
export const magnification = ({ camera, picture, width, height }: Stage): number => Math.min(width / picture.width, height / picture.height) * camera.zoom

/** Place in the frame of a FITS pixel (centres from 1); y runs down in the frame and up in the picture. */
export function framePoint(stage: Stage, [x, y]: Point): [x: number, y: number] {
  const m = magnification(stage)
  return [stage.width / 2 + (x - stage.camera.x) * m, stage.height / 2 - (y - stage.camera.y) * m]
}

export function picturePoint(stage: Stage, [x, y]: Point): [x: number, y: number] {
  const m = magnification(stage)
  return [stage.camera.x + (x - stage.width / 2) / m, stage.camera.y - (y - stage.height / 2) / m]
}

/** The camera of a stage, kept so that the frame is never beside the picture. */
export function held(stage: Stage): Camera {
  const { picture, camera } = stage
  const most = Math.max(1, LARGEST_PIXEL / magnification({ ...stage, camera: { ...camera, zoom: 1 } }))
  const zoom = Math.min(most, Math.max(1, camera.zoom))
  const m = magnification({ ...stage, camera: { ...camera, zoom } })
  const along = (value: number, size: number, frame: number): number => {
    const [low, high] = [0.5 + frame / m / 2, size + 0.5 - frame / m / 2]
    return low >= high ? (size + 1) / 2 : Math.min(high, Math.max(low, value))
  }
  return { x: along(camera.x, picture.width, stage.width), y: along(camera.y, picture.height, stage.height), zoom }
}

/** Nearer by a factor, so that what is under a point of the frame stays there. */
export function zoomedAt(stage: Stage, at: Point, factor: number): Camera {
  const fixed = picturePoint(stage, at)
  const { zoom } = held({ ...stage, camera: { ...stage.camera, zoom: stage.camera.zoom * factor } })
  const next = { ...stage, camera: { ...stage.camera, zoom } }
  const now = picturePoint(next, at)
  return held({ ...next, camera: { x: stage.camera.x + fixed[0] - now[0], y: stage.camera.y + fixed[1] - now[1], zoom } })
}

/** Drawn with the pointer from one point of the frame to another. */
export function dragged(stage: Stage, from: Point, to: Point): Camera {
  const m = magnification(stage)
  return held({ ...stage, camera: { ...stage.camera, x: stage.camera.x - (to[0] - from[0]) / m, y: stage.camera.y + (to[1] - from[1]) / m } })
}

/** The camera moved as little as needed so that a FITS pixel is well inside the frame. */
export function showing(stage: Stage, [x, y]: Point): Camera {
  const m = magnification(stage)
  const along = (value: number, at: number, half: number): number => Math.min(at + half, Math.max(at - half, value))
  return held({ ...stage, camera: { ...stage.camera, x: along(stage.camera.x, x, (stage.width / m) * 0.45), y: along(stage.camera.y, y, (stage.height / m) * 0.45) } })
}

/** As a link has it: `x,y,zoom`; null for all of the picture. */
export function cameraText(camera: Camera): string | null {
  return camera.zoom > 1 ? [camera.x.toFixed(2), camera.y.toFixed(2), camera.zoom.toPrecision(4)].map(Number).join(',') : null
}
