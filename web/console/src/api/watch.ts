/** Alarms in depth: counts, history, rules; and what main meters show against their sub-meters. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import { keys } from './keys'
import type { PageFilter } from './queries'

export const watchKeys = {
  /** Below `alarms`, so that an alarm's event renews them, too. */
  counts: [...keys.alarms, 'counts'] as const,
  alarm: (id: number) => [...keys.alarms, 'one', id] as const,
  rules: ['alarmRules'] as const,
  trees: ['lossTrees'] as const,
  periods: (id: number) => ['lossTrees', id, 'periods'] as const,
  loss: (id: number, from: string, to: string) => ['lossTrees', id, 'loss', from, to] as const,
}

export interface Span {
  from: string
  to: string
}
export const useAlarmCounts = (span: Span | null) =>
  useQuery({
    queryKey: [...watchKeys.counts, span],
    queryFn: () =>
      unwrap(client.GET('/api/v1/alarm-counts', { params: { query: span ?? {} } })),
    placeholderData: keepPreviousData,
  })
export const useAlarm = (id: number) =>
  useQuery({
    queryKey: watchKeys.alarm(id),
    queryFn: () => unwrap(client.GET('/api/v1/alarms/{id}', { params: { path: { id } } })),
  })
export const useAlarmRules = () =>
  useQuery({
    queryKey: watchKeys.rules,
    queryFn: () => unwrap(client.GET('/api/v1/alarm-rules')),
  })

export const useLossTrees = () =>
  useQuery({
    queryKey: watchKeys.trees,
    queryFn: () => unwrap(client.GET('/api/v1/loss-trees')),
  })
export const useLossPeriods = (id: number, filter: PageFilter) =>
  useQuery({
    queryKey: [...watchKeys.periods(id), filter],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/loss-trees/{id}/periods', { params: { path: { id }, query: filter } }),
      ),
    placeholderData: keepPreviousData,
  })
export const useLoss = (id: number, { from, to }: Span) =>
  useQuery({
    queryKey: watchKeys.loss(id, from, to),
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/loss-trees/{id}/loss', { params: { path: { id }, query: { from, to } } }),
      ),
    placeholderData: keepPreviousData,
  })
