import fs from 'node:fs'
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js'
import usersPb from '@eventstore/db-client/generated/users_pb.js'
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import type { SecuredNode } from '../../testing/secured-node.ts'

interface UserFields {
  readonly fullName?: string
  readonly groups?: readonly string[]
  readonly password?: string
}

/** The Users service, which the official client has the messages for but no methods. Failures are its `ServiceError`s. */
export interface UsersApi {
  create(login: string, fields: UserFields): Promise<void>
  update(login: string, fields: UserFields): Promise<void>
  delete(login: string): Promise<void>
  enable(login: string): Promise<void>
  disable(login: string): Promise<void>
  changePassword(login: string, current: string, next: string): Promise<void>
  resetPassword(login: string, next: string): Promise<void>
  details(login?: string): Promise<usersPb.DetailsResp.UserDetails.AsObject[]>
  close(): void
}

type Callback = (error: ServiceError | null) => void

/** @param who `name:password`; undefined: nobody in particular */
export function usersOf(secured: SecuredNode, who?: string): UsersApi {
  const { node, caFile } = secured
  const client = new usersGrpc.UsersClient(
    `localhost:${node.port}`,
    credentials.createSsl(fs.readFileSync(caFile)),
  )
  const metadata = (): Metadata => {
    const made = new Metadata()
    if (who !== undefined) made.set('authorization', secured.basic(who))
    return made
  }
  const done = (call: (callback: Callback) => unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      call((error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  return {
    create: (login, { fullName = '', groups = [], password = '' }) => {
      const options = new usersPb.CreateReq.Options()
      options
        .setLoginName(login)
        .setFullName(fullName)
        .setGroupsList([...groups])
        .setPassword(password)
      return done((callback) =>
        client.create(new usersPb.CreateReq().setOptions(options), metadata(), callback),
      )
    },
    update: (login, { fullName = '', groups = [] }) => {
      const options = new usersPb.UpdateReq.Options()
      options
        .setLoginName(login)
        .setFullName(fullName)
        .setGroupsList([...groups])
      return done((callback) =>
        client.update(new usersPb.UpdateReq().setOptions(options), metadata(), callback),
      )
    },
    delete: (login) => {
      const request = new usersPb.DeleteReq().setOptions(new usersPb.DeleteReq.Options().setLoginName(login))
      return done((callback) => client.delete(request, metadata(), callback))
    },
    enable: (login) => {
      const request = new usersPb.EnableReq().setOptions(new usersPb.EnableReq.Options().setLoginName(login))
      return done((callback) => client.enable(request, metadata(), callback))
    },
    disable: (login) => {
      const request = new usersPb.DisableReq().setOptions(
        new usersPb.DisableReq.Options().setLoginName(login),
      )
      return done((callback) => client.disable(request, metadata(), callback))
    },
    changePassword: (login, current, next) => {
      const options = new usersPb.ChangePasswordReq.Options()
      options.setLoginName(login).setCurrentPassword(current).setNewPassword(next)
      const request = new usersPb.ChangePasswordReq().setOptions(options)
      return done((callback) => client.changePassword(request, metadata(), callback))
    },
    resetPassword: (login, next) => {
      const options = new usersPb.ResetPasswordReq.Options().setLoginName(login).setNewPassword(next)
      const request = new usersPb.ResetPasswordReq().setOptions(options)
      return done((callback) => client.resetPassword(request, metadata(), callback))
    },
    async details(login) {
      const request = new usersPb.DetailsReq()
      if (login !== undefined) request.setOptions(new usersPb.DetailsReq.Options().setLoginName(login))
      const found: usersPb.DetailsResp.UserDetails.AsObject[] = []
      for await (const each of client.details(request, metadata()) as AsyncIterable<usersPb.DetailsResp>) {
        const details = each.getUserDetails()
        if (details !== undefined) found.push(details.toObject())
      }
      return found
    },
    close: () => {
      client.close()
    },
  }
}
