/** Load limiting: plans, runs and what each shed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import type { PageFilter } from './queries'

export const limitingKeys = {
  all: ['limiting'] as const,
  plans: ['limiting', 'plans'] as const,
  runs: ['limiting', 'runs'] as const,
  run: (id: number) => ['limiting', 'run', id] as const,
  preview: (id: number) => ['limiting', 'preview', id] as const,
}

export const useLimitingPlans = () =>
  useQuery({
    queryKey: limitingKeys.plans,
    queryFn: () => unwrap(client.GET('/api/v1/limiting/plans')),
  })
export const useLimitingPreview = (id: number) =>
  useQuery({
    queryKey: limitingKeys.preview(id),
    queryFn: () =>
      unwrap(client.GET('/api/v1/limiting/plans/{id}/preview', { params: { path: { id } } })),
    staleTime: 0,
  })
export const useLimitingRuns = (filter: PageFilter) =>
  useQuery({
    queryKey: [...limitingKeys.runs, filter],
    queryFn: () => unwrap(client.GET('/api/v1/limiting/runs', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

/** Followed by events; asked as well while it lasts, in case the stream is down. */
const runEveryMs = 15_000
export const useLimitingRun = (id: number) =>
  useQuery({
    queryKey: limitingKeys.run(id),
    queryFn: () => unwrap(client.GET('/api/v1/limiting/runs/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data?.state === 'ended' ? false : runEveryMs),
  })
