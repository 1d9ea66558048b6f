/** The month priced from the meter's readings, with the files that `paymeter rate` recomputes it from. */
import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMeterBill } from '@/api/bills'
import { ApiError } from '@/api/errors'
import type { MeterBill, MeterDetail } from '@/api/types'
import { saveFile } from '@/common/saveFile'
import { Panel } from '@/common/Page'
import { EmptyView, Loaded } from '@/common/views'
import { BillTable, type Bill } from './BillTable'

interface RateResult {
  bills: {
    lines: {
      name: string
      parts: { rate: string; step: number; quantity: number; unit_price: string }[]
    }[]
  }[]
}

/** `0.58886875` as 10⁻⁸ of the currency, exactly. */
function priceE8(text: string): number {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const value = Number(whole + fraction.padEnd(8, '0').slice(0, 8))
  return text.startsWith('-') ? -value : value
}

/** The station's figures, with the parts that its own recomputation lists. */
function withParts(bill: MeterBill): Bill {
  const result = JSON.parse(bill.result_json) as RateResult
  const parts = new Map(result.bills[0]?.lines.map((line) => [line.name, line.parts]))
  return {
    ...bill,
    lines: bill.lines.map((line) => ({
      ...line,
      parts: parts
        .get(line.name)
        ?.map(({ unit_price, ...part }) => ({ ...part, unit_price_e8: priceE8(unit_price) })),
    })),
  }
}

/** A month that cannot be priced yet is no fault. */
const noBill = new Set(['tariff_not_in_force', 'readings_empty', 'bill_unknown'])
const emptiness = (error: unknown): ApiError | null =>
  error instanceof ApiError && noBill.has(error.code) ? error : null

export function Recomputed({ detail, month }: { detail: MeterDetail; month: string }) {
  const { t, i18n } = useTranslation()
  const bill = useMeterBill(detail.tile.id, month, true)
  const name = `${detail.tile.code}-${month}`
  const nothing = emptiness(bill.error)
  return (
    <Panel title={t('bill.recomputed')} testId="recomputed">
      <p className="muted" style={{ marginTop: 0 }}>
        {t(detail.meter.wallet === 'platform' ? 'bill.recomputedPlatform' : 'bill.recomputedMeter')}
      </p>
      {nothing ? (
        <EmptyView title={nothing.text(i18n.language)} hint={t('bill.recomputedNone')} />
      ) : (
        <Loaded query={bill} rows={4}>
          {(found) => (
            <div className="stack">
              {found.warnings.map((warning) => (
                <Alert
                  key={warning.message_zh}
                  type="warning"
                  showIcon
                  title={i18n.language === 'en' ? warning.message_en : warning.message_zh}
                />
              ))}
              <BillTable bill={withParts(found)} utility={detail.meter.utility} />
              <div className="row">
                <Button
                  icon={<DownloadOutlined />}
                  onClick={() => saveFile(`${name}-tariff.json`, found.tariff_json)}
                >
                  {t('bill.tariffFile')}
                </Button>
                <Button
                  icon={<DownloadOutlined />}
                  onClick={() => saveFile(`${name}-readings.csv`, found.readings_csv)}
                >
                  {t('bill.readingsFile')}
                </Button>
                <code className="small break">
                  paymeter rate --tariff {name}-tariff.json --readings {name}-readings.csv
                </code>
              </div>
            </div>
          )}
        </Loaded>
      )}
    </Panel>
  )
}
