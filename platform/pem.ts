/** The blocks of a text that holds several in PEM form (RFC 7468), one after another as in a file; else the text. */
export const pemBlocks = (text: string): readonly [string, ...string[]] => {
  const [first = text, ...others] = text.match(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g) ?? []
  return [first, ...others]
}
