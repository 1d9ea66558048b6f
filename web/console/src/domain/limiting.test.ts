import { describe, expect, it } from 'vitest'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import { newPlan, planOf, rowOutcomes, type PlanDraft, type PlanProblem } from './limiting'

const groups = [
  { name: '空调', meterIds: [1, 2] },
  { name: '', meterIds: [3] },
]
const draft = (change: Partial<PlanDraft>): PlanDraft => ({
  ...newPlan,
  name: '迎峰度夏',
  targetKw: '120',
  groups,
  ...change,
})

describe('a plan of load limiting', () => {
  it.each<[string, Partial<PlanDraft>, PlanProblem]>([
    ['no name', { name: ' ' }, 'noName'],
    ['empty groups only', { groups: [{ name: 'A', meterIds: [] }] }, 'noMeters'],
    ['a meter in two groups', { groups: [...groups, { name: 'B', meterIds: [1] }] }, 'twice'],
    ['no target', { targetKw: '' }, 'badTarget'],
    ['a target of nothing', { targetKw: '0' }, 'badTarget'],
    ['turns below ten minutes', { mode: 'rota', turnMinutes: 9 }, 'badTurn'],
    ['every group off at once', { mode: 'rota', groupsOff: 2 }, 'tooManyOff'],
  ])('%s is refused', (_, change, problem) => {
    expect(planOf(draft(change))).toBe(problem)
    expect(zh.limiting.problem[problem] && en.limiting.problem[problem]).toBeTruthy()
  })
  it('to a target power goes in watts, without turns', () =>
    expect(planOf(draft({ mainMeterId: 9 }))).toEqual({
      name: '迎峰度夏',
      mode: 'target',
      target_w: 120_000,
      main_meter_id: 9,
      groups: [{ name: '空调', meter_ids: [1, 2] }, { meter_ids: [3] }],
    }))
  it('by rota leaves empty groups and the target out', () =>
    expect(planOf(draft({ mode: 'rota', groups: [...groups, { name: 'C', meterIds: [] }] }))).toEqual({
      name: '迎峰度夏',
      mode: 'rota',
      turn_minutes: 60,
      groups_off: 1,
      groups: [{ name: '空调', meter_ids: [1, 2] }, { meter_ids: [3] }],
    }))
  it('every outcome has words', () => {
    for (const outcome of rowOutcomes)
      expect(zh.limiting.outcome[outcome] && en.limiting.outcome[outcome]).toBeTruthy()
  })
})
