/** 电表: everything about one meter, live. */
import { PayCircleOutlined, SyncOutlined, UserAddOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { reasonText } from '@/api/errors'
import { keys } from '@/api/keys'
import { useSettlements } from '@/api/money'
import { useMeter, useSite } from '@/api/queries'
import type { MeterDetail } from '@/api/types'
import { useAgeText } from '@/common/Age'
import { Facts, PageHead, Panel } from '@/common/Page'
import { AccountTag, FlagTag, TileTag } from '@/common/StateTag'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import { flagsOf } from '@/domain/matrix'
import { placeOf } from '@/domain/meter'
import { isOver } from '@/domain/settlement'
import { useSession } from '@/shell/SessionContext'
import { MeterCut } from '../cuts/MeterCut'
import { MeterMoney } from '../money/MeterMoney'
import { ReleaseDialog } from '../proposals/ProposalDialogs'
import { PlatformWallet } from '../wallet/PlatformWallet'
import { History } from './History'
import { LiveValues } from './LiveValues'
import { ReadingsChart } from './ReadingsChart'
import { Supply } from './Supply'
import { Wallet } from './Wallet'

function ReadNow({ id }: { id: number }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const read = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/meters/{id}/read', { params: { path: { id }, header: csrf } })),
    onSuccess: (detail) => {
      cache.setQueryData(keys.meter(id), detail)
      message.success(t('meter.readDone'))
    },
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button
      icon={<SyncOutlined />}
      loading={read.isPending}
      onClick={() => read.mutate()}
      data-testid="read-now"
    >
      {read.isPending ? t('meter.reading') : t('meter.read')}
    </Button>
  )
}

/** A closing or a change-over under way explains why the supply is off and nothing can be sold. */
function Settling({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const newest = useSettlements({ meter_id: meterId, limit: 1, offset: 0 }).data?.rows[0]
  if (!newest || isOver(newest.state)) return null
  return (
    <Alert
      type="info"
      showIcon
      data-testid="meter-settling"
      title={t('settlement.underWay', {
        kind: t(`settlement.kind.${newest.kind}`),
        state: t(`settlement.state.${newest.state}`),
      })}
      action={<Link to={`/settlements?id=${newest.id}`}>{t('settlement.open')}</Link>}
    />
  )
}

function Warnings({ detail }: { detail: MeterDetail }) {
  const { t, i18n } = useTranslation()
  const { can } = useSession()
  const [releasing, setReleasing] = useState(false)
  const age = useAgeText(detail.tile.last_contact_at)
  return (
    <>
      {detail.tile.state === 'lost' && (
        <Alert
          type="warning"
          showIcon
          title={t('meter.lost', { age })}
          description={reasonText(detail.last_error, i18n.language)}
        />
      )}
      {detail.account && <Settling meterId={detail.tile.id} />}
      {detail.tile.quarantined && (
        <Alert
          type="error"
          showIcon
          title={t('meter.quarantined')}
          action={
            can('refund') && (
              <Button size="small" onClick={() => setReleasing(true)} data-testid="meter-release">
                {t('proposal.release')}
              </Button>
            )
          }
        />
      )}
      {releasing && <ReleaseDialog tile={detail.tile} onClose={() => setReleasing(false)} />}
    </>
  )
}

function AccountPanel({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const navigate = useNavigate()
  const { account, tile } = detail
  if (!account) {
    return (
      <Panel title={t('meter.account')}>
        <EmptyView icon={<UserAddOutlined />} title={t('meter.noAccount')}>
          {can('open_account') && detail.meter.prepaid && (
            <Button
              type="primary"
              onClick={() => void navigate(`/accounts/new?meter=${tile.id}`)}
              data-testid="meter-open-account"
            >
              {t('meter.openAccount')}
            </Button>
          )}
        </EmptyView>
      </Panel>
    )
  }
  return (
    <Panel title={t('meter.account')} extra={<AccountTag state={account.state} />}>
      <Facts
        items={[
          {
            label: t('meter.customer'),
            value: <Link to={`/accounts/${account.id}`}>{account.customer_name}</Link>,
          },
          { label: t('meter.number'), value: account.number },
          { label: t('meter.phone'), value: account.phone || '—' },
        ]}
      />
    </Panel>
  )
}

function MeterBody({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const site = useSite()
  const { can } = useSession()
  const navigate = useNavigate()
  const { tile } = detail
  const place = placeOf(tile, site.data?.buildings.find((b) => b.id === tile.building_id)?.name)
  const sub = (
    <span className="row">
      {tile.code}
      <TileTag state={tile.state} />
      {flagsOf(tile).map((flag) => (
        <FlagTag key={flag} flag={flag} />
      ))}
    </span>
  )
  const extra = (
    <>
      <ReadNow id={tile.id} />
      <MeterMoney detail={detail} />
      {can('sell') && tile.account_id !== null && (
        <Button
          type="primary"
          icon={<PayCircleOutlined />}
          onClick={() => void navigate(`/sell?meter=${tile.id}`)}
          data-testid="meter-sell"
        >
          {t('meter.sell')}
        </Button>
      )}
    </>
  )
  return (
    <>
      <PageHead title={place || tile.code} sub={sub} extra={extra} />
      <div className="stack">
        <Warnings detail={detail} />
        <div className="columns lead-last">
          <div className="stack">
            <LiveValues detail={detail} />
            <ReadingsChart meterId={tile.id} />
          </div>
          <div className="stack">
            {detail.meter.wallet === 'platform' ? (
              <PlatformWallet detail={detail} />
            ) : (
              <Wallet detail={detail} />
            )}
            <Supply detail={detail} />
            {detail.meter.wallet === 'platform' && <MeterCut meterId={tile.id} />}
            <AccountPanel detail={detail} />
          </div>
        </div>
        <History detail={detail} />
      </div>
    </>
  )
}

export function MeterPage() {
  const id = Number(useParams().id)
  const meter = useMeter(id)
  return (
    <Loaded query={meter} rows={12}>
      {(detail) => <MeterBody key={id} detail={detail} />}
    </Loaded>
  )
}
