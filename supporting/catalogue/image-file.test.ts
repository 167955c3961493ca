import { expect } from 'chai'
import fc from 'fast-check'
import { png } from '../../platform/png.ts'
import { inspectImage, UnusableImageError } from './image-file.ts'

/** A PNG that says so of its size, and holds nothing. */
const claiming = (width: number, height: number): Buffer => {
  const bytes = png(1, 1, () => [0, 0, 0])
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

describe('files that are uploaded as images', () => {
  it('are known by their bytes', () => {
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
    const webp = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64')
    const jpeg = Buffer.from(
      'ffd8ffe000104a46494600010100000100010000ffc0000b080002000301011100ffda0008010100003f00d2cf20ffd9',
      'hex',
    )
    expect(inspectImage(png(3, 2, () => [255, 0, 0]))).to.deep.equal({
      contentType: 'image/png',
      width: 3,
      height: 2,
    })
    expect(inspectImage(gif)).to.deep.equal({ contentType: 'image/gif', width: 1, height: 1 })
    expect(inspectImage(webp)).to.deep.equal({ contentType: 'image/webp', width: 1, height: 1 })
    expect(inspectImage(jpeg)).to.deep.equal({ contentType: 'image/jpeg', width: 3, height: 2 })
  })

  it('are refused where they are something else', () => {
    const others: Record<string, string | Buffer> = {
      nothing: '',
      text: 'hello',
      html: '<!doctype html><script>alert(1)</script>',
      svg: '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>',
      'svg behind a declaration': '<?xml version="1.0"?><svg width="1" height="1"></svg>',
      bmp: Buffer.concat([Buffer.from('BM'), Buffer.alloc(60, 1)]),
      pdf: '%PDF-1.7',
      'the beginning of a PNG': png(3, 2, () => [0, 0, 0]).subarray(0, 12),
    }
    for (const [name, bytes] of Object.entries(others)) {
      expect(() => inspectImage(Buffer.from(bytes)), name).to.throw(UnusableImageError, 'not a PNG')
    }
  })

  it('are refused where they unfold to too much, or to nothing', () => {
    expect(() => inspectImage(claiming(60_000, 60_000))).to.throw(UnusableImageError, 'limit')
    expect(() => inspectImage(claiming(8_193, 1))).to.throw(UnusableImageError, 'limit')
    expect(() => inspectImage(claiming(8_000, 8_000))).to.throw(UnusableImageError, 'limit')
    expect(() => inspectImage(claiming(0, 5))).to.throw(UnusableImageError)
    expect(inspectImage(claiming(8_000, 4_000))).to.include({ width: 8_000 })
  })

  it('are an image or refused, whatever the bytes', () => {
    const whole = png(4, 4, (x, y) => [x, y, 0])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), (bytes, kept) => {
        for (const file of [bytes, Buffer.concat([whole.subarray(0, kept), bytes])]) {
          try {
            inspectImage(file)
          } catch (error) {
            expect(error).to.be.instanceOf(UnusableImageError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
