/** 售电: one box to find, one amount, one sale. Keys: / F2 Enter Esc F9. */
import { PayCircleOutlined } from '@ant-design/icons'
import { Alert, Button, type InputRef } from 'antd'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useMeters, useSite, useVends } from '@/api/queries'
import type { Tile } from '@/api/types'
import { MeterPicker } from '@/common/MeterPicker'
import { PageHead, Panel } from '@/common/Page'
import { FlagTag, TileTag, VendTag } from '@/common/StateTag'
import { EmptyView, FormError, Guard } from '@/common/views'
import { flagsOf } from '@/domain/matrix'
import { placeOf } from '@/domain/meter'
import { formatYuan } from '@/domain/money'
import { formatMinute } from '@/domain/time'
import { SaleSlip } from '../slip/SaleSlip'
import { emptyDraft, saleFen, SaleForm, type SaleDraft } from './SaleForm'
import { SaleResult } from './SaleResult'
import { useSale, type Sale, type SaleAttempt } from './useSale'
import './sale.css'

interface Keys {
  sell: () => void
  cancel: () => void
  print: () => void
  search: () => void
}

/** The page's keys. `/` types a slash where somebody is typing. */
function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
      const inDialog =
        document.querySelector(
          '.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open',
        ) !== null
      const act = {
        F2: latest.current.sell,
        F9: latest.current.print,
        Escape: latest.current.cancel,
        ...(typing ? {} : { '/': latest.current.search }),
      }[event.key]
      if (!act || inDialog || event.repeat) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function KeyHelp() {
  const { t } = useTranslation()
  const help = [
    ['/', t('sale.keyFocus')],
    ['Enter', t('sale.keyNext')],
    ['F2', t('sale.keySell')],
    ['Esc', t('sale.keyCancel')],
    ['F9', t('sale.keyPrint')],
  ]
  return (
    <div className="sale-keys" aria-label={t('sale.keys')}>
      {help.map(([key, what]) => (
        <span key={key}>
          <kbd>{key}</kbd> {what}
        </span>
      ))}
    </div>
  )
}

function Unanswered({ sale }: { sale: Sale }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  if (!sale.unanswered || sale.isSending) return null
  const { request, meterCode } = sale.unanswered.body
  return (
    <Alert
      type="warning"
      showIcon
      title={t('sale.uncertainTitle')}
      style={{ marginBottom: 16 }}
      data-testid="sale-unanswered"
      description={t('sale.uncertain', {
        meter: meterCode,
        amount: formatYuan(request.amount_fen),
      })}
      action={
        <div className="stack" style={{ gap: 6 }}>
          <Button type="primary" size="small" onClick={sale.repeat}>
            {t('sale.retrySame')}
          </Button>
          <Button size="small" onClick={() => void navigate('/vends')}>
            {t('sale.checkRecords')}
          </Button>
        </div>
      }
    />
  )
}

function Customer({ tile }: { tile: Tile }) {
  const site = useSite()
  return (
    <div className="row between" style={{ marginBottom: 14 }}>
      <div className="grow">
        <div style={{ fontSize: 18, fontWeight: 600 }} data-testid="sale-customer">
          {tile.customer_name ?? '—'}
        </div>
        <div className="muted">
          {placeOf(tile, site.data?.buildings.find((b) => b.id === tile.building_id)?.name)} ·{' '}
          <span className="num">{tile.code}</span>
        </div>
      </div>
      <span className="row tight">
        <TileTag state={tile.state} />
        {flagsOf(tile).map((flag) => (
          <FlagTag key={flag} flag={flag} />
        ))}
      </span>
    </div>
  )
}

function Recent({ tile }: { tile: Tile }) {
  const { t } = useTranslation()
  const vends = useVends({ meter_id: tile.id, limit: 5 })
  const rows = vends.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <Panel title={t('sale.recent')}>
      <div className="stack" style={{ gap: 10 }}>
        {rows.map((vend) => (
          <div key={vend.id} className="row between">
            <span className="num muted">{formatMinute(vend.created_at)}</span>
            <b className="num">{formatYuan(vend.captured_fen)}</b>
            <VendTag state={vend.state} />
          </div>
        ))}
      </div>
    </Panel>
  )
}

