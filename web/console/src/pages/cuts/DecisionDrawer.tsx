/** One decision with everything that it was made from. */
import { Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import type { CutDecision, CutInput } from '@/api/types'
import { Facts } from '@/common/Page'
import { inputValue } from '@/domain/cut'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { CutVerdictTag, GuardWords } from './CutTags'

/** Values that are the station's own words. */
const wordsOf: Record<string, string> = {
  wallet: 'state.wallet',
  enforcement: 'state.enforcement',
  day: 'cut.dayKind',
}

export function DecisionBody({ decision }: { decision: CutDecision }) {
  const { t } = useTranslation()
  const words = ({ name, value }: CutInput): string =>
    wordsOf[name]
      ? t(`${wordsOf[name]}.${value}`, { defaultValue: value })
      : inputValue(name, value, t('common.yes'), t('common.no'))
  return (
    <div className="stack" data-testid="decision">
      <div className="row">
        <CutVerdictTag verdict={decision.verdict} />
        <span className="muted num">{formatTime(decision.at)}</span>
      </div>
      <ul className="plain-list">
        {decision.guards.split(', ').map((guard) => (
          <li key={guard}>
            <GuardWords guards={guard} />
          </li>
        ))}
      </ul>
      <Facts
        items={[
          { label: t('matrix.balance'), value: formatYuan(decision.balance_fen) },
          { label: t('cut.previousBalance'), value: formatYuan(decision.previous_balance_fen) },
          { label: t('cut.threshold'), value: formatYuan(decision.threshold_fen) },
          { label: t('cut.readingAt'), value: formatTime(decision.reading_at) },
          { label: t('cut.ruleVersion'), value: decision.rule_version },
        ]}
      />
      <h3 className="sub-head">{t('cut.inputs')}</h3>
      <dl className="lines">
        {decision.inputs.map((input) => (
          <div key={input.name}>
            <dt>{t(`cut.input.${input.name}`, { defaultValue: input.name })}</dt>
            <dd className="num">
              {input.value === '?'
                ? t('cut.notKnown')
                : words(input)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

export function DecisionDrawer({ decision, onClose }: { decision: CutDecision; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      title={`${t('cut.decision')} #${decision.id} ${decision.room ?? ''} ${decision.meter_code ?? ''}`}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      <DecisionBody decision={decision} />
    </Drawer>
  )
}
