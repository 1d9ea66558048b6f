import { describe, expect, it } from 'vitest'
import type { Vend } from '@/api/types'
import { csvCell, vendsCsv } from './csv'

describe('csvCell', () => {
  it.each([
    ['plain', 'abc', 'abc'],
    ['number stays a number', -12.5, '-12.5'],
    ['absent', null, ''],
    ['comma', 'a,b', '"a,b"'],
    ['quote', 'a"b', '"a""b"'],
    ['formula', '=1+1', "'=1+1"],
    ['at sign', '@x', "'@x"],
    ['minus text', '-x', "'-x"],
    ['line break', 'a\nb', '"a\nb"'],
  ])('%s', (_, value, text) => expect(csvCell(value)).toBe(text))
})

it('starts with the mark that lets Excel read Chinese, one line per sale', () => {
  const vend: Vend = {
    id: 1,
    slip_number: 'P1',
    meter_id: 1,
    meter_code: '32',
    account_id: 1,
    account_number: 'H1',
    customer_name: '=老张',
    room: '101',
    kind: 'sale',
    method: 'cash',
    captured_fen: 12_850,
    fees_fen: 0,
    to_meter_fen: 12_850,
    state: 'delivered',
    n: 1,
    attempts: 1,
    reason: null,
    related_id: null,
    wallet: 'meter',
    paid_out_by: null,
    paid_out_reference: '',
    operator_name: 'admin',
    note: '',
    created_at: '2026-11-22T00:00:00Z',
    sent_at: null,
    finished_at: null,
    balance_before_fen: null,
    balance_after_fen: 12_850,
  }
  const lines = vendsCsv([vend], (key) => key)
    .trimEnd()
    .split('\r\n')
  expect(lines[0]?.startsWith('\uFEFFvend.slip,')).toBe(true)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain("'=老张")
  expect(lines[1]).toContain(',128.5,128.5,0,')
})