const everyPrepaid = (tile: Tile): boolean =>
  tile.account_id !== null || tile.state !== 'not_opened'

function useChosenMeter(): [Tile | null, (id: number | null) => void] {
  const [params, setParams] = useSearchParams()
  const meters = useMeters()
  const id = Number(params.get('meter')) || null
  const tile = meters.data?.rows.find((each) => each.id === id) ?? null
  return [
    tile,
    (next) => setParams(next === null ? {} : { meter: String(next) }, { replace: true }),
  ]
}

function Found({
  search,
  onPick,
}: {
  search: RefObject<InputRef | null>
  onPick: (tile: Tile) => void
}) {
  const { t } = useTranslation()
  return (
    <MeterPicker
      inputRef={search}
      autoFocus
      searchAccounts
      accept={everyPrepaid}
      onPick={onPick}
      placeholder={t('sale.search')}
      noHit={t('sale.noHit')}
      testId="sale-search"
    />
  )
}

const attemptOf = (tile: Tile, fen: number, draft: SaleDraft): SaleAttempt => ({
  request: {
    meter_id: tile.id,
    amount_fen: fen,
    method: draft.method,
    note: draft.note.trim(),
    wait_ms: 0,
  },
  meterCode: tile.code,
})

function NobodyYet() {
  const { t } = useTranslation()
  return (
    <Panel>
      <EmptyView icon={<PayCircleOutlined />} title={t('sale.pick')} hint={t('sale.pickHint')} />
    </Panel>
  )
}

function SaleBody() {
  const { t } = useTranslation()
  const sale = useSale()
  const search = useRef<InputRef>(null)
  const [tile, choose] = useChosenMeter()
  const [draft, setDraft] = useState<SaleDraft>(emptyDraft)
  const [tried, setTried] = useState(false)
  const [printing, setPrinting] = useState(false)
  const clear = (): void => {
    sale.reset()
    setDraft(emptyDraft)
    setTried(false)
  }
  const cancel = (): void => {
    if (sale.isSending) return
    clear()
    choose(null)
    search.current?.focus()
  }
  const sell = (): void => {
    const fen = saleFen(draft)
    setTried(true)
    if (!tile || fen === null || sale.vendId !== null || sale.unanswered) return
    sale.sell(attemptOf(tile, fen, draft))
  }
  useKeys({
    sell,
    cancel,
    print: () => setPrinting(sale.vendId !== null),
    search: () => search.current?.focus(),
  })
  const pick = (picked: Tile): void => {
    clear()
    choose(picked.id)
  }
  return (
    <>
      <PageHead title={t('sale.heading')} extra={<KeyHelp />} />
      <Unanswered sale={sale} />
      <div className="columns">
        <div className="stack">
          <Found search={search} onPick={pick} />
          {sale.vendId !== null ? (
            <SaleResult vendId={sale.vendId} onNext={cancel} />
          ) : tile ? (
            <Panel>
              <Customer tile={tile} />
              {!sale.unanswered && <FormError error={sale.refused} testId="sale-refused" />}
              <SaleForm
                tile={tile}
                draft={draft}
                onChange={setDraft}
                onSell={sell}
                isSending={sale.isSending || sale.unanswered !== null}
                tried={tried}
              />
            </Panel>
          ) : (
            <NobodyYet />
          )}
        </div>
        <div className="stack">{tile && <Recent tile={tile} />}</div>
      </div>
      {printing && sale.vendId !== null && (
        <SaleSlip vendId={sale.vendId} onClose={() => setPrinting(false)} />
      )}
    </>
  )
}

export function SalePage() {
  return (
    <Guard right="sell">
      <SaleBody />
    </Guard>
  )
}
