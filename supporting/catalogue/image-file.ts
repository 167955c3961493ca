import { disableTypes, imageSize, types } from 'image-size'

/** What an uploaded file is, as its bytes say. */
export interface ImageFile {
  readonly contentType: ImageType
  /** Pixels. */
  readonly width: number
  readonly height: number
}

export type ImageType = (typeof CONTENT_TYPES)[keyof typeof CONTENT_TYPES]

/** What every browser shows, and none runs scripts in. */
const CONTENT_TYPES = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' } as const

export const IMAGE_TYPES: readonly ImageType[] = Object.values(CONTENT_TYPES)

// not even parsed: a parser that is not there has no holes
disableTypes(types.filter((type) => !(type in CONTENT_TYPES)))

/** A file of some MB can unfold to that of gigabytes. */
const MOST_PIXELS_A_SIDE = 8_192
const MOST_PIXELS = 32_000_000

/** A file that the shop does not show. The message says why. */
export class UnusableImageError extends Error {
  override readonly name = 'UnusableImageError'
}

/**
 * Looks at the bytes alone: names and types that come with a file say what its sender wants.
 * @throws UnusableImageError
 */
export const inspectImage = (bytes: Uint8Array): ImageFile => {
  const { width, height, type } = sizeOf(bytes)
  if (type === undefined || !isKnown(type)) throw notAnImage()
  if (width < 1 || height < 1) throw new UnusableImageError('The image has no pixels')
  if (Math.max(width, height) > MOST_PIXELS_A_SIDE || width * height > MOST_PIXELS) {
    throw new UnusableImageError(
      `The image has ${width} × ${height} pixels: ${MOST_PIXELS_A_SIDE} a side and ${MOST_PIXELS / 1e6} million in all are the limit`,
    )
  }
  return { contentType: CONTENT_TYPES[type], width, height }
}

const isKnown = (type: string): type is keyof typeof CONTENT_TYPES => type in CONTENT_TYPES

const sizeOf = (bytes: Uint8Array): { width: number; height: number; type?: string | undefined } => {
  try {
    return imageSize(bytes)
  } catch (error) {
    throw notAnImage(error)
  }
}

const notAnImage = (cause?: unknown): UnusableImageError =>
  new UnusableImageError('The file is not a PNG, JPEG, WebP or GIF image', { cause })
