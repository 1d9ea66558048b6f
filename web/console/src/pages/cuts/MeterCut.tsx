/** Why this meter would be cut, or what keeps its supply on: all guards, as they stand now. */
import { CheckOutlined, QuestionOutlined, SafetyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCutLook, useSupplyIntents } from '@/api/cuts'
import type { CutGuardState, CutLook, SupplyIntent } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, Panel } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { verdictWords } from '@/domain/cut'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { CutVerdictTag, ModeTag, OwnCutTag } from './CutTags'
import { DecisionDrawer } from './DecisionDrawer'
import { useWhom } from './EnforcementPanel'

const icon = { holds: <CheckOutlined />, fails: <SafetyOutlined />, unknown: <QuestionOutlined /> }

function Guard({ row }: { row: CutGuardState }) {
  const { t } = useTranslation()
  return (
    <li data-state={row.state}>
      <span className="mark" aria-hidden>
        {icon[row.state]}
      </span>
      <span>
        {row.state === 'holds' ? (
          t(`cut.guard.${row.guard}`)
        ) : (
          <b>
            {row.state === 'fails'
              ? t(`cut.keeps.${row.guard}`)
              : t('cut.unknownGuard', { guard: t(`cut.guard.${row.guard}`) })}
          </b>
        )}
        <span className="visually-hidden"> {t(`state.guard.${row.state}`)}</span>
      </span>
    </li>
  )
}

function Look({ look }: { look: CutLook }) {
  const { t } = useTranslation()
  const whom = useWhom()
  const [showAll, setShowAll] = useState(false)
  const [decision, setDecision] = useState(false)
  const keeping = look.guards.filter((row) => row.state !== 'holds')
  const holding = look.guards.filter((row) => row.state === 'holds')
  return (
    <div className="stack" data-testid="cut-look" data-verdict={look.verdict}>
      <p style={{ margin: 0 }}>{t(`cut.verdictText.${verdictWords(look)}`, { count: keeping.length })}</p>
      <Facts
        items={[
          {
            label: t('cut.mode'),
            value: (
              <>
                <ModeTag mode={look.enforcement} />{' '}
                <span className="small muted">
                  {look.setting ? `${whom(look.setting)} · ${look.setting.reason}` : t('cut.neverSet')}
                </span>
              </>
            ),
          },
          { label: t('matrix.balance'), value: <span className="num">{formatYuan(look.balance_fen)}</span> },
          { label: t('cut.threshold'), value: <span className="num">{formatYuan(look.threshold_fen)}</span> },
          ...(look.to_pay_fen > 0 ? [{ label: t('cut.toPay'), value: <b className="num">{formatYuan(look.to_pay_fen)}</b> }] : []),
          ...(look.own_cut ? [{ label: t('cut.ownCut'), value: <OwnCutTag cut={look.own_cut} /> }] : []),
        ]}
      />
      {keeping.length > 0 && (
        <>
          <h3 className="sub-head">{t('cut.keepsOn', { count: keeping.length })}</h3>
          <ul className="guards">
            {keeping.map((row) => (
              <Guard key={row.guard} row={row} />
            ))}
          </ul>
        </>
      )}
      {showAll && (
        <>
          <h3 className="sub-head">{t('cut.heldGuards', { count: holding.length })}</h3>
          <ul className="guards">
            {holding.map((row) => (
              <Guard key={row.guard} row={row} />
            ))}
          </ul>
        </>
      )}
      <div className="row">
        <Button size="small" onClick={() => setShowAll(!showAll)} data-testid="cut-all-guards">
          {t(showAll ? 'cut.hideGuards' : 'cut.showGuards', { count: look.guards.length })}
        </Button>
        {look.last_decision && (
          <Button size="small" onClick={() => setDecision(true)}>
            {t('cut.lastDecision', { time: formatTime(look.last_decision.at) })}
          </Button>
        )}
      </div>
      {decision && look.last_decision && (
        <DecisionDrawer decision={look.last_decision} onClose={() => setDecision(false)} />
      )}
    </div>
  )
}

export function MeterCut({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const look = useCutLook(meterId)
  return (
    <Panel title={t('cut.whyCut')} extra={look.data && <CutVerdictTag verdict={look.data.verdict} />}>
      <Loaded query={look} rows={3}>
        {(found) => <Look look={found} />}
      </Loaded>
    </Panel>
  )
}

/** Who holds the supply off or on, and who did. */
export function Intents({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging('intents')
  const intents = useSupplyIntents(meterId, { limit, offset })
  const columns: ListColumn<SupplyIntent>[] = [
    {
      key: 'kind',
      title: t('cut.intent'),
      width: 170,
      card: 'title',
      render: (i) => (
        <ToneTag tone={i.ended_at ? 'neutral' : i.holds_off ? 'danger' : 'info'}>{t(`state.intent.${i.kind}`)}</ToneTag>
      ),
    },
    { key: 'reason', title: t('common.reason'), width: 220, render: (i) => i.reason || i.subject || '—' },
    { key: 'from', title: t('cut.begun'), width: 220, render: (i) => `${formatTime(i.begun_at)} ${i.begun_by ?? t('alarm.byStation')}` },
    {
      key: 'to',
      title: t('cut.ended'),
      width: 260,
      render: (i) =>
        i.ended_at
          ? [formatTime(i.ended_at), i.ended_by ?? t('alarm.byStation'), i.end_reason].filter(Boolean).join(' ')
          : t('cut.stillLasts'),
    },
  ]
  return (
    <Loaded query={intents} rows={3}>
      {(list) => (
        <ListTable
          name="intents"
          columns={columns}
          rows={list.rows}
          rowKey={(i) => i.id}
          paging={paging(list.total)}
          minWidth={870}
          empty={<EmptyView title={t('cut.noIntents')} hint={t('cut.noIntentsHint')} />}
        />
      )}
    </Loaded>
  )
}
