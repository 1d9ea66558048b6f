/** Commissioning: checks, pulse tests, signed reports. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import type { PageFilter } from './queries'

export const commissioningKeys = {
  checks: ['checks'] as const,
  check: (id: number) => ['check', id] as const,
  /** A check's figures without its meters, as events bring them. */
  progress: (id: number) => ['checkProgress', id] as const,
  reports: (id: number) => ['checkReports', id] as const,
  pulses: ['pulses'] as const,
  pulse: (id: number) => ['pulse', id] as const,
}

export const useChecks = (filter: PageFilter) =>
  useQuery({
    queryKey: [...commissioningKeys.checks, filter],
    queryFn: () => unwrap(client.GET('/api/v1/checks', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })
export const useCheck = (id: number) =>
  useQuery({
    queryKey: commissioningKeys.check(id),
    queryFn: () => unwrap(client.GET('/api/v1/checks/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data?.check.state === 'running' ? 3_000 : false),
  })
export const useCheckReports = (id: number) =>
  useQuery({
    queryKey: commissioningKeys.reports(id),
    queryFn: () =>
      unwrap(client.GET('/api/v1/checks/{id}/reports', { params: { path: { id } } })),
  })

export const usePulseTests = (filter: PageFilter) =>
  useQuery({
    queryKey: [...commissioningKeys.pulses, filter],
    queryFn: () => unwrap(client.GET('/api/v1/pulse-tests', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })
export const usePulseTest = (id: number) =>
  useQuery({
    queryKey: commissioningKeys.pulse(id),
    queryFn: () => unwrap(client.GET('/api/v1/pulse-tests/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === 'done' || state === 'cancelled' ? false : 2_000
    },
  })
