/** How often meters are read, as people set it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import type { PageFilter } from './queries'

export const intervalKeys = { all: ['intervals'] as const }
export const usePollIntervals = () =>
  useQuery({
    queryKey: intervalKeys.all,
    queryFn: () => unwrap(client.GET('/api/v1/poll-intervals')),
  })
export const usePollIntervalHistory = (filter: PageFilter) =>
  useQuery({
    queryKey: [...intervalKeys.all, 'history', filter],
    queryFn: () =>
      unwrap(client.GET('/api/v1/poll-intervals/history', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })
