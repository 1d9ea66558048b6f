/** Buses, batches and commands: what screens ask the station. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, unwrap } from './client'
import { keys } from './keys'
import type { PageFilter } from './queries'
import type { BatchOutcome, BatchState, CommandKind, CommandState } from './types'

export const controlKeys = {
  buses: ['buses'] as const,
  bus: (id: number) => ['buses', id] as const,
  batches: ['batches'] as const,
  batch: (id: number) => ['batch', id] as const,
  batchRows: (id: number) => ['batchRows', id] as const,
}

/** Lines change with every frame; there is no event for them. */
export const busesEveryMs = 5_000
export const useBuses = () =>
  useQuery({
    queryKey: controlKeys.buses,
    queryFn: () => unwrap(client.GET('/api/v1/buses')),
    refetchInterval: busesEveryMs,
  })
export const useBus = (id: number) =>
  useQuery({
    queryKey: controlKeys.bus(id),
    queryFn: () => unwrap(client.GET('/api/v1/buses/{id}', { params: { path: { id } } })),
    refetchInterval: busesEveryMs,
  })

export const useBatches = (filter: PageFilter & { state?: BatchState; kind?: CommandKind }) =>
  useQuery({
    queryKey: [...controlKeys.batches, filter],
    queryFn: () => unwrap(client.GET('/api/v1/batches', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

/** Followed by events; asked as well while it runs, in case the stream is down. */
export const useBatch = (id: number) =>
  useQuery({
    queryKey: controlKeys.batch(id),
    queryFn: () => unwrap(client.GET('/api/v1/batches/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 3_000 : false),
  })
export const useBatchRows = (id: number, filter: PageFilter & { outcome?: BatchOutcome }) =>
  useQuery({
    queryKey: [...controlKeys.batchRows(id), filter],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/batches/{id}/rows', { params: { path: { id }, query: filter } }),
      ),
    placeholderData: keepPreviousData,
  })

export interface CommandChoice extends PageFilter {
  meter_id?: number
  kind?: CommandKind
  state?: CommandState
}
export const useCommandList = (filter: CommandChoice) =>
  useQuery({
    queryKey: keys.commandList(filter),
    queryFn: () => unwrap(client.GET('/api/v1/commands', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
