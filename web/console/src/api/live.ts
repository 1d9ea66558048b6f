/** Live events of the station (SSE) into the query cache: tiles in batches, the rest at once. */
import type { QueryClient } from '@tanstack/react-query'
import { mergeTiles } from '@/domain/matrix'
import { commissioningKeys } from './commissioning'
import { controlKeys } from './control'
import { cutKeys } from './cuts'
import { keys } from './keys'
import { limitingKeys } from './limiting'
import { moneyKeys } from './money'
import type {
  Account,
  Alarm,
  Batch,
  Check,
  Command,
  MeterDetail,
  MeterList,
  PulseTest,
  Settlement,
  Tile,
  Vend,
} from './types'

export type LiveStatus = 'connecting' | 'live' | 'broken'

const flushEveryMs = 300

class TileBuffer {
  private changed = new Map<number, Tile>()
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(private readonly cache: QueryClient) {}

  add(tile: Tile): void {
    this.changed.set(tile.id, tile)
    this.timer ??= setTimeout(() => this.flush(), flushEveryMs)
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer)
  }

  private flush(): void {
    this.timer = null
    const changed = this.changed
    this.changed = new Map()
    this.cache.setQueryData<MeterList>(
      keys.meters,
      (old) => old && { ...old, rows: mergeTiles(old.rows, changed) },
    )
    for (const [id, tile] of changed) {
      const known = this.cache.getQueryData<MeterDetail>(keys.meter(id))
      if (!known) continue
      this.cache.setQueryData<MeterDetail>(keys.meter(id), { ...known, tile })
      void this.cache.invalidateQueries({ queryKey: keys.meter(id) })
    }
  }
}

const soonMs = 1_000
/** Lists that change many times a second are asked for again once a second at most. */
class SoonStale {
  private waiting = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(private readonly cache: QueryClient) {}

  mark(queryKey: readonly unknown[]): void {
    const name = JSON.stringify(queryKey)
    if (this.waiting.has(name)) return
    const ask = () => {
      this.waiting.delete(name)
      void this.cache.invalidateQueries({ queryKey })
    }
    this.waiting.set(name, setTimeout(ask, soonMs))
  }

  stop(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer)
  }
}

function onBatch(cache: QueryClient, soon: SoonStale, batch: Batch): void {
  cache.setQueryData(controlKeys.batch(batch.id), batch)
  soon.mark(controlKeys.batches)
  soon.mark(controlKeys.batchRows(batch.id))
}

function onCheck(cache: QueryClient, soon: SoonStale, check: Check): void {
  cache.setQueryData(commissioningKeys.progress(check.id), check)
  soon.mark(commissioningKeys.checks)
  soon.mark(commissioningKeys.check(check.id))
}

function onPulse(cache: QueryClient, test: PulseTest): void {
  cache.setQueryData(commissioningKeys.pulse(test.id), test)
  void cache.invalidateQueries({ queryKey: commissioningKeys.pulses })
}

/** Of one meter, or of nobody in particular. */
interface CutsEvent {
  part: 'setting' | 'breaker' | 'rehearsal' | 'decision' | 'own_cut'
  meter_id: number | null
}

function onVend(cache: QueryClient, vend: Vend): void {
  cache.setQueryData(keys.vend(vend.id), vend)
  void cache.invalidateQueries({ queryKey: keys.vends })
  void cache.invalidateQueries({ queryKey: moneyKeys.proposals })
  void cache.invalidateQueries({ queryKey: keys.meter(vend.meter_id) })
  void cache.invalidateQueries({ queryKey: cutKeys.look(vend.meter_id) })
}

function onCommand(cache: QueryClient, soon: SoonStale, command: Command): void {
  cache.setQueryData(keys.command(command.id), command)
  if (command.batch_id === null) void cache.invalidateQueries({ queryKey: keys.commands })
  else soon.mark(keys.commands)
  soon.mark(cutKeys.intents(command.meter_id))
  void cache.invalidateQueries({ queryKey: keys.meter(command.meter_id) })
}

function onAccount(cache: QueryClient, account: Account): void {
  cache.setQueryData(keys.account(account.id), account)
  void cache.invalidateQueries({ queryKey: keys.accounts })
}

function onSettlement(cache: QueryClient, settlement: Settlement): void {
  cache.setQueryData(moneyKeys.settlement(settlement.id), settlement)
  void cache.invalidateQueries({ queryKey: moneyKeys.settlements })
  void cache.invalidateQueries({ queryKey: moneyKeys.proposals })
}

function onAlarm(cache: QueryClient, alarm: Alarm): void {
  void cache.invalidateQueries({ queryKey: keys.alarms })
  void cache.invalidateQueries({ queryKey: moneyKeys.notices })
  if (alarm.meter_id !== null)
    void cache.invalidateQueries({ queryKey: keys.meter(alarm.meter_id) })
}

/** Follows the station until the returned function is called. The browser reconnects by itself. */
export function followEvents(
  cache: QueryClient,
  onStatus: (status: LiveStatus) => void,
): () => void {
  const tiles = new TileBuffer(cache)
  const soon = new SoonStale(cache)
  let source: EventSource
  let retry: ReturnType<typeof setTimeout> | null = null
  let wasBroken = false
  const read = <T>(event: MessageEvent<string>): T | null => {
    try {
      return JSON.parse(event.data) as T
    } catch {
      return null
    }
  }
  const on = <T>(name: string, handle: (value: T) => void): void =>
    source.addEventListener(name, (event) => {
      const value = read<T>(event as MessageEvent<string>)
      if (value !== null) handle(value)
    })
  const connect = (): void => {
    onStatus(wasBroken ? 'broken' : 'connecting')
    source = new EventSource('/api/v1/events')
    source.onopen = () => {
      onStatus('live')
      if (wasBroken) void cache.invalidateQueries()
      wasBroken = false
    }
    source.onerror = () => {
      wasBroken = true
      onStatus('broken')
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 5_000)
    }
    on<Tile>('meter', (tile) => tiles.add(tile))
    on<Vend>('vend', (vend) => onVend(cache, vend))
    on<Command>('command', (command) => onCommand(cache, soon, command))
    on<Alarm>('alarm', (alarm) => onAlarm(cache, alarm))
    on<Settlement>('settlement', (settlement) => onSettlement(cache, settlement))
    on<Batch>('batch', (batch) => onBatch(cache, soon, batch))
    on<Check>('check', (check) => onCheck(cache, soon, check))
    on<PulseTest>('pulse_test', (test) => onPulse(cache, test))
    on<object>('limiting', () => soon.mark(limitingKeys.all))
    on<CutsEvent>('cuts', () => soon.mark(cutKeys.all))
    on<Account>('account', (account) => onAccount(cache, account))
    source.addEventListener('site', () => void cache.invalidateQueries())
  }
  connect()
  return () => {
    source.close()
    tiles.stop()
    soon.stop()
    if (retry !== null) clearTimeout(retry)
  }
}
