/** One customer: data, meters, sales. */
import { PayCircleOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { useAccount, useMeters, useVends } from '@/api/queries'
import type { Account } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { AccountTag, FlagTag, TileTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { flagsOf } from '@/domain/matrix'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { AccountActs } from './AccountActs'
import { Holders } from './Holders'
import { Households } from './Households'
import { ServicePanel } from '../services/ServicePanel'
import { useVendColumns } from '../vends/vendColumns'

function Meters({ account }: { account: Account }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const navigate = useNavigate()
  const meters = useMeters()
  return (
    <Panel title={t('account.meters')}>
      <div className="stack" style={{ gap: 10 }}>
        {account.meters.map((meter) => {
          const tile = meters.data?.rows.find((each) => each.id === meter.id)
          return (
            <div key={meter.id} className="row between">
              <span>
                <Link to={`/meters/${meter.id}`}>
                  <b>{[tile?.room_number, meter.code].filter(Boolean).join(' · ')}</b>
                </Link>
              </span>
              {tile && (
                <span className="row tight">
                  <b className="num">{formatYuan(tile.balance_fen)}</b>
                  <TileTag state={tile.state} />
                  {flagsOf(tile).map((flag) => (
                    <FlagTag key={flag} flag={flag} />
                  ))}
                </span>
              )}
              {can('sell') && account.state === 'open' && (
                <Button
                  size="small"
                  icon={<PayCircleOutlined />}
                  onClick={() => void navigate(`/sell?meter=${meter.id}`)}
                >
                  {t('meter.sell')}
                </Button>
              )}
            </div>
          )
        })}
      </div>
    </Panel>
  )
}

function Sales({ account }: { account: Account }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { limit, offset, paging } = usePaging(String(account.id))
  const vends = useVends({ account_id: account.id, limit, offset })
  const columns = useVendColumns().filter((column) => column.key !== 'customer')
  return (
    <Panel title={t('account.sales')} flush>
      <Loaded query={vends} rows={3}>
        {(list) => (
          <ListTable
            name="account-vends"
            columns={columns}
            rows={list.rows}
            rowKey={(vend) => vend.id}
            paging={paging(list.total)}
            onOpen={(vend) => void navigate(`/vends?id=${vend.id}`)}
            empty={<EmptyView title={t('meter.noSales')} />}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function AccountBody({ account }: { account: Account }) {
  const { t } = useTranslation()
  return (
    <>
      <PageHead
        title={account.customer_name}
        extra={<AccountActs account={account} />}
        sub={
          <span className="row">
            {account.number}
            <AccountTag state={account.state} />
          </span>
        }
      />
      <div className="stack">
        <div className="columns even">
          <Panel title={t('account.same')}>
            <Facts
              items={[
                { label: t('account.number'), value: account.number },
                { label: t('account.customer'), value: account.customer_name },
                { label: t('account.phone'), value: account.phone || '—' },
                { label: t('account.created'), value: formatTime(account.created_at) },
                { label: t('account.openedAt'), value: formatTime(account.opened_at) },
                ...(account.closed_at
                  ? [{ label: t('account.closedAt'), value: formatTime(account.closed_at) }]
                  : []),
                { label: t('common.operator'), value: account.operator_name ?? '—' },
                ...(account.shared_wallet
                  ? [{ label: t('account.wallet'), value: t('account.sharedYes') }]
                  : []),
                { label: t('account.note'), value: account.note || t('common.noNote') },
              ]}
            />
          </Panel>
          <Meters account={account} />
        </div>
        <Households account={account} />
        <Sales account={account} />
        <ServicePanel account={account} />
        <Holders accountId={account.id} />
      </div>
    </>
  )
}

export function AccountPage() {
  const id = Number(useParams().id)
  const account = useAccount(id)
  return <Loaded query={account}>{(found) => <AccountBody account={found} />}</Loaded>
}
