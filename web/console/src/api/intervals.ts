/** How often meters are read, as people set it. */
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'

export const intervalKeys = { all: ['intervals'] as const }
export const usePollIntervals = () =>
  useQuery({
    queryKey: intervalKeys.all,
    queryFn: () => unwrap(client.GET('/api/v1/poll-intervals')),
  })
