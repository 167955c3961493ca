/** A form with files (RFC 7578), and the content type that it is sent with. */
export const formOf = (
  fields: Readonly<Record<string, string | Buffer>>,
  boundary = 'x-boundary-x',
): { readonly payload: Buffer; readonly type: string } => {
  const parts = Object.entries(fields).map(([name, value]) => {
    const isFile = Buffer.isBuffer(value)
    const disposition = `form-data; name="${name}"${isFile ? '; filename="a.png"' : ''}`
    const type = isFile ? '\r\nContent-Type: image/png' : ''
    const head = `--${boundary}\r\nContent-Disposition: ${disposition}${type}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')])
  })
  return {
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  }
}
