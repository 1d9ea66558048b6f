/** Load limiting: states with their tones, and a plan while it is being written. */
import type { LimitingMode, LimitingPlanRequest, LimitingRow, LimitingState } from '@/api/types'
import type { Tone } from './states'

export const runTone: Record<LimitingState, Tone> = {
  running: 'warning',
  ending: 'progress',
  ended: 'neutral',
}
export const rowTone: Record<LimitingRow['outcome'], Tone> = {
  on: 'success',
  shedding: 'progress',
  off: 'danger',
  restoring: 'progress',
  overridden: 'notice',
}
export const runStates = Object.keys(runTone) as LimitingState[]
export const rowOutcomes = Object.keys(rowTone) as LimitingRow['outcome'][]
export const limitingModes: readonly LimitingMode[] = ['target', 'rota']

export interface DraftGroup {
  name: string
  meterIds: number[]
}
export interface PlanDraft {
  name: string
  mode: LimitingMode
  targetKw: string
  mainMeterId: number | null
  turnMinutes: number
  groupsOff: number
  groups: DraftGroup[]
}
export const newPlan: PlanDraft = {
  name: '',
  mode: 'target',
  targetKw: '',
  mainMeterId: null,
  turnMinutes: 60,
  groupsOff: 1,
  groups: [{ name: '', meterIds: [] }],
}

/** The station fills in what a mode does not need. */
export type PlanRequest = Omit<LimitingPlanRequest, 'turn_minutes' | 'groups_off'> &
  Partial<Pick<LimitingPlanRequest, 'turn_minutes' | 'groups_off'>>

export type PlanProblem = 'noName' | 'noMeters' | 'badTarget' | 'badTurn' | 'tooManyOff' | 'twice'

/** What the station gets, or what is missing. The first group is shed first. */
export function planOf(draft: PlanDraft): PlanRequest | PlanProblem {
  if (draft.name.trim() === '') return 'noName'
  const groups = draft.groups.filter((group) => group.meterIds.length > 0)
  const all = groups.flatMap((group) => group.meterIds)
  if (all.length === 0) return 'noMeters'
  if (new Set(all).size !== all.length) return 'twice'
  const shared = {
    name: draft.name.trim(),
    mode: draft.mode,
    groups: groups.map(({ name, meterIds }) => ({
      ...(name.trim() ? { name: name.trim() } : {}),
      meter_ids: meterIds,
    })),
  }
  if (draft.mode === 'target') {
    const watts = /^\d+(\.\d{1,3})?$/.test(draft.targetKw.trim())
      ? Math.round(Number(draft.targetKw) * 1000)
      : 0
    if (watts <= 0) return 'badTarget'
    return {
      ...shared,
      target_w: watts,
      ...(draft.mainMeterId === null ? {} : { main_meter_id: draft.mainMeterId }),
    }
  }
  if (draft.turnMinutes < 10 || draft.turnMinutes > 1440) return 'badTurn'
  if (draft.groupsOff < 1 || draft.groupsOff >= groups.length) return 'tooManyOff'
  return { ...shared, turn_minutes: draft.turnMinutes, groups_off: draft.groupsOff }
}
