import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js'
import usersPb from '@eventstore/db-client/generated/users_pb.js'
import { status } from '@grpc/grpc-js'
import { CallError, several, unary } from '../services/calls.ts'
import type { Register } from '../services/register.ts'
import type { Access } from './access.ts'
import type { Callers } from './callers.ts'
import { InvalidUserError, UserError } from './errors.ts'
import type { StoredUser, UserStore } from './store.ts'

const CODES = { 'user-not-found': status.NOT_FOUND, 'user-conflict': status.FAILED_PRECONDITION } as const

/** How EventStoreDB says so. */
function asFailure(error: unknown): unknown {
  if (error instanceof InvalidUserError) return new CallError(status.INVALID_ARGUMENT, error.message)
  if (!(error instanceof UserError)) return error
  const { kind, login, message } = error
  return new CallError(CODES[kind], message, { exception: kind, 'login-name': login })
}

function detailsOf({ loginName, fullName, groups, disabled, updated }: StoredUser): usersPb.DetailsResp {
  const time = new usersPb.DetailsResp.UserDetails.DateTime().setTicksSinceEpoch(String(updated))
  return new usersPb.DetailsResp().setUserDetails(
    new usersPb.DetailsResp.UserDetails()
      .setLoginName(loginName)
      .setFullName(fullName)
      .setGroupsList([...groups])
      .setDisabled(disabled)
      .setLastUpdated(time),
  )
}

/** A request that has options, as all of this service have. */
interface WithOptions<Options> {
  getOptions(): Options | undefined
}

function optionsOf<Options>(request: WithOptions<Options>): Options {
  const options = request.getOptions()
  if (options === undefined) throw new InvalidUserError('The request has no options.')
  return options
}

/** Registers `event_store.client.users.Users`. */
export function addUsersService(
  register: Register,
  store: UserStore,
  access: Access,
  callers: Callers,
): void {
  /** Answers with an empty message once `act` is done. */
  const change = <Options, Response>(
    Answer: new () => Response,
    act: (options: Options) => Promise<void>,
  ): ReturnType<typeof unary<WithOptions<Options>, Response>> =>
    unary(async ({ request }) => {
      try {
        await act(optionsOf(request))
      } catch (error) {
        throw asFailure(error)
      }
      return new Answer()
    })

  function selected(login: string): readonly StoredUser[] {
    if (login.trim() === '') return store.list()
    const user = store.find(login)
    if (user === undefined) throw new UserError('user-not-found', login)
    return [user]
  }

  register(usersGrpc.UsersService, {
    create: change<usersPb.CreateReq.Options, usersPb.CreateResp>(usersPb.CreateResp, (options) =>
      store.create({
        login: options.getLoginName(),
        fullName: options.getFullName(),
        groups: options.getGroupsList(),
        password: options.getPassword(),
      }),
    ),
    update: change<usersPb.UpdateReq.Options, usersPb.UpdateResp>(usersPb.UpdateResp, (options) =>
      store.update(options.getLoginName(), options.getFullName(), options.getGroupsList()),
    ),
    delete: change<usersPb.DeleteReq.Options, usersPb.DeleteResp>(usersPb.DeleteResp, (options) =>
      store.delete(options.getLoginName()),
    ),
    disable: change<usersPb.DisableReq.Options, usersPb.DisableResp>(usersPb.DisableResp, (options) =>
      store.disable(options.getLoginName()),
    ),
    enable: change<usersPb.EnableReq.Options, usersPb.EnableResp>(usersPb.EnableResp, (options) =>
      store.enable(options.getLoginName()),
    ),
    resetPassword: change<usersPb.ResetPasswordReq.Options, usersPb.ResetPasswordResp>(
      usersPb.ResetPasswordResp,
      (options) => store.resetPassword(options.getLoginName(), options.getNewPassword()),
    ),
    changePassword: unary<usersPb.ChangePasswordReq, usersPb.ChangePasswordResp>(
      async ({ request, metadata }) => {
        try {
          const options = optionsOf<usersPb.ChangePasswordReq.Options>(request)
          const login = options.getLoginName()
          access.require(callers.identityOf(metadata), 'users: change password', login)
          await store.changePassword(login, options.getCurrentPassword(), options.getNewPassword())
        } catch (error) {
          throw asFailure(error)
        }
        return new usersPb.ChangePasswordResp()
      },
    ),
    details: several<usersPb.DetailsReq, usersPb.DetailsResp>(({ request, metadata }) => {
      const login = request.getOptions()?.getLoginName() ?? ''
      return Promise.resolve()
        .then(() => {
          access.require(callers.identityOf(metadata), 'users: read', login)
          return selected(login).map(detailsOf)
        })
        .catch((error: unknown) => {
          throw asFailure(error)
        })
    }),
  })
}
