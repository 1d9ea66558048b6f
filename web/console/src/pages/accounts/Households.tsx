/** Who stands behind the account, by month: steps grow with households and people. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import type { Account } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { Panel } from '@/common/Page'
import { comingMonths, standingOf } from '@/domain/household'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { HouseholdItems, householdOf, type HouseholdValues } from './HouseholdItems'

interface Values extends HouseholdValues {
  from: string
  reason: string
}

function HouseholdDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [months] = useState(() => comingMonths(Date.now()))
  return (
    <ActDialog<Values, Account>
      title={t('household.title', { number: account.number })}
      text={t('household.text')}
      okText={t('household.do')}
      initial={{ from: months[0] ?? '' }}
      onClose={onClose}
      onDone={(next) => {
        cache.setQueryData(keys.account(next.id), next)
        onClose()
      }}
      send={({ from, reason, ...counts }, key) =>
        unwrap(
          client.POST('/api/v1/accounts/{id}/households', {
            params: { path: { id: account.id }, header: keyed(key) },
            body: { households: 1, people: 0, ...householdOf(counts), from, reason: reason.trim() },
          }),
        )
      }
    >
      <Form.Item name="from" label={t('household.from')} rules={[{ required: true }]}>
        <Select
          options={months.map((month) => ({ value: month, label: month }))}
          data-testid="household-from"
        />
      </Form.Item>
      <HouseholdItems />
      <ReasonItem />
    </ActDialog>
  )
}

export function Households({ account }: { account: Account }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const [isOpen, setOpen] = useState(false)
  const all = account.households
  if (!all) return null
  const mayChange = can('correct') && (account.state === 'open' || account.state === 'opening')
  return (
    <Panel
      title={t('household.heading')}
      extra={
        mayChange && (
          <Button size="small" onClick={() => setOpen(true)} data-testid="household-change">
            {t('household.do')}
          </Button>
        )
      }
    >
      <div className="stack" style={{ gap: 12 }} data-testid="account-households">
        {!all.some((one) => one.in_force) && <span className="muted">{t('household.default')}</span>}
        {all.map((one) => {
          const standing = standingOf(one, all, Date.now())
          const isOver = standing === 'past' || standing === 'superseded'
          return (
            <div key={one.id} className={isOver ? 'muted' : undefined}>
              {t('household.row', { from: one.from, households: one.households })}
              {one.people > 0 && ` · ${t('household.persons', { people: one.people })}`} ·{' '}
              {t(`household.standing.${standing}`)}
              <div className="small muted">
                {one.reason === 'opening' ? t('household.opening') : one.reason} ·{' '}
                {one.operator_name ?? '—'} · {formatTime(one.at)}
              </div>
            </div>
          )
        })}
      </div>
      {isOpen && <HouseholdDialog account={account} onClose={() => setOpen(false)} />}
    </Panel>
  )
}
