import { describe, expect, it } from 'vitest'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import openapi from '../../../../src/paymeter/http/openapi.json'
import { cutVerdicts, enforcementModes, guardStates, ownCutStates, rehearsalStates, supplyIntents } from './cut'
import { tileFlags, tileStates } from './matrix'
import {
  accountStates,
  alarmActs,
  alarmKinds,
  batchOutcomes,
  batchStates,
  canCancelVend,
  canRetryVend,
  checkPoints,
  checkScopes,
  checkStates,
  checkVerdicts,
  comparedResults,
  comparedStandings,
  commandKinds,
  commandOrigins,
  commandStates,
  isVendAtRest,
  ledgerKinds,
  noticeChannels,
  noticeLevels,
  noticeStates,
  paymentMethods,
  proposalKinds,
  proposalStates,
  pulsePrompts,
  pulseStates,
  pulseVerdicts,
  resolutions,
  rights,
  roles,
  services,
  severities,
  transports,
  utilities,
  vendKinds,
  vendProgress,
  vendStates,
  walletLevels,
  walletUnits,
  wallets,
} from './states'

const schemas = openapi.components.schemas as unknown as Record<string, { enum?: string[] }>
const lists: [string, string, readonly string[]][] = [
  ['TileState', 'tile', tileStates],
  ['VendState', 'vend', vendStates],
  ['PaymentMethod', 'method', paymentMethods],
  ['CommandKind', 'commandKind', commandKinds],
  ['CommandState', 'command', commandStates],
  ['AlarmKind', 'alarm', alarmKinds],
  ['Severity', 'severity', severities],
  ['AccountState', 'account', accountStates],
  ['Role', 'role', roles],
  ['Right', 'right', rights],
  ['BusTransport', 'transport', transports],
  ['LedgerAccountKind', 'ledger', ledgerKinds],
  ['Utility', 'utility', utilities],
  ['VendKind', 'vendKind', vendKinds],
  ['ProposalKind', 'proposalKind', proposalKinds],
  ['ProposalState', 'proposal', proposalStates],
  ['Resolution', 'resolution', resolutions],
  ['Wallet', 'wallet', wallets],
  ['NoticeState', 'notice', noticeStates],
  ['NoticeLevel', 'noticeLevel', noticeLevels],
  ['NoticeChannel', 'noticeChannel', noticeChannels],
  ['WalletLevel', 'walletLevel', walletLevels],
  ['WalletUnit', 'walletUnit', walletUnits],
  ['ServiceKind', 'ledger', services],
  ['EnforcementMode', 'enforcement', enforcementModes],
  ['CutVerdict', 'cutVerdict', cutVerdicts],
  ['GuardState', 'guard', guardStates],
  ['OwnCutState', 'ownCut', ownCutStates],
  ['RehearsalState', 'rehearsal', rehearsalStates],
  ['SupplyIntentKind', 'intent', supplyIntents],
  ['ComparedStanding', 'comparedStanding', comparedStandings],
  ['ComparedResult', 'compared', comparedResults],
  ['BatchState', 'batch', batchStates],
  ['BatchOutcome', 'outcome', batchOutcomes],
  ['CommandOrigin', 'origin', commandOrigins],
  ['AlarmAct', 'alarmAct', alarmActs],
  ['CheckScope', 'checkScope', checkScopes],
  ['CheckState', 'check', checkStates],
  ['CheckPoint', 'checkPoint', checkPoints],
  ['CheckVerdict', 'verdict', checkVerdicts],
  ['PulseState', 'pulse', pulseStates],
  ['PulsePrompt', 'pulsePrompt', pulsePrompts],
  ['PulseVerdict', 'pulseVerdict', pulseVerdicts],
]

describe.each(lists)('%s', (schema, group, values) => {
  it('lists exactly what the contract has', () =>
    expect([...values].sort()).toEqual([...(schemas[schema]?.enum ?? [])].sort()))
  it.each([
    ['zh', zh],
    ['en', en],
  ])('has a text for every value in %s', (_, texts) => {
    const found = (texts.state as unknown as Record<string, Record<string, string>>)[group]
    for (const value of values) expect(found?.[value], value).toBeTruthy()
  })
})

describe('the way of a sale', () => {
  it('has a hint for every state', () => {
    for (const state of vendStates) {
      expect(zh.state.vendHint[state]).toBeTruthy()
      expect(en.state.vendHint[state]).toBeTruthy()
    }
  })
  it('is finished only when it is delivered', () => {
    expect(vendStates.filter((state) => vendProgress(state).status === 'finish')).toEqual([
      'delivered',
    ])
    expect(vendStates.filter((state) => vendProgress(state).step === 2)).toEqual(['delivered'])
  })
  it('can be retried and cancelled only while the station still tries', () => {
    for (const state of vendStates)
      if (isVendAtRest(state))
        expect(canRetryVend(state) || canCancelVend(state), state).toBe(false)
  })
})

it('every flag has a text', () => {
  for (const flag of tileFlags)
    expect(
      zh.state.flag[flag] &&
        en.state.flag[flag] &&
        zh.state.flagHint[flag] &&
        en.state.flagHint[flag],
    ).toBeTruthy()
})
