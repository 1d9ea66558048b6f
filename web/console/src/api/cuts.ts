/** Automatic cuts: who is enforced, what was decided and why, rehearsals, and who holds a supply. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import type { PageFilter } from './queries'
import type { CutVerdict } from './types'

export const cutKeys = {
  all: ['cuts'] as const,
  look: (id: number) => ['cuts', 'look', id] as const,
  sheet: (id: number) => ['cuts', 'sheet', id] as const,
  intents: (id: number) => ['cuts', 'intents', id] as const,
}

/** Followed by events; asked as well, because balances that a reading changes have none of their own. */
const everyMs = 60_000
const kept = { placeholderData: keepPreviousData, refetchInterval: everyMs }

export const useEnforcement = () =>
  useQuery({
    queryKey: [...cutKeys.all, 'state'],
    queryFn: () => unwrap(client.GET('/api/v1/enforcement')),
    refetchInterval: everyMs,
  })
export const useEnforcementHistory = (filter: PageFilter) =>
  useQuery({
    queryKey: [...cutKeys.all, 'history', filter],
    queryFn: () => unwrap(client.GET('/api/v1/enforcement/history', { params: { query: filter } })),
    ...kept,
  })
export const useCutDecisions = (filter: PageFilter & { meter_id?: number; verdict?: CutVerdict }) =>
  useQuery({
    queryKey: [...cutKeys.all, 'decisions', filter],
    queryFn: () => unwrap(client.GET('/api/v1/cut-decisions', { params: { query: filter } })),
    ...kept,
  })
export const useOwnCuts = (filter: PageFilter & { meter_id?: number; lasting?: 0 | 1 }) =>
  useQuery({
    queryKey: [...cutKeys.all, 'own', filter],
    queryFn: () => unwrap(client.GET('/api/v1/cuts', { params: { query: filter } })),
    ...kept,
  })
export const useRehearsals = (filter: PageFilter) =>
  useQuery({
    queryKey: [...cutKeys.all, 'rehearsals', filter],
    queryFn: () => unwrap(client.GET('/api/v1/rehearsals', { params: { query: filter } })),
    ...kept,
  })
export const useRehearsal = (id: number) =>
  useQuery({
    queryKey: cutKeys.sheet(id),
    queryFn: () => unwrap(client.GET('/api/v1/rehearsals/{id}', { params: { path: { id } } })),
    refetchInterval: everyMs,
  })
export const useCutLook = (id: number) =>
  useQuery({
    queryKey: cutKeys.look(id),
    queryFn: () => unwrap(client.GET('/api/v1/meters/{id}/cut-look', { params: { path: { id } } })),
    refetchInterval: everyMs,
  })
export const useSupplyIntents = (id: number, filter: PageFilter) =>
  useQuery({
    queryKey: [...cutKeys.intents(id), filter],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/meters/{id}/supply-intents', {
          params: { path: { id }, query: filter },
        }),
      ),
    ...kept,
  })
