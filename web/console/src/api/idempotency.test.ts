import { beforeEach, describe, expect, it } from 'vitest'
import { KeyHolder, newKey } from './idempotency'

beforeEach(() => sessionStorage.clear())

describe('newKey', () => {
  it('fits the contract and differs each time', () => {
    const keys = Array.from({ length: 200 }, () => newKey())
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9._-]{8,64}$/)
    expect(new Set(keys).size).toBe(200)
  })
  it('works where randomUUID does not exist (plain http)', () => {
    const poor = { getRandomValues: (bytes: Uint8Array) => bytes.fill(7) } as unknown as Crypto
    expect(newKey(poor)).toBe('07070707-0707-4707-8707-070707070707')
  })
})

describe('KeyHolder', () => {
  const holder = () => new KeyHolder<{ fen: number }>('sale')
  it('keeps key and content until the answer is known', () => {
    const form = holder()
    const first = form.begin({ fen: 100 })
    expect(form.begin({ fen: 100 })).toEqual(first)
    expect(form.begin({ fen: 999 })).toEqual(first)
  })
  it('survives a reload of the page', () => {
    const first = holder().begin({ fen: 100 })
    expect(holder().pending()).toEqual(first)
    expect(holder().begin({ fen: 5 })).toEqual(first)
  })
  it('makes a new key for the next form fill', () => {
    const form = holder()
    const first = form.begin({ fen: 100 })
    form.settled()
    expect(form.pending()).toBeNull()
    expect(form.begin({ fen: 100 }).key).not.toBe(first.key)
  })
  it('ignores damaged storage', () => {
    sessionStorage.setItem('sale', '{"key":')
    expect(holder().pending()).toBeNull()
  })
})
