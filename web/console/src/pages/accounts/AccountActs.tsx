/** What can be done with an account: change of holder, correction, further meters, closing. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, csrf, keyed, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import { moneyKeys } from '@/api/money'
import { useMeters } from '@/api/queries'
import type { Account } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { useSession } from '@/shell/SessionContext'
import { CloseAccountDialog } from '../money/SettleDialog'

interface DialogProps {
  account: Account
  onClose: () => void
  onDone: (account: Account) => void
}

function NameItems({ withNote }: { withNote?: boolean }) {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item
        name="name"
        label={t('account.customer')}
        rules={[{ required: true, whitespace: true, message: t('holder.nameNeeded') }]}
      >
        <Input maxLength={100} autoFocus data-testid="act-name" />
      </Form.Item>
      <Form.Item name="phone" label={t('account.phone')}>
        <Input maxLength={40} inputMode="tel" />
      </Form.Item>
      {withNote && (
        <Form.Item name="note" label={t('account.note')}>
          <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 4 }} />
        </Form.Item>
      )}
    </>
  )
}

function HolderDialog({ account, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  interface Values {
    name: string
    phone?: string
    reason: string
  }
  return (
    <ActDialog<Values, Account>
      title={t('holder.title', { number: account.number })}
      text={t('holder.text')}
      okText={t('holder.do')}
      onClose={onClose}
      onDone={onDone}
      send={({ name, phone, reason }, key) =>
        unwrap(
          client.POST('/api/v1/accounts/{id}/holder', {
            params: { path: { id: account.id }, header: keyed(key) },
            body: { customer_name: name.trim(), phone: phone?.trim() ?? '', reason: reason.trim() },
          }),
        )
      }
    >
      <NameItems />
      <ReasonItem />
    </ActDialog>
  )
}

function CorrectDialog({ account, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  interface Values {
    name: string
    phone?: string
    note?: string
    reason: string
  }
  return (
    <ActDialog<Values, Account>
      title={t('holder.correctTitle', { number: account.number })}
      text={t('holder.correctText')}
      okText={t('holder.correct')}
      initial={{ name: account.customer_name, phone: account.phone, note: account.note }}
      onClose={onClose}
      onDone={onDone}
      send={({ name, phone, note, reason }) =>
        unwrap(
          client.POST('/api/v1/accounts/{id}/correct', {
            params: { path: { id: account.id }, header: csrf },
            body: {
              customer_name: name.trim(),
              phone: phone?.trim() ?? '',
              note: note ?? '',
              reason: reason.trim(),
            },
          }),
        )
      }
    >
      <NameItems withNote />
      <ReasonItem />
    </ActDialog>
  )
}

function AddMetersDialog({ account, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  const meters = useMeters()
  const free = (meters.data?.rows ?? []).filter((tile) => tile.account_id === null)
  return (
    <ActDialog<{ meters: number[] }, Account>
      title={t('holder.metersTitle', { name: account.customer_name })}
      text={t('holder.metersText')}
      okText={t('holder.metersDo')}
      onClose={onClose}
      onDone={onDone}
      send={({ meters: chosen }, key) =>
        unwrap(
          client.POST('/api/v1/accounts/{id}/meters', {
            params: { path: { id: account.id }, header: keyed(key) },
            body: { meter_ids: chosen },
          }),
        )
      }
    >
      <Form.Item
        name="meters"
        label={t('account.meters')}
        rules={[{ required: true, message: t('holder.metersNeeded') }]}
      >
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={free.map((tile) => ({
            value: tile.id,
            label: [tile.room_number, tile.code].filter(Boolean).join(' · '),
          }))}
          data-testid="act-meters"
        />
      </Form.Item>
    </ActDialog>
  )
}

type Act = 'meters' | 'holder' | 'correct' | 'close'

export function AccountActs({ account }: { account: Account }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const [act, setAct] = useState<Act | null>(null)
  if (account.state !== 'open') return null
  const close = () => setAct(null)
  const dialog = {
    account,
    onClose: close,
    onDone: (next: Account) => {
      void cache.invalidateQueries({ queryKey: keys.account(next.id) })
      void cache.invalidateQueries({ queryKey: keys.accounts })
      void cache.invalidateQueries({ queryKey: keys.meters })
      void cache.invalidateQueries({ queryKey: moneyKeys.holders(next.id) })
      close()
    },
  }
  return (
    <span className="row tight">
      {can('open_account') && (
        <Button onClick={() => setAct('meters')}>{t('holder.metersDo')}</Button>
      )}
      {can('correct') && (
        <>
          <Button onClick={() => setAct('holder')} data-testid="account-holder">
            {t('holder.do')}
          </Button>
          <Button onClick={() => setAct('correct')}>{t('holder.correct')}</Button>
        </>
      )}
      {can('refund') && (
        <Button danger onClick={() => setAct('close')} data-testid="account-close">
          {t('settlement.closeAccount')}
        </Button>
      )}
      {act === 'meters' && <AddMetersDialog {...dialog} />}
      {act === 'holder' && <HolderDialog {...dialog} />}
      {act === 'correct' && <CorrectDialog {...dialog} />}
      {act === 'close' && (
        <CloseAccountDialog
          accountId={account.id}
          name={account.customer_name}
          onClose={close}
          onDone={() => {
            void cache.invalidateQueries()
            void navigate('/settlements')
          }}
        />
      )}
    </span>
  )
}
