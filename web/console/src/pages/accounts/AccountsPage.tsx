/** 开户查询. */
import { UserAddOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useAccounts } from '@/api/queries'
import type { Account, AccountState } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { AccountTag } from '@/common/StateTag'
import { useDebounced } from '@/common/useDebounced'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { accountStates } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'

function useAccountColumns(): ListColumn<Account>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'number',
      title: t('account.number'),
      width: 120,
      card: 'title',
      sort: (a, b) => a.number.localeCompare(b.number),
      render: (a) => <b className="num">{a.number}</b>,
    },
    {
      key: 'customer',
      title: t('account.customer'),
      width: 180,
      ellipsis: true,
      sort: (a, b) => a.customer_name.localeCompare(b.customer_name, 'zh-CN'),
      render: (a) => a.customer_name,
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 110,
      card: 'tag',
      render: (a) => <AccountTag state={a.state} />,
    },
    {
      key: 'phone',
      title: t('account.phone'),
      width: 140,
      render: (a) => <span className="num">{a.phone || '—'}</span>,
    },
    {
      key: 'meters',
      title: t('account.meters'),
      width: 180,
      render: (a) => (
        <span className="num">{a.meters.map((meter) => meter.code).join(', ') || '—'}</span>
      ),
    },
    {
      key: 'opened',
      title: t('account.openedAt'),
      width: 170,
      sort: (a, b) => (a.opened_at ?? '').localeCompare(b.opened_at ?? ''),
      render: (a) => <span className="num">{formatTime(a.opened_at)}</span>,
    },
    {
      key: 'operator',
      title: t('common.operator'),
      width: 100,
      render: (a) => a.operator_name ?? '—',
    },
    {
      key: 'note',
      title: t('account.note'),
      width: 160,
      ellipsis: true,
      optional: true,
      card: 'hide',
      render: (a) => a.note || '—',
    },
  ]
}

type Choice = AccountState | 'all'

function StateChoice({ state, onChange }: { state: Choice; onChange: (state: Choice) => void }) {
  const { t } = useTranslation()
  return (
    <Select<Choice>
      style={{ width: 130 }}
      aria-label={t('common.state')}
      value={state}
      onChange={onChange}
      options={[
        { value: 'all', label: t('common.all') },
        ...accountStates.map((value) => ({ value, label: t(`state.account.${value}`) })),
      ]}
    />
  )
}

export function AccountsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { can } = useSession()
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<Choice>('all')
  const text = useDebounced(typed.trim())
  const { limit, offset, paging } = usePaging(`${text}|${state}`)
  const accounts = useAccounts({
    limit,
    offset,
    ...(text ? { text } : {}),
    ...(state === 'all' ? {} : { state }),
  })
  const columns = useAccountColumns()
  const create = can('open_account') ? (
    <Button
      type="primary"
      icon={<UserAddOutlined />}
      onClick={() => void navigate('/accounts/new')}
    >
      {t('nav.openAccount')}
    </Button>
  ) : null
  const filtered = text !== '' || state !== 'all'
  const empty = (
    <NoRows filtered={filtered} title={t('account.none')} hint={t('account.noneHint')}>
      {create}
    </NoRows>
  )
  const toolbar = (
    <>
      <SearchBox label={t('account.search')} value={typed} onChange={setTyped} />
      <StateChoice state={state} onChange={setState} />
    </>
  )
  return (
    <>
      <PageHead
        title={t('account.listHeading')}
        sub={accounts.data && t('common.total', { count: accounts.data.total })}
        extra={create}
      />
      <div className="panel">
        <Loaded query={accounts}>
          {(list) => (
            <ListTable
              name="accounts"
              columns={columns}
              rows={list.rows}
              rowKey={(account) => account.id}
              loading={accounts.isPlaceholderData}
              paging={paging(list.total)}
              onOpen={(account) => void navigate(`/accounts/${account.id}`)}
              toolbar={toolbar}
              empty={empty}
              minWidth={1000}
              rowTestId="account-row"
            />
          )}
        </Loaded>
      </div>
    </>
  )
}
