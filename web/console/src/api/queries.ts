/** What screens ask the station, as cached queries. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { isVendAtRest } from '@/domain/states'
import { client, unwrap } from './client'
import { keys } from './keys'
import type { AccountState, AlarmKind, CommandState, Severity, VendState } from './types'

export const useSite = () =>
  useQuery({
    queryKey: keys.site,
    queryFn: () => unwrap(client.GET('/api/v1/site')),
    staleTime: 60_000,
  })

export const useMeters = () =>
  useQuery({
    queryKey: keys.meters,
    queryFn: () => unwrap(client.GET('/api/v1/meters')),
    staleTime: 60_000,
  })

export const useMeter = (id: number) =>
  useQuery({
    queryKey: keys.meter(id),
    queryFn: () => unwrap(client.GET('/api/v1/meters/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  })

export const useReadings = (id: number, hours: number) =>
  useQuery({
    queryKey: keys.readings(id, hours),
    queryFn: () => {
      const to = new Date()
      const from = new Date(to.getTime() - hours * 3_600_000)
      const query = { from: from.toISOString(), to: to.toISOString(), limit: 10_000 }
      return unwrap(client.GET('/api/v1/meters/{id}/readings', { params: { path: { id }, query } }))
    },
    refetchInterval: 60_000,
  })

export interface PageFilter {
  limit?: number
  offset?: number
}
export interface VendFilter extends PageFilter {
  text?: string
  meter_id?: number
  account_id?: number
  state?: VendState
  from?: string
  to?: string
}
export const useVends = (filter: VendFilter) =>
  useQuery({
    queryKey: keys.vendList(filter),
    queryFn: () => unwrap(client.GET('/api/v1/vends', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

/** One sale, followed until it rests: by events, and by asking in case the stream is down. */
export const useVend = (id: number | null) =>
  useQuery({
    queryKey: keys.vend(id ?? 0),
    queryFn: () => unwrap(client.GET('/api/v1/vends/{id}', { params: { path: { id: id ?? 0 } } })),
    enabled: id !== null,
    refetchInterval: (query) =>
      query.state.data && isVendAtRest(query.state.data.state) ? false : 2_000,
  })

export const useSlip = (id: number | null) =>
  useQuery({
    queryKey: keys.slip(id ?? 0),
    queryFn: () =>
      unwrap(client.GET('/api/v1/vends/{id}/slip', { params: { path: { id: id ?? 0 } } })),
    enabled: id !== null,
    staleTime: 0,
    gcTime: 0,
  })

export interface CommandFilter extends PageFilter {
  meter_id?: number
  state?: CommandState
}
export const useCommands = (filter: CommandFilter) =>
  useQuery({
    queryKey: keys.commandList(filter),
    queryFn: () => unwrap(client.GET('/api/v1/commands', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const useCommand = (id: number | null) =>
  useQuery({
    queryKey: keys.command(id ?? 0),
    queryFn: () =>
      unwrap(client.GET('/api/v1/commands/{id}', { params: { path: { id: id ?? 0 } } })),
    enabled: id !== null,
    refetchInterval: (query) =>
      query.state.data && query.state.data.state !== 'pending' ? false : 2_000,
  })

export interface AccountFilter extends PageFilter {
  text?: string
  state?: AccountState
}
export const useAccounts = (filter: AccountFilter) =>
  useQuery({
    queryKey: keys.accountList(filter),
    queryFn: () => unwrap(client.GET('/api/v1/accounts', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const useAccount = (id: number | null) =>
  useQuery({
    queryKey: keys.account(id ?? 0),
    queryFn: () =>
      unwrap(client.GET('/api/v1/accounts/{id}', { params: { path: { id: id ?? 0 } } })),
    enabled: id !== null,
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === 'opening' || state === 'closing' ? 2_000 : false
    },
  })

export interface AlarmFilter extends PageFilter {
  active?: 0 | 1
  unacknowledged?: 0 | 1
  meter_id?: number
  kind?: AlarmKind
  severity?: Severity
  building_id?: number
  from?: string
  to?: string
}
export const useAlarms = (filter: AlarmFilter, enabled = true) =>
  useQuery({
    queryKey: keys.alarmList(filter),
    queryFn: () => unwrap(client.GET('/api/v1/alarms', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    enabled,
  })

export const useAudit = (filter: PageFilter & { text?: string }) =>
  useQuery({
    queryKey: keys.audit(filter),
    queryFn: () => unwrap(client.GET('/api/v1/audit', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const useBooks = () =>
  useQuery({
    queryKey: keys.books,
    queryFn: () => unwrap(client.GET('/api/v1/books')),
  })

export const useUsers = (enabled: boolean) =>
  useQuery({
    queryKey: keys.users,
    queryFn: () => unwrap(client.GET('/api/v1/users')),
    enabled,
  })
