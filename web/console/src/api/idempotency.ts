/** Idempotency keys: one per form fill, kept until the station has given a definite answer. */

/** 36 characters. Works on plain http too, where crypto.randomUUID does not exist. */
export function newKey(source: Crypto = crypto): string {
  if (typeof source.randomUUID === 'function') return source.randomUUID()
  const bytes = source.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

export interface Pending<Body> {
  key: string
  body: Body
}

/**
 * Holds the key of one form. `begin` gives a key and remembers it with the body before anything
 * is sent; only `settled` (a definite answer) lets the next `begin` make a new one. While an
 * attempt is unsettled `begin` returns the remembered body, whatever the form says by then:
 * a repeated click, a lost reply and a reloaded page all repeat the same request.
 */
export class KeyHolder<Body> {
  constructor(
    private readonly slot: string,
    private readonly storage: Storage = sessionStorage,
  ) {}

  pending(): Pending<Body> | null {
    const text = this.storage.getItem(this.slot)
    if (!text) return null
    try {
      return JSON.parse(text) as Pending<Body>
    } catch {
      return null
    }
  }

  begin(body: Body): Pending<Body> {
    const held = this.pending()
    if (held) return held
    const fresh = { key: newKey(), body }
    this.storage.setItem(this.slot, JSON.stringify(fresh))
    return fresh
  }

  settled(): void {
    this.storage.removeItem(this.slot)
  }
}
