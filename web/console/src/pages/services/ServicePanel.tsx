/** 服务收费: property fee, rent and shared areas of an account, apart from its utility money. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '@/api/bills'
import { client, keyed, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import type { Account, PaymentMethod, ServiceKind, ServiceRecord } from '@/api/types'
import { ActDialog, AmountItem, parseSigned } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { MethodItem } from '@/common/MethodItem'
import { Facts, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { services } from '@/domain/states'
import { formatTime, localMinute } from '@/domain/time'
import { ServiceSlip } from './ServiceSlip'

interface Values {
  service: ServiceKind
  amount: string
  period?: string
  method?: PaymentMethod
  note?: string
}
interface DialogProps {
  account: Account
  kind: 'charge' | 'payment'
  owed: Map<ServiceKind, number>
  onClose: () => void
  onDone: (record: ServiceRecord) => void
}

function ServiceDialog({ account, kind, owed, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  const first = services.find((service) => (owed.get(service) ?? 0) > 0) ?? 'property_fee'
  const debt = owed.get(first) ?? 0
  return (
    <ActDialog<Values, ServiceRecord>
      title={t(`service.${kind}Title`, { name: account.customer_name })}
      text={t(`service.${kind}Text`)}
      okText={t(`service.${kind}`)}
      initial={{
        service: first,
        period: localMinute().slice(0, 7),
        method: 'cash',
        ...(kind === 'payment' && debt > 0 ? { amount: (debt / 100).toFixed(2) } : {}),
      }}
      onClose={onClose}
      onDone={onDone}
      send={({ service, amount, period, method, note }, key) => {
        const params = { path: { id: account.id }, header: keyed(key) }
        const body = {
          service,
          amount_fen: parseSigned(amount.trim(), true) ?? 0,
          period: period ?? '',
          note: note?.trim() ?? '',
        }
        return unwrap(
          kind === 'charge'
            ? client.POST('/api/v1/accounts/{id}/service-charges', { params, body })
            : client.POST('/api/v1/accounts/{id}/service-payments', {
                params,
                body: { ...body, method: method ?? 'cash' },
              }),
        )
      }}
    >
      <Form.Item name="service" label={t('service.kind')}>
        <Select
          options={services.map((value) => ({
            value,
            label: `${t(`state.ledger.${value}`)} · ${t('service.owes', { amount: formatYuan(owed.get(value) ?? 0) })}`,
          }))}
        />
      </Form.Item>
      <AmountItem name="amount" label={t('money.amount')} extra={t(`service.${kind}Hint`)} signed />
      <Form.Item name="period" label={t('service.period')} extra={t('service.periodHint')}>
        <Input maxLength={40} />
      </Form.Item>
      {kind === 'payment' && <MethodItem label={t('vend.method')} />}
      <Form.Item
        name="note"
        label={t('common.note')}
        dependencies={['amount']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, note: string | undefined) =>
              String(getFieldValue('amount') ?? '').trim().startsWith('-') && !note?.trim()
                ? Promise.reject(new Error(t('service.noteNeeded')))
                : Promise.resolve(),
          }),
        ]}
      >
        <Input maxLength={200} />
      </Form.Item>
    </ActDialog>
  )
}

function useColumns(onPrint: (record: ServiceRecord) => void): ListColumn<ServiceRecord>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'number',
      title: t('vend.slip'),
      width: 90,
      card: 'title',
      render: (r) => <b className="num">{r.number}</b>,
    },
    {
      key: 'kind',
      title: t('vend.kind'),
      width: 90,
      card: 'tag',
      render: (r) => t(`service.record.${r.kind}`),
    },
    {
      key: 'service',
      title: t('service.kind'),
      width: 110,
      render: (r) => t(`state.ledger.${r.service}`),
    },
    { key: 'period', title: t('service.period'), width: 95, render: (r) => r.period || '—' },
    {
      key: 'amount',
      title: t('money.amount'),
      width: 120,
      align: 'right',
      render: (r) => formatYuan(r.amount_fen),
    },
    {
      key: 'method',
      title: t('vend.method'),
      width: 100,
      render: (r) => (r.method ? t(`state.method.${r.method}`) : '—'),
    },
    {
      key: 'after',
      title: t('service.after'),
      width: 120,
      align: 'right',
      render: (r) => formatYuan(r.owed_after_fen),
    },
    {
      key: 'at',
      title: t('common.time'),
      width: 170,
      render: (r) => <span className="num">{formatTime(r.at)}</span>,
    },
    { key: 'note', title: t('common.note'), width: 160, optional: true, render: (r) => r.note || '—' },
    {
      key: 'actions',
      title: t('common.actions'),
      width: 80,
      card: 'foot',
      render: (r) =>
        r.kind === 'payment' && (
          <Button size="small" onClick={() => onPrint(r)}>
            {t('vend.print')}
          </Button>
        ),
    },
  ]
}

export function ServicePanel({ account }: { account: Account }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const { limit, offset, paging } = usePaging(`service${account.id}`)
  const records = useServices(account.id, { limit, offset })
  const [act, setAct] = useState<'charge' | 'payment' | null>(null)
  const [printing, setPrinting] = useState<ServiceRecord | null>(null)
  const columns = useColumns(setPrinting)
  const balances = records.data?.balances ?? []
  const done = (record: ServiceRecord): void => {
    setAct(null)
    void cache.invalidateQueries({ queryKey: moneyKeys.services(account.id) })
    if (record.kind === 'payment') setPrinting(record)
  }
  const doing = (['charge', 'payment'] as const).map((kind) => (
    <RightButton
      key={kind}
      right="sell"
      size="small"
      type={kind === 'payment' ? 'primary' : 'default'}
      onClick={() => setAct(kind)}
      data-testid={`service-${kind}`}
    >
      {t(`service.${kind}`)}
    </RightButton>
  ))
  return (
    <Panel title={t('service.heading')} extra={<span className="row">{doing}</span>} testId="services">
      <p className="muted" style={{ marginTop: 0 }}>
        {t('service.intro')}
      </p>
      <Loaded query={records} rows={3}>
        {(list) => (
          <>
            <Facts
              big
              items={list.balances.map(({ service, owed_fen }) => ({
                label: `${t(`state.ledger.${service}`)} · ${t(owed_fen < 0 ? 'service.ahead' : 'service.owed')}`,
                value: <span className="num">{formatYuan(Math.abs(owed_fen))}</span>,
              }))}
            />
            <div style={{ height: 12 }} />
            <ListTable
              name="services"
              columns={columns}
              rows={list.rows}
              rowKey={(r) => r.id}
              loading={records.isPlaceholderData}
              paging={list.total > list.rows.length ? paging(list.total) : undefined}
              minWidth={900}
              empty={<EmptyView title={t('service.none')} hint={t('service.noneHint')} />}
            />
          </>
        )}
      </Loaded>
      {act && (
        <ServiceDialog
          account={account}
          kind={act}
          owed={new Map(balances.map((each) => [each.service, each.owed_fen]))}
          onClose={() => setAct(null)}
          onDone={done}
        />
      )}
      {printing && (
        <ServiceSlip account={account} record={printing} onClose={() => setPrinting(null)} />
      )}
    </Panel>
  )
}
