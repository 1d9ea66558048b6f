/** What screens ask and tell the station about money beyond a sale. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { client, unwrap } from './client'
import { keys } from './keys'
import { isOver } from '@/domain/settlement'
import type { PageFilter } from './queries'
import type { ProposalState, SettlementKind, Vend } from './types'

export const moneyKeys = {
  settlements: ['settlements'] as const,
  settlement: (id: number) => ['settlements', 'one', id] as const,
  proposals: ['proposals'] as const,
  tariffs: ['tariffs'] as const,
  holders: (id: number) => ['holders', id] as const,
  devices: (id: number) => ['devices', id] as const,
  notices: ['notices'] as const,
  wallet: (id: number) => ['wallet', id] as const,
  services: (id: number) => ['services', id] as const,
}

export interface SettlementFilter extends PageFilter {
  text?: string
  kind?: SettlementKind
  meter_id?: number
  account_id?: number
}
export const useSettlements = (filter: SettlementFilter) =>
  useQuery({
    queryKey: [...moneyKeys.settlements, filter],
    queryFn: () => unwrap(client.GET('/api/v1/settlements', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })

export const useSettlement = (id: number) =>
  useQuery({
    queryKey: moneyKeys.settlement(id),
    queryFn: () => unwrap(client.GET('/api/v1/settlements/{id}', { params: { path: { id } } })),
    refetchInterval: (query) =>
      query.state.data && isOver(query.state.data.state) ? false : 2_000,
  })

/** The station has no event for them. */
export const proposalsEveryMs = 15_000
export const useProposals = (filter: PageFilter & { state?: ProposalState; meter_id?: number }) =>
  useQuery({
    queryKey: [...moneyKeys.proposals, filter],
    queryFn: () => unwrap(client.GET('/api/v1/proposals', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: proposalsEveryMs,
  })

export const useTariffs = () =>
  useQuery({
    queryKey: moneyKeys.tariffs,
    queryFn: () => unwrap(client.GET('/api/v1/tariffs')),
  })
export const useTariffVersions = (id: number) =>
  useQuery({
    queryKey: [...moneyKeys.tariffs, id],
    queryFn: () =>
      unwrap(client.GET('/api/v1/tariffs/{id}/versions', { params: { path: { id } } })),
  })
export const useTariffVersion = (id: number, number: number | null) =>
  useQuery({
    queryKey: [...moneyKeys.tariffs, id, number],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/tariffs/{id}/versions/{number}', {
          params: { path: { id, number: number ?? 0 } },
        }),
      ),
    enabled: number !== null,
  })

/** The share of a sale that the meter's tariff in force keeps; `0` while it is not known. */
export function useServicePercent(meterId: number, tariffId: number | null | undefined): string {
  const tariffs = useTariffs()
  const own = tariffs.data?.rows.find((tariff) => tariff.own_meter_id === meterId)
  const id = own?.id ?? tariffId ?? null
  const versions = useQuery({
    queryKey: [...moneyKeys.tariffs, id],
    queryFn: () =>
      unwrap(client.GET('/api/v1/tariffs/{id}/versions', { params: { path: { id: id ?? 0 } } })),
    enabled: id !== null,
    staleTime: 60_000,
  })
  const inUse = versions.data?.rows.find((version) => version.standing === 'in_use')?.number ?? null
  const version = useTariffVersion(id ?? 0, inUse)
  const content = version.data?.content as { service_percent?: string } | undefined
  return content?.service_percent ?? '0'
}

export const useHolders = (id: number) =>
  useQuery({
    queryKey: moneyKeys.holders(id),
    queryFn: () =>
      unwrap(client.GET('/api/v1/accounts/{id}/holders', { params: { path: { id } } })),
  })
export const useDevices = (id: number) =>
  useQuery({
    queryKey: moneyKeys.devices(id),
    queryFn: () => unwrap(client.GET('/api/v1/meters/{id}/devices', { params: { path: { id } } })),
  })

/** Takes a vend that the station has just answered with into every list. */
export function useTakeVend(): (vend: Vend) => void {
  const cache = useQueryClient()
  return (vend) => {
    cache.setQueryData(keys.vend(vend.id), vend)
    void cache.invalidateQueries({ queryKey: keys.vends })
    void cache.invalidateQueries({ queryKey: keys.meter(vend.meter_id) })
    void cache.invalidateQueries({ queryKey: moneyKeys.settlements })
  }
}
