import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cutKeys } from './cuts'
import { keys } from './keys'
import { followEvents, type LiveStatus } from './live'
import type { MeterList, Tile } from './types'

class FakeSource extends EventTarget {
  static last: FakeSource
  static readonly CLOSED = 2
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  close = vi.fn()
  constructor(readonly url: string) {
    super()
    FakeSource.last = this
  }
  give(name: string, data: unknown): void {
    this.dispatchEvent(
      new MessageEvent(name, { data: typeof data === 'string' ? data : JSON.stringify(data) }),
    )
  }
}

const tile = (id: number, state: Tile['state']) => ({ id, state }) as Tile
let cache: QueryClient
let status: LiveStatus[]
let stop: () => void
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
  cache = new QueryClient()
  cache.setQueryData(keys.meters, { rows: [tile(1, 'opened'), tile(2, 'opened')] } as MeterList)
  status = []
  stop = followEvents(cache, (next) => status.push(next))
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

describe('live events', () => {
  it('put many tiles into the cache at once', () => {
    const updates = vi.fn()
    const leave = cache.getQueryCache().subscribe(updates)
    for (let n = 0; n < 50; n += 1) FakeSource.last.give('meter', tile(1, 'lost'))
    FakeSource.last.give('meter', tile(2, 'arrears'))
    expect(cache.getQueryData<MeterList>(keys.meters)?.rows[0]?.state).toBe('opened')
    vi.advanceTimersByTime(400)
    expect(cache.getQueryData<MeterList>(keys.meters)?.rows.map((row) => row.state)).toEqual([
      'lost',
      'arrears',
    ])
    expect(updates.mock.calls.length).toBeLessThan(5)
    leave()
  })
  it('say when the connection is broken and reconnect when the browser gave up', () => {
    const first = FakeSource.last
    first.onopen?.()
    first.readyState = FakeSource.CLOSED
    first.onerror?.()
    expect(status).toEqual(['connecting', 'live', 'broken'])
    vi.advanceTimersByTime(6000)
    expect(FakeSource.last).not.toBe(first)
  })
  it('survive a damaged event', () =>
    expect(() => FakeSource.last.give('vend', '{"id":')).not.toThrow())
  it('keep a sale where the screens look for it', () => {
    FakeSource.last.give('vend', { id: 9, meter_id: 1, state: 'delivered' })
    expect(cache.getQueryData(keys.vend(9))).toMatchObject({ state: 'delivered' })
  })
  it('ask once for everything about cuts, however many events came', () => {
    const asked = vi.spyOn(cache, 'invalidateQueries')
    for (let n = 0; n < 20; n += 1) FakeSource.last.give('cuts', { part: 'decision', meter_id: n })
    expect(asked).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_100)
    expect(asked.mock.calls).toEqual([[{ queryKey: cutKeys.all }]])
  })
  it('look again at who holds a supply when it is switched', () => {
    const asked = vi.spyOn(cache, 'invalidateQueries')
    FakeSource.last.give('command', { id: 3, meter_id: 7, batch_id: null })
    vi.advanceTimersByTime(1_100)
    expect(asked).toHaveBeenCalledWith({ queryKey: cutKeys.intents(7) })
  })
  it('end with the page', () => {
    stop()
    expect(FakeSource.last.close).toHaveBeenCalled()
  })
})
