import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useSale, type SaleAttempt } from './useSale'

const attempt = (fen: number): SaleAttempt => ({
  request: { meter_id: 7, amount_fen: fen, method: 'cash', note: '', wait_ms: 0 },
  meterCode: '3207',
})
const vend = { id: 41, meter_id: 7, state: 'paid' }
const refusal = {
  error: { code: 'account_not_open', message_zh: '未开户', message_en: 'not open', detail: '' },
}
const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

let sent: { key: string | null; body: unknown }[] = []
let answer: () => Promise<Response>
beforeEach(() => {
  sessionStorage.clear()
  sent = []
  answer = async () => json(201, vend)
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ key: request.headers.get('Idempotency-Key'), body: await request.clone().json() })
    return answer()
  })
})

const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
)
const open = () => renderHook(() => useSale(), { wrapper })

describe('one sale', () => {
  it('is sent once for a double click', async () => {
    const { result } = open()
    act(() => {
      result.current.sell(attempt(100))
      result.current.sell(attempt(100))
    })
    await waitFor(() => expect(result.current.vendId).toBe(41))
    expect(sent).toHaveLength(1)
    expect(sent[0]?.key).toMatch(/^[0-9a-f-]{36}$/)
  })
  it('gets a new key after success', async () => {
    const { result } = open()
    act(() => result.current.sell(attempt(100)))
    await waitFor(() => expect(result.current.vendId).toBe(41))
    act(() => result.current.reset())
    act(() => result.current.sell(attempt(100)))
    await waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]?.key).not.toBe(sent[0]?.key)
  })
  it.each([
    [
      'a lost reply',
      async () => {
        throw new TypeError('network')
      },
    ],
    ['a failing station', async () => json(500, {})],
  ])('repeats key and content after %s', async (_, trouble) => {
    answer = trouble as () => Promise<Response>
    const { result } = open()
    act(() => result.current.sell(attempt(100)))
    await waitFor(() => expect(result.current.unanswered).not.toBeNull())
    answer = async () => json(200, vend)
    act(() => result.current.sell(attempt(55_500)))
    await waitFor(() => expect(result.current.vendId).toBe(41))
    expect(sent[1]).toEqual(sent[0])
    expect(result.current.unanswered).toBeNull()
  })
  it('is still known after a reload', async () => {
    answer = async () => {
      throw new TypeError('network')
    }
    const first = open()
    act(() => first.result.current.sell(attempt(100)))
    await waitFor(() => expect(first.result.current.unanswered).not.toBeNull())
    first.unmount()
    answer = async () => json(200, vend)
    const second = open()
    expect(second.result.current.unanswered?.body.request.amount_fen).toBe(100)
    act(() => second.result.current.repeat())
    await waitFor(() => expect(second.result.current.vendId).toBe(41))
    expect(sent[1]).toEqual(sent[0])
  })
  it('is over when the station refuses it', async () => {
    answer = async () => json(409, refusal)
    const { result } = open()
    act(() => result.current.sell(attempt(100)))
    await waitFor(() => expect(result.current.refused?.code).toBe('account_not_open'))
    expect(result.current.unanswered).toBeNull()
    answer = async () => json(201, vend)
    act(() => result.current.sell(attempt(200)))
    await waitFor(() => expect(result.current.vendId).toBe(41))
    expect(sent[1]?.key).not.toBe(sent[0]?.key)
  })
})
