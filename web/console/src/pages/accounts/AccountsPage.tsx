/** 开户查询. */
import { SearchOutlined, UserAddOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useAccounts } from '@/api/queries'
import type { Account, AccountState } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { AccountTag } from '@/common/StateTag'
import { useDebounced } from '@/common/useDebounced'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { accountStates } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'

function useAccountColumns(): ListColumn<Account>[] {
  const { t } = useTranslation()
  return [
    { key: 'number', title: t('account.number'), width: 120, card: 'title', sort: (a, b) => a.number.localeCompare(b.number), render: (a) => <b className="num">{a.number}</b> },
    { key: 'customer', title: t('account.customer'), width: 180, ellipsis: true, sort: (a, b) => a.customer_name.localeCompare(b.customer_name, 'zh-CN'), render: (a) => a.customer_name },
    { key: 'state', title: t('common.state'), width: 110, card: 'tag', render: (a) => <AccountTag state={a.state} /> },
    { key: 'phone', title: t('account.phone'), width: 140, render: (a) => <span className="num">{a.phone || '—'}</span> },
    { key: 'meters', title: t('account.meters'), width: 180, render: (a) => <span className="num">{a.meters.map((meter) => meter.code).join(', ') || '—'}</span> },
    { key: 'opened', title: t('account.openedAt'), width: 170, sort: (a, b) => (a.opened_at ?? '').localeCompare(b.opened_at ?? ''), render: (a) => <span className="num">{formatTime(a.opened_at)}</span> },
    { key: 'operator', title: t('common.operator'), width: 100, render: (a) => a.operator_name ?? '—' },
    { key: 'note', title: t('account.note'), width: 160, ellipsis: true, optional: true, card: 'hide', render: (a) => a.note || '—' },
  ]
}

export function AccountsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { can } = useSession()
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<AccountState | 'all'>('all')
  const text = useDebounced(typed.trim())
  const { limit, offset, paging } = usePaging(`${text}|${state}`)
  const accounts = useAccounts({ limit, offset, ...(text ? { text } : {}), ...(state === 'all' ? {} : { state }) })
  const columns = useAccountColumns()
  const create = can('open_account') ? <Button type="primary" icon={<UserAddOutlined />} onClick={() => void navigate('/accounts/new')}>{t('nav.openAccount')}</Button> : null
  const plain = !text && state === 'all'
  const empty = plain ? <EmptyView title={t('account.none')} hint={t('account.noneHint')}>{create}</EmptyView> : <EmptyView title={t('empty.filtered')} hint={t('empty.filteredHint')} />
  const toolbar = (
    <>
      <Input allowClear prefix={<SearchOutlined />} style={{ width: 280, maxWidth: '100%' }} placeholder={t('account.search')} aria-label={t('account.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <Select style={{ width: 130 }} aria-label={t('common.state')} value={state} onChange={setState} options={[{ value: 'all' as const, label: t('common.all') }, ...accountStates.map((value) => ({ value, label: t(`state.account.${value}`) }))]} />
    </>
  )
  return (
    <>
      <PageHead title={t('account.listHeading')} sub={accounts.data && t('common.total', { count: accounts.data.total })} extra={create} />
      <div className="panel">
        <Loaded query={accounts}>
          {(list) => (
            <ListTable name="accounts" columns={columns} rows={list.rows} rowKey={(account) => account.id} loading={accounts.isPlaceholderData} paging={paging(list.total)}
              onOpen={(account) => void navigate(`/accounts/${account.id}`)} toolbar={toolbar} empty={empty} minWidth={1000} rowTestId="account-row" />
          )}
        </Loaded>
      </div>
    </>
  )
}
