/** Amount, method and note of one sale, with what it will come to. */
import { Alert, Button, Form, Input, Radio, type InputRef } from 'antd'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useServicePercent } from '@/api/money'
import { useMeter, useSite } from '@/api/queries'
import type { PaymentMethod, Tile } from '@/api/types'
import { Age } from '@/common/Age'
import { saleBlock } from '@/domain/meter'
import { formatYuan, moneyInWords, parseYuan, serviceFee } from '@/domain/money'
import { energyFor, flatPriceE8, formatKwh, formatPrice, isSinglePrice } from '@/domain/quantity'
import { paymentMethods } from '@/domain/states'

export interface SaleDraft {
  amount: string
  method: PaymentMethod
  note: string
}
export const emptyDraft: SaleDraft = { amount: '', method: 'cash', note: '' }
export const saleFen = (draft: SaleDraft): number | null => {
  const fen = parseYuan(draft.amount)
  return fen !== null && fen > 0 ? fen : null
}

const quickYuan = [50, 100, 200, 500, 1000]

function Figures({ tile, fen }: { tile: Tile; fen: number | null }) {
  const { t } = useTranslation()
  const meter = useMeter(tile.id)
  const site = useSite()
  const tariff = site.data?.tariffs.find((each) => each.id === meter.data?.meter.tariff_id)
  const price = flatPriceE8(tariff)
  const percent = useServicePercent(tile.id, meter.data?.meter.tariff_id)
  const fee = fen === null ? 0 : serviceFee(fen, percent)
  const energy = fen === null ? null : energyFor(fen - fee, price)
  const before = meter.data?.prepaid?.balance_fen ?? tile.balance_fen
  const after = before === null || fen === null ? null : before + fen - fee
  const how =
    tariff && price !== null
      ? t(isSinglePrice(tariff) ? 'sale.estimateSingle' : 'sale.estimateHint', {
          tariff: tariff.name,
          price: formatPrice(price),
        })
      : meter.data
        ? t('sale.noTariff')
        : ''
  return (
    <dl className="sale-figures">
      <div>
        <dt>{t('sale.before')}</dt>
        <dd className="num">
          {formatYuan(before)}
          <small>
            <Age at={meter.data?.prepaid?.at ?? tile.last_contact_at} />
          </small>
        </dd>
      </div>
      <div>
        <dt>{t('sale.after')}</dt>
        <dd className="num" data-testid="sale-after">
          {formatYuan(after)}
          {fee > 0 && <small>{t('sale.fee', { percent, amount: formatYuan(fee) })}</small>}
        </dd>
      </div>
      <div>
        <dt>{t('sale.estimate')}</dt>
        <dd className="num">
          {formatKwh(energy)}
          <small>{how}</small>
        </dd>
      </div>
    </dl>
  )
}

function Hindrances({ tile }: { tile: Tile }) {
  const { t } = useTranslation()
  const blocked = saleBlock(tile)
  return (
    <>
      {blocked && (
        <Alert
          type="error"
          showIcon
          title={t(`sale.blocked.${blocked}`)}
          style={{ marginBottom: 12 }}
        />
      )}
      {tile.state === 'lost' && (
        <Alert type="warning" showIcon title={t('sale.lost')} style={{ marginBottom: 12 }} />
      )}
    </>
  )
}

interface QuickAmountsProps {
  disabled: boolean
  onPick: (yuan: number) => void
}
function QuickAmounts({ disabled, onPick }: QuickAmountsProps) {
  const { t } = useTranslation()
  return (
    <div
      className="row tight"
      role="group"
      aria-label={t('sale.quick')}
      style={{ marginBottom: 8 }}
    >
      {quickYuan.map((yuan) => (
        <Button key={yuan} size="small" disabled={disabled} onClick={() => onPick(yuan)}>
          {yuan}
        </Button>
      ))}
    </div>
  )
}

