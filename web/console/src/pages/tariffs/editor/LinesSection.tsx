/** 价格: the lines of a bill, each with its prices and steps. */
import { Input, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '@/common/Page'
import { newLine, usedRates, type Line, type Rate, type StepSet } from '@/domain/product'
import { ComponentsEditor } from './ComponentsEditor'
import {
  AddButton,
  changed,
  DecimalInput,
  Field,
  MonthsSelect,
  RemoveButton,
  type PartProps,
} from './fields'
import { unitOf } from './units'

interface LineProps {
  line: Line
  onLine: (line: Line) => void
  unit: string
}

function StepSetEditor({ set, onSet, onRemove, unit, isOnly }: {
  set: StepSet
  onSet: (set: StepSet) => void
  onRemove: () => void
  unit: string
  isOnly: boolean
}) {
  const { t } = useTranslation()
  const { limits } = set
  const withMonths = (months: number[] | undefined): StepSet =>
    months ? { months, limits } : { limits }
  return (
    <div className="sub-panel">
      <div className="row between">
        <span className="row tight">
          <span className="small muted">{t('product.stepMonths')}</span>
          <MonthsSelect value={set.months} onChange={(months) => onSet(withMonths(months))} />
        </span>
        {!isOnly && <RemoveButton what={t('product.stepSet')} onClick={onRemove} />}
      </div>
      {limits.map(([limit, surcharge], index) => (
        <div key={index} className="row tight" data-testid="step-limit">
          <span>{t('product.above')}</span>
          <DecimalInput
            label={t('product.limit')}
            value={limit}
            suffix={unit}
            width={130}
            onChange={(next) => onSet({ ...set, limits: changed(limits, index, [next, surcharge]) })}
          />
          <span>{t('product.adds')}</span>
          <DecimalInput
            label={t('product.surcharge')}
            value={surcharge}
            width={110}
            onChange={(next) => onSet({ ...set, limits: changed(limits, index, [limit, next]) })}
          />
          <span className="muted">{t('product.perUnit', { unit })}</span>
          {limits.length > 1 && (
            <RemoveButton
              what={t('product.limit')}
              onClick={() => onSet({ ...set, limits: changed(limits, index, undefined) })}
            />
          )}
        </div>
      ))}
      <AddButton onClick={() => onSet({ ...set, limits: [...limits, ['', '']] })}>
        {t('product.addLimit')}
      </AddButton>
    </div>
  )
}

function Steps({ line, onLine, unit }: LineProps) {
  const { t } = useTranslation()
  const { steps } = line
  if (steps.length === 0)
    return (
      <AddButton
        testId="product-add-steps"
        onClick={() => onLine({ ...line, steps: [{ limits: [['', '']] }] })}
      >
        {t('product.addSteps')}
      </AddButton>
    )
  return (
    <>
      <h3 className="sub-head">{t('product.steps')}</h3>
      <p className="small muted">{t('product.stepsHint')}</p>
      {steps.map((set, index) => (
        <StepSetEditor
          key={index}
          set={set}
          unit={unit}
          isOnly={false}
          onSet={(next) => onLine({ ...line, steps: changed(steps, index, next) })}
          onRemove={() => onLine({ ...line, steps: changed(steps, index, undefined) })}
        />
      ))}
      <AddButton
        onClick={() =>
          onLine({ ...line, steps: [{ months: [5, 6, 7, 8, 9, 10], limits: [['', '']] }, ...steps] })
        }
      >
        {t('product.addStepSet')}
      </AddButton>
    </>
  )
}

function RatePrices({ line, onLine, unit, rates }: LineProps & { rates: Rate[] }) {
  const { t } = useTranslation()
  const printed = line.printed ?? {}
  const set = (rate: Rate, price: string): void => {
    const next = { ...printed, [rate]: price }
    if (price === '') delete next[rate]
    onLine({ ...line, printed: next })
  }
  const derives = line.components.length > 0
  return (
    <div className="row" style={{ alignItems: 'flex-start' }}>
      {rates.map((rate) => (
        <Field key={rate} label={t(`state.rate.${rate}`)}>
          <DecimalInput
            label={`${line.name} ${t(`state.rate.${rate}`)}`}
            value={printed[rate] ?? ''}
            optional={derives}
            placeholder={derives ? t('product.derived') : undefined}
            onChange={(price) => set(rate, price)}
            testId={`price-${rate}`}
          />
        </Field>
      ))}
      <span className="muted" style={{ paddingTop: 26 }}>
        {t('product.perUnit', { unit })}
      </span>
    </div>
  )
}

function Prices(props: LineProps & { rates: Rate[]; hasHours: boolean }) {
  const { line, onLine, unit, rates, hasHours } = props
  const { t } = useTranslation()
  const isOne = line.price !== undefined
  const toRates = (): void => {
    const { price, ...rest } = line
    const printed = Object.fromEntries(rates.map((rate) => [rate, price ?? '']))
    onLine({ ...rest, printed: price ? printed : {} })
  }
  const toOne = (): void => {
    const { printed, ...rest } = line
    onLine({ ...rest, price: printed?.flat ?? '', components: [], factors: {} })
  }
  return (
    <>
      <Segmented
        value={isOne ? ('one' as const) : ('rates' as const)}
        onChange={(value) => (value === 'one' ? toOne() : toRates())}
        aria-label={t('product.priceKind')}
        options={[
          { value: 'one' as const, label: t('product.onePrice') },
          { value: 'rates' as const, label: t(hasHours ? 'product.ratePrices' : 'product.builtPrice') },
        ]}
      />
      {isOne ? (
        <Field label={t('product.price')}>
          <span className="row tight">
            <DecimalInput
              label={`${line.name} ${t('product.price')}`}
              value={line.price ?? ''}
              onChange={(price) => onLine({ ...line, price })}
              testId="price"
            />
            <span className="muted">{t('product.perUnit', { unit })}</span>
          </span>
        </Field>
      ) : (
        <>
          <RatePrices {...props} />
          <ComponentsEditor line={line} onLine={onLine} rates={rates} />
        </>
      )}
    </>
  )
}

export function LinesSection({ product, onChange }: PartProps) {
  const { t } = useTranslation()
  const { lines } = product
  const unit = unitOf(product.utility)
  const rates = usedRates(product)
  const setLine = (index: number, line: Line | undefined): void =>
    onChange({ ...product, lines: changed(lines, index, line) })
  return (
    <Panel title={t('product.lines')}>
      <p className="muted" style={{ marginTop: 0 }}>
        {t('product.linesHint')}
      </p>
      <div className="stack" style={{ gap: 12 }}>
        {lines.map((line, index) => {
          const part = { line, unit, onLine: (next: Line) => setLine(index, next) }
          return (
            <div key={index} className="sub-panel" data-testid="product-line">
              <div className="row between">
                <Input
                  aria-label={t('product.lineName')}
                  status={line.name.trim() ? '' : 'error'}
                  style={{ width: 200 }}
                  maxLength={40}
                  value={line.name}
                  onChange={(event) => setLine(index, { ...line, name: event.target.value })}
                />
                {lines.length > 1 && (
                  <RemoveButton what={line.name} onClick={() => setLine(index, undefined)} />
                )}
              </div>
              <Prices {...part} rates={rates} hasHours={Object.keys(product.days).length > 0} />
              <Steps {...part} />
            </div>
          )
        })}
        <AddButton
          testId="product-add-line"
          onClick={() => onChange({ ...product, lines: [...lines, newLine('')] })}
        >
          {t('product.addLine')}
        </AddButton>
      </div>
    </Panel>
  )
}
