/** What screens ask about notices, platform wallets, bills and charges for services. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import { keys } from './keys'
import { moneyKeys } from './money'
import type { PageFilter } from './queries'
import type { NoticeLevel, NoticeState } from './types'

export interface NoticeFilter extends PageFilter {
  q?: string
  meter_id?: number
  account_id?: number
  level?: NoticeLevel
  state?: NoticeState
}
export const useNotices = (filter: NoticeFilter) =>
  useQuery({
    queryKey: [...moneyKeys.notices, filter],
    queryFn: () => unwrap(client.GET('/api/v1/notices', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })

export const useWallet = (id: number) =>
  useQuery({
    queryKey: moneyKeys.wallet(id),
    queryFn: () => unwrap(client.GET('/api/v1/meters/{id}/wallet', { params: { path: { id } } })),
    refetchInterval: 15_000,
  })

/** `month` is YYYY-MM. */
const monthNumber = (month: string): number => Number(month.replace('-', ''))

export const useWalletBill = (id: number, month: string, enabled: boolean) =>
  useQuery({
    queryKey: [...moneyKeys.wallet(id), 'bill', month],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/meters/{id}/bills/{number}', {
          params: { path: { id, number: monthNumber(month) } },
        }),
      ),
    enabled,
    retry: false,
  })

export const useMeterBill = (id: number, month: string, enabled: boolean) =>
  useQuery({
    queryKey: [...keys.meter(id), 'bill', month],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/meters/{id}/bill', { params: { path: { id }, query: { month } } }),
      ),
    enabled,
    retry: false,
  })

export const useCharges = (id: number, month: string, page: PageFilter, enabled: boolean) =>
  useQuery({
    queryKey: [...moneyKeys.wallet(id), 'charges', month, page],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/meters/{id}/charges', {
          params: { path: { id }, query: { month: monthNumber(month), ...page } },
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
  })

export const useServices = (accountId: number, page: PageFilter) =>
  useQuery({
    queryKey: [...moneyKeys.services(accountId), page],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/accounts/{id}/service-charges', {
          params: { path: { id: accountId }, query: page },
        }),
      ),
    placeholderData: keepPreviousData,
  })
