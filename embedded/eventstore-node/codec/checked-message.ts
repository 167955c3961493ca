import { BinaryReader } from 'google-protobuf'
import { cursorOf, DELIMITED, MalformedMessageError, readVarint } from './wire.ts'

/**
 * Reads messages for the generated classes. Those believe what a field says of its length: one that claims four gigabytes
 * would have them count through as many bytes that are not there, while the node stands still.
 */
class CheckedReader extends BinaryReader {
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    super(bytes)
    this.#bytes = bytes
  }

  /** @throws MalformedMessageError where the next field reaches beyond the message */
  override nextField(): boolean {
    const hasField = super.nextField()
    const wireType: number = this.getWireType()
    if (hasField && wireType === DELIMITED) {
      const cursor = { ...cursorOf(this.#bytes), at: this.getCursor() }
      const length = readVarint(cursor)
      if (cursor.at + length > this.#bytes.length)
        throw new MalformedMessageError('a field reaches beyond its end')
    }
    return hasField
  }
}

/** A generated class. */
export interface MessageType<Message> {
  new (): Message
  deserializeBinaryFromReader(message: Message, reader: BinaryReader): Message
}

/**
 * Reads a message that comes from outside into its generated class.
 * @throws MalformedMessageError, or the runtime's own error
 */
export function readChecked<Message>(Type: MessageType<Message>, bytes: Buffer): Message {
  return Type.deserializeBinaryFromReader(new Type(), new CheckedReader(bytes))
}