interface MethodAndNoteProps {
  draft: SaleDraft
  onChange: (draft: SaleDraft) => void
  disabled: boolean
  moveOn: (event: KeyboardEvent) => void
}
function MethodAndNote({ draft, onChange, disabled, moveOn }: MethodAndNoteProps) {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item label={t('sale.method')} style={{ marginBottom: 12 }}>
        <Radio.Group
          disabled={disabled}
          value={draft.method}
          onChange={(event) => onChange({ ...draft, method: event.target.value as PaymentMethod })}
          optionType="button"
          options={paymentMethods.map((value) => ({ value, label: t(`state.method.${value}`) }))}
        />
      </Form.Item>
      <Form.Item label={`${t('sale.note')}（${t('common.optional')}）`} htmlFor="sale-note">
        <Input
          id="sale-note"
          maxLength={100}
          value={draft.note}
          disabled={disabled}
          onChange={(event) => onChange({ ...draft, note: event.target.value })}
          onKeyDown={moveOn}
        />
      </Form.Item>
    </>
  )
}

function SellLabel({ fen, isSending }: { fen: number | null; isSending: boolean }) {
  const { t } = useTranslation()
  if (isSending) return <>{t('sale.sending')}</>
  return (
    <>
      {t('sale.submit')} {fen !== null && <span className="num">{formatYuan(fen)}</span>}{' '}
      <kbd style={{ background: 'transparent', color: 'inherit', borderColor: 'currentcolor' }}>
        F2
      </kbd>
    </>
  )
}

function useAmountProblem(draft: SaleDraft, tried: boolean): string {
  const { t } = useTranslation()
  if (saleFen(draft) !== null) return ''
  if (draft.amount !== '') return t('sale.amountBad')
  return tried ? t('sale.amountNeeded') : ''
}

interface SaleFormProps {
  tile: Tile
  draft: SaleDraft
  onChange: (draft: SaleDraft) => void
  onSell: () => void
  isSending: boolean
  /** The amount is marked wrong only after somebody tried to sell. */
  tried: boolean
}
export function SaleForm({ tile, draft, onChange, onSell, isSending, tried }: SaleFormProps) {
  const { t } = useTranslation()
  const amount = useRef<InputRef>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => amount.current?.focus(), [tile.id])
  const fen = saleFen(draft)
  const wrong = useAmountProblem(draft, tried)
  const blocked = saleBlock(tile)
  const moveOn = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (fen !== null) button.current?.focus()
  }
  return (
    <div>
      <Hindrances tile={tile} />
      <Form layout="vertical" component="div">
        <Form.Item
          label={t('sale.amount')}
          validateStatus={wrong ? 'error' : ''}
          help={wrong || undefined}
          style={{ marginBottom: 8 }}
          className="sale-amount"
          htmlFor="sale-amount"
        >
          <Input
            id="sale-amount"
            ref={amount}
            prefix="¥"
            inputMode="decimal"
            autoComplete="off"
            value={draft.amount}
            onChange={(event) => onChange({ ...draft, amount: event.target.value })}
            onKeyDown={moveOn}
            disabled={isSending || blocked !== null}
            data-testid="sale-amount"
          />
        </Form.Item>
        <QuickAmounts
          disabled={isSending || blocked !== null}
          onPick={(yuan) => {
            onChange({ ...draft, amount: String(yuan) })
            button.current?.focus()
          }}
        />
        <div className="sale-words" data-testid="sale-words">
          <span className="small muted">{t('sale.words')}</span>{' '}
          {fen === null ? '—' : moneyInWords(fen)}
        </div>
        <Figures tile={tile} fen={fen} />
        <MethodAndNote draft={draft} onChange={onChange} disabled={isSending} moveOn={moveOn} />
        <Button
          ref={button}
          type="primary"
          size="large"
          block
          loading={isSending}
          disabled={fen === null || blocked !== null || isSending}
          onClick={onSell}
          data-testid="sale-submit"
        >
          <SellLabel fen={fen} isSending={isSending} />
        </Button>
      </Form>
    </div>
  )
}
