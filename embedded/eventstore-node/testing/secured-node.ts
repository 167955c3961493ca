import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startNode, type EventStoreNode, type NodeOptions } from '../index.ts'
import { writeCertificate } from './certificates.ts'

/** A node with TLS and users, and the official client in the name of whom a test likes. */
export interface SecuredNode {
  readonly node: EventStoreNode
  readonly caFile: string
  /** `https://…` */
  readonly url: string
  /** @param who `name:password`; undefined: nobody in particular */
  as(who?: string): EventStoreDBClient
  /** The value of an `authorization` header. */
  basic(who: string): string
  close(): Promise<void>
}

export const ADMIN = 'admin:a dministrator'
export const OPS = 'ops:o perator'

export async function startSecuredNode(options: Partial<NodeOptions> = {}): Promise<SecuredNode> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'eventstore-node-'))
  const files = writeCertificate(folder)
  const node = await startNode({
    inMemory: true,
    tls: files,
    auth: { initialPasswords: { admin: 'a dministrator', ops: 'o perator' } },
    ...options,
  })
  const clients = new Map<string, EventStoreDBClient>()
  const authority = `localhost:${node.port}`
  return {
    node,
    caFile: files.cert,
    url: `https://${authority}`,
    as(who) {
      const credentials = who === undefined ? '' : `${who.split(':').map(encodeURIComponent).join(':')}@`
      const known = clients.get(credentials)
      if (known !== undefined) return known
      const client = EventStoreDBClient.connectionString(
        `esdb://${credentials}${authority}?tls=true&tlsCAFile=${encodeURIComponent(files.cert)}`,
      )
      clients.set(credentials, client)
      return client
    },
    basic: (who) => `Basic ${Buffer.from(who).toString('base64')}`,
    async close() {
      for (const client of clients.values()) await client.dispose()
      await node.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
